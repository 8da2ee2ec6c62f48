"""``foveal models export``: writes a checkpoint as ONNX, which needs neither torch nor transformers to run."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path

from app.commands._errors import UsageError
from app.exit_status import ExitStatus

_NEEDED = ("torch", "transformers", "accelerate", "safetensors", "onnx", "onnxscript")


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "export",
        help="write a model as ONNX",
        description="Writes a checkpoint of FocusUI or GUI-Actor as ONNX: vision encoder, patch scorer, decoder and "
        "pointer head, for ONNX Runtime on the CPU or a GPU. The folder OUT can then be given as --model; running it "
        "needs neither torch nor transformers.",
    )
    parser.add_argument("source", metavar="DIR", type=Path, help="folder of the checkpoint")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder to write; must be empty or not exist yet")
    parser.add_argument(
        "--int8", action="store_true", help="weights of eight bits in the decoder: a quarter of its size"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Export, naming each file on stderr while it is written."""
    from model.errors import ExportError

    if not arguments.source.is_dir():
        raise UsageError(f"There is no folder {arguments.source}.", hint="Name the folder of a checkpoint.")
    missing = [module for module in _NEEDED if find_spec(module) is None]
    if missing:
        raise ExportError(
            f"Exporting needs packages that are not installed: {', '.join(missing)}.",
            hint="Install Foveal with its extra for it: foveal[export].",
        )
    from model.focusui.onnx_export import export_onnx
    from model.focusui_onnx.manifest import Weights

    export_onnx(
        arguments.source,
        arguments.out,
        weights=Weights.INT8 if arguments.int8 else Weights.FLOAT32,
        on_step=lambda file_name: print(f"writing {file_name} …", file=sys.stderr),
    )
    n_bytes = sum(file.stat().st_size for file in arguments.out.iterdir())
    print(f"{arguments.out}: {n_bytes / 1e6:.0f} MB")
    return ExitStatus.DONE
