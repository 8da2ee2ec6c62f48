"""Miniature copies of every benchmark's layout: two drawn screens, about a dozen rows, some of them malformed.

Elements are named after their colours, so that a grounder that sees colours answers all of it without reading a label:
its score says whether our readers understand the layouts. The middle of each screen lies in the green element, and 10
or 12 pixels left of the blue one.

``python -m tests.model.evaluation.miniatures FOLDER`` writes them all.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from tests.fakes.fake_grounder import COLOURS

Edges = tuple[int, int, int, int]

SIZES: dict[str, tuple[int, int]] = {"a": (400, 300), "b": (600, 200)}
BOXES: dict[str, dict[str, Edges]] = {
    "a": {"red": (20, 30, 100, 60), "green": (190, 140, 205, 160), "blue": (210, 140, 290, 170)},
    "b": {"red": (10, 10, 60, 40), "green": (295, 90, 310, 115), "blue": (312, 90, 400, 120)},
}
POLYGONS: dict[str, list[int]] = {"a": [40, 200, 120, 200, 80, 280], "b": [450, 120, 550, 120, 500, 180]}
"""The yellow element of each screen. Nothing is purple."""


def write_screen(path: Path, screen: str) -> None:
    """Draw one of the two screens."""
    picture = Image.new("RGB", SIZES[screen], (240, 240, 240))
    pen = ImageDraw.Draw(picture)
    for name, (x1, y1, x2, y2) in BOXES[screen].items():
        pen.rectangle((x1, y1, x2 - 1, y2 - 1), fill=COLOURS[name])
    pen.polygon(POLYGONS[screen], fill=COLOURS["yellow"])
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path)


def sized(edges: Edges) -> list[int]:
    """Left, top, width, height."""
    x1, y1, x2, y2 = edges
    return [x1, y1, x2 - x1, y2 - y1]


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), encoding="utf-8")


def _write_lines(path: Path, rows: list[Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows), encoding="utf-8")


def _screenspot(folder: Path, pattern: str, pictures: str) -> None:
    for screen in SIZES:
        write_screen(folder / pictures / f"pc_{screen}.png", screen)

    def row(screen: str, colour: str, kind: str, source: str) -> dict[str, Any]:
        return {
            "img_filename": f"pc_{screen}.png",
            "bbox": sized(BOXES[screen][colour]),
            "instruction": f"open the {colour} one",
            "data_type": kind,
            "data_source": source,
        }

    mobile = [row("a", "red", "text", "ios"), row("a", "green", "icon", "android"), row("b", "green", "text", "ios")]
    desktop = [row("a", "blue", "text", "macos"), row("b", "red", "icon", "windows"), row("b", "blue", "icon", "macos")]
    web = [row("b", "green", "icon", "tool"), row("a", "green", "icon", "shop"), row("a", "red", "text", "forum")]
    bad = [
        row("a", "red", "text", "ios") | {"img_filename": "gone.png"},
        row("a", "red", "text", "ios") | {"bbox": [1, 2, 3]},
        row("a", "red", "text", "ios") | {"instruction": " "},
    ]
    for platform, rows in {"mobile": [*mobile, *bad], "desktop": desktop, "web": web}.items():
        _write(folder / pattern.format(platform), rows)


def write_screenspot(folder: Path) -> None:
    _screenspot(folder, "screenspot_{}.json", "screenspot_imgs")


def write_screenspot_v2(folder: Path) -> None:
    _screenspot(folder, "screenspot_{}_v2.json", "screenspotv2_image")


def write_screenspot_pro(folder: Path) -> None:
    """One picture is a copy at half the size that its row tells."""
    for screen in SIZES:
        write_screen(folder / "images" / "app" / f"{screen}.png", screen)

    def row(screen: str, colour: str, kind: str, group: str, *, scale: int = 1) -> dict[str, Any]:
        return {
            "img_filename": f"app/{screen}.png",
            "bbox": [scale * edge for edge in BOXES[screen][colour]],
            "instruction": f"the {colour} tool",
            "instruction_cn": "工具",
            "id": f"{group}_{colour}",
            "application": f"{group}-program",
            "platform": "windows",
            "img_size": [scale * side for side in SIZES[screen]],
            "ui_type": kind,
            "group": group,
        }

    cad = [row("a", "red", "text", "CAD"), row("a", "green", "icon", "CAD", scale=2), row("b", "blue", "icon", "CAD")]
    office = [row("b", "green", "text", "Office"), row("b", "red", "text", "Office"), {"img_filename": "app/a.png"}]
    _write(folder / "annotations" / "autocad_windows.json", cad)
    _write(folder / "annotations" / "word_macos.json", [*office, row("a", "red", "neither", "Office")])


def _osworld_g(folder: Path, *, within: str = "") -> None:
    root = folder / within
    for screen in SIZES:
        write_screen(root / "images" / f"{screen}.png", screen)

    def row(number: int, screen: str, colour: str, kind: str, types: list[str]) -> dict[str, Any]:
        coordinates = {"bbox": sized(BOXES[screen].get(colour, (0, 0, 1, 1))), "polygon": POLYGONS[screen]}
        return {
            "id": f"{screen}-{number}",
            "image_path": f"{screen}.png",
            "image_size": list(SIZES[screen]),
            "instruction": f"the {colour} element",
            "box_type": kind,
            "box_coordinates": coordinates.get(kind, [0, 0, 0, 0]),
            "GUI_types": types,
        }

    rows = [
        row(0, "a", "red", "bbox", ["Label", "Button"]),
        row(1, "a", "green", "bbox", ["Icon"]),
        row(2, "a", "yellow", "polygon", ["Icon"]),
        row(3, "a", "purple", "refusal", []),
        row(4, "b", "green", "bbox", ["Label"]),
        row(5, "b", "yellow", "polygon", ["Toolbar"]),
        row(6, "b", "purple", "refusal", []),
        row(7, "b", "blue", "bbox", ["Button"]),
    ]
    bad = [
        row(8, "a", "red", "circle", []),
        row(9, "a", "yellow", "polygon", []) | {"box_coordinates": [1, 2, 3, 4]},
        row(0, "a", "red", "bbox", []),
    ]
    _write(root / "OSWorld-G.json", [*rows, *bad])
    refined = [one | {"instruction": f"click the element that is {one['instruction'].split()[1]}"} for one in rows]
    _write(root / "OSWorld-G_refined.json", refined)
    classified = {
        "text_matching": ["a-0", "b-4"],
        "element_recognition": ["a-0", "a-1", "a-2"],
        "refusal": ["a-3", "b-6"],
    }
    _write(
        root / "classification_result.json",
        {"classified": {ability: [{"id": one} for one in ids] for ability, ids in classified.items()}},
    )


def write_osworld_g(folder: Path) -> None:
    _osworld_g(folder)


def write_osworld_g_refined(folder: Path) -> None:
    """As a clone of the whole repository."""
    _osworld_g(folder, within="benchmark")


def write_ui_vision(folder: Path) -> None:
    """One box has its corners exchanged."""
    for screen in SIZES:
        write_screen(folder / "images" / "element_grounding" / f"{screen}.png", screen)

    def row(screen: str, colour: str, category: str) -> dict[str, Any]:
        return {
            "image_path": f"element_grounding/{screen}.png",
            "image_size": list(SIZES[screen]),
            "prompt_to_evaluate": f"the {colour} thing",
            "element_type": "Button",
            "platform": "GIMP",
            "category": category,
            "bbox": list(BOXES[screen][colour]),
        }

    exchanged = row("b", "red", "Creativity") | {"bbox": [60, 40, 10, 10]}
    parts = {
        "basic": [row("a", "red", "Creativity"), row("a", "green", "Creativity"), row("b", "green", "Education")],
        "functional": [exchanged, row("b", "green", "Creativity"), {**row("a", "red", "x"), "bbox": "none"}],
        "spatial": [row("a", "blue", "Education"), row("b", "blue", "Education"), row("a", "red", "Education")],
    }
    for setting, rows in parts.items():
        _write(folder / "annotations" / "element_grounding" / f"element_grounding_{setting}.json", rows)


def write_venusbench_gd(folder: Path) -> None:
    """Refusals come with a box of -1 or with none."""
    for screen, platform in (("a", "web"), ("b", "mobile")):
        write_screen(folder / "images" / platform / "app" / f"{screen}.png", screen)
    paths = {"a": "web/app/a.png", "b": "mobile/app/b.png"}

    def row(screen: str, colour: str) -> dict[str, Any]:
        edges = BOXES[screen].get(colour)
        return {
            "img_filename": paths[screen],
            "instruction": f"the {colour} widget",
            "instruction_zh": "控件",
            "bbox": [-1, -1, -1, -1] if edges is None else list(edges),
        }

    tasks = {
        "element_grounding": [row("a", "red"), row("a", "green"), row("b", "blue")],
        "functional_grounding": [row("b", "green"), row("b", "red"), row("b", "red") | {"bbox": None}],
        "refusal_grounding": [row("a", "purple"), row("b", "purple") | {"bbox": None}],
    }
    for task, rows in tasks.items():
        _write(folder / "instruction" / f"{task}.json", rows)


def write_mmbench_gui_l2(folder: Path) -> None:
    """Boxes are fractions; one is in pixels with -1 for the left edge, one path names its platform already."""
    for screen, platform in (("a", "os_windows"), ("b", "os_ios")):
        write_screen(folder / "offline_images" / platform / f"{screen}.png", screen)
    platforms = {"a": "os_windows", "b": "os_ios"}

    def row(screen: str, colour: str, level: str, kind: str) -> dict[str, Any]:
        width, height = SIZES[screen]
        x1, y1, x2, y2 = BOXES[screen][colour]
        return {
            "index": 0,
            "image_path": f"{screen}.png",
            "instruction": f"the {colour} control",
            "bbox": [x1 / width, y1 / height, x2 / width, y2 / height],
            "image_size": [width, height],
            "data_type": kind,
            "platform": platforms[screen],
            "app_name": "app",
            "grounding_type": level,
        }

    rows = [
        row("a", "red", "basic", "text"),
        row("a", "green", "basic", "icon") | {"image_path": "os_windows/a.png"},
        row("b", "green", "basic", "icon"),
        row("b", "blue", "basic", "text"),
        row("a", "green", "advanced", "text"),
        row("b", "red", "advanced", "icon") | {"bbox": [-1, 10, 60, 40]},
        row("b", "red", "advanced", "icon") | {"bbox": [0.5, 0.5, 0.5, 0.6]},
        row("b", "red", "middling", "icon"),
    ]
    _write(folder / "L2_annotations.json", rows)


def write_ui_i2e(folder: Path) -> None:
    for screen in SIZES:
        write_screen(folder / "screenshot" / f"{screen}.png", screen)

    def row(screen: str, colour: str, source: str, kind: object) -> dict[str, Any]:
        return {
            "image": f"screenshot/{screen}.png",
            "instruction": f"the {colour} entry",
            "bounding_box": list(BOXES[screen][colour]),
            "source": source,
            "el_type": "Button",
            "annotations": {"instr_type": kind},
        }

    rows = [
        row("a", "red", "web", 1),
        row("a", "green", "web", 2),
        row("b", "green", "android", "Implicit"),
        row("b", "blue", "android", "explicit"),
        "not JSON",
        row("b", "blue", "android", 1) | {"bounding_box": [1, 2]},
        {key: row("a", "blue", "", 1)[key] for key in ("image", "instruction", "bounding_box", "el_type")},
    ]
    _write_lines(folder / "annotations.jsonl", rows)


def write_own(folder: Path) -> None:
    """The file is ``rows.jsonl``."""
    for screen in SIZES:
        write_screen(folder / f"{screen}.png", screen)
    rows = [
        {"image": "a.png", "instruction": "red", "bbox": BOXES["a"]["red"], "id": "first", "groups": {"kind": "box"}},
        {"image": "a.png", "instruction": "purple", "bbox": None, "groups": {"kind": "nothing"}},
        {"image": "a.png", "instruction": "green", "bboxes": [BOXES["a"]["red"], BOXES["a"]["green"]]},
        {"image": "b.png", "instruction": "yellow", "polygon": POLYGONS["b"]},
        {"image": "b.png", "instruction": "blue"},
        {"image": "b.png", "instruction": "blue", "bbox": BOXES["b"]["blue"], "id": "first"},
    ]
    _write_lines(folder / "rows.jsonl", rows)


WRITERS: dict[str, Callable[[Path], None]] = {
    "screenspot": write_screenspot,
    "screenspot-v2": write_screenspot_v2,
    "screenspot-pro": write_screenspot_pro,
    "osworld-g": write_osworld_g,
    "osworld-g-refined": write_osworld_g_refined,
    "ui-vision": write_ui_vision,
    "venusbench-gd": write_venusbench_gd,
    "mmbench-gui-l2": write_mmbench_gui_l2,
    "ui-i2e": write_ui_i2e,
    "jsonl": write_own,
}


def write_miniature(name: str, folder: Path) -> Path:
    """Write one and return what ``--data`` takes."""
    WRITERS[name](folder)
    return folder / "rows.jsonl" if name == "jsonl" else folder


if __name__ == "__main__":
    for benchmark in WRITERS:
        print(write_miniature(benchmark, Path(sys.argv[1]) / benchmark))
