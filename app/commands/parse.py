"""``foveal parse``: everything that a model sees on a picture or on the screen."""

import argparse
import json
from contextlib import closing
from typing import TYPE_CHECKING, Any

from app.commands._target import add_target_options, load_model, load_target
from app.exit_status import ExitStatus

if TYPE_CHECKING:
    from model.grounder import Element, Look, ModelInfo

_SCHEMA_VERSION = 1


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Register the command."""
    parser = subparsers.add_parser(
        "parse",
        help="list everything that is seen on a picture or the screen",
        description="Lists every element that is seen, in reading order: kind, place, text.",
    )
    parser.add_argument("image", metavar="IMAGE", help="a picture file, or `screen`")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    add_target_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the elements."""
    target = load_target(arguments.image, arguments.monitor)
    with closing(load_model(arguments.model)) as grounder:
        look = grounder.look(target.pixels)
        elements = grounder.read(look)
        info = grounder.info
    if arguments.json:
        print(json.dumps(_to_json(elements, look, info)))
    else:
        print("\n".join(_in_words(element) for element in elements) or "Nothing was seen.")
    return ExitStatus.DONE


def _in_words(element: "Element") -> str:
    x1, y1, x2, y2 = element.bbox
    box = f"{x1:.0f},{y1:.0f}-{x2:.0f},{y2:.0f}"
    state = {True: "  (on)", False: "  (off)", None: ""}[element.is_checked]
    return f"{element.kind:<9} {box:<20} {element.text}{state}".rstrip()


def _to_json(elements: "tuple[Element, ...]", look: "Look", info: "ModelInfo") -> dict[str, Any]:
    return {
        "schema": _SCHEMA_VERSION,
        "image": {"width": look.grid.width_px, "height": look.grid.height_px},
        "model": {"name": info.name, "device": info.device},
        "elements": [
            {
                "kind": str(element.kind),
                "bbox": list(element.bbox),
                "text": element.text,
                "score": element.score,
                "checked": element.is_checked,
            }
            for element in elements
        ],
        "timings_ms": {"encode": look.encode_ms},
    }
