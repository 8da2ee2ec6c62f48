"""``foveal models export``: writes a checkpoint as ONNX, which needs neither torch nor transformers to run."""

import argparse
import sys
from pathlib import Path

from app.commands._errors import UsageError
from app.commands._extras import require_extra
from app.commands._target import known_model
from app.exit_status import ExitStatus


def add_action(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the action."""
    parser = actions.add_parser(
        "export",
        help="write a model as ONNX",
        description="Writes a checkpoint of FocusUI or GUI-Actor as ONNX: vision encoder, patch scorer, decoder and "
        "pointer head, for ONNX Runtime on the CPU or a GPU. The folder OUT can then be given as --model; running it "
        "needs neither torch nor transformers.",
    )
    parser.add_argument("name", metavar="NAME", help="a downloaded model, or the folder of a checkpoint")
    parser.add_argument("out", metavar="OUT", type=Path, help="folder to write; must be empty or not exist yet")
    parser.add_argument(
        "--int8", action="store_true", help="weights of eight bits in the decoder: a quarter of its size"
    )
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Export, naming each file on stderr while it is written."""
    require_extra("export")
    source = _checkpoint_folder(arguments.name)
    from model.focusui.onnx_export import export_onnx
    from model.focusui_onnx.manifest import Weights

    export_onnx(
        source,
        arguments.out,
        weights=Weights.INT8 if arguments.int8 else Weights.FLOAT32,
        on_step=lambda file_name: print(f"writing {file_name} …", file=sys.stderr),
    )
    n_bytes = sum(file.stat().st_size for file in arguments.out.iterdir())
    print(f"{arguments.out}: {n_bytes / 1e6:.0f} MB")
    return ExitStatus.DONE


def _checkpoint_folder(name: str) -> Path:
    from model.store.folder import find_installed

    card = known_model(name)
    if card.folder is not None and card.shape is not None:
        return card.folder
    if card.checkpoint is None:
        raise UsageError(f"{card.name} is no checkpoint that could be exported.")
    return find_installed(card.checkpoint.name).folder
