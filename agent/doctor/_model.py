"""Can the grounding model run here, how fast, and does it find what is plainly there?"""

import json
import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from agent.doctor._result import CheckResult, CheckStatus, Measure
from assets import ASSETS_DIR
from model.grounder import Box, Grounder, Grounding

SELF_TEST_DIR = ASSETS_DIR / "selftest"
_RUNTIMES = ("onnxruntime", "onnxruntime-gpu", "onnxruntime-directml", "onnxruntime-openvino")


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """A picture, and instructions about it with the boxes in which their points must lie."""

    pixels: NDArray[np.uint8]
    cases: tuple[tuple[str, Box], ...]


def load_self_test(folder: Path = SELF_TEST_DIR) -> SelfTest:
    """Read the bundled self-test."""
    described = json.loads((folder / "selftest.json").read_text(encoding="utf-8"))
    with Image.open(folder / described["image"]) as image:
        pixels = np.asarray(image.convert("RGB"))
    return SelfTest(
        pixels=pixels,
        cases=tuple((case["instruction"], tuple(case["bbox"])) for case in described["cases"]),
    )


def check_runtime(installed: Iterable[str] | None = None) -> CheckResult:
    """Whether exactly one ONNX Runtime is installed: two overwrite each other's files.

    Args:
        installed: names of the installed distributions; None looks them up.
    """
    names = {name.lower() for name in (_installed_names() if installed is None else installed)}
    found = [name for name in _RUNTIMES if name in names]
    if len(found) == 1:
        return CheckResult(name="ONNX Runtime", status=CheckStatus.OK, detail=f"{found[0]} is installed.")
    if not found:
        return CheckResult(
            name="ONNX Runtime",
            status=CheckStatus.FAIL,
            detail="No ONNX Runtime is installed.",
            hint="Install Foveal with one of its extras: foveal[cpu], or foveal[gpu] for an NVIDIA card.",
        )
    return CheckResult(
        name="ONNX Runtime",
        status=CheckStatus.FAIL,
        detail=f"{' and '.join(found)} are installed over each other.",
        hint=f"Uninstall all of them (pip uninstall {' '.join(found)}), then install one again.",
    )


def check_model(load_grounder: Callable[[], Grounder], test: SelfTest) -> CheckResult:
    """Load the model and let it find what is in the bundled picture.

    Raises:
        model.errors.ModelError: it does not load or does not answer.
    """
    started_s = time.monotonic()
    grounder = load_grounder()
    load_ms = (time.monotonic() - started_s) * 1000
    try:
        look = grounder.look(test.pixels)
        groundings = [grounder.find(look, instruction) for instruction, _ in test.cases]
        info = grounder.info
    finally:
        grounder.close()
    missed = [
        instruction
        for (instruction, box), grounding in zip(test.cases, groundings, strict=True)
        if not _is_inside(grounding, box)
    ]
    measures = (
        Measure(name="load", value=load_ms, unit="ms"),
        Measure(name="encode", value=look.encode_ms, unit="ms"),
        Measure(name="score", value=statistics.median(g.timings.score for g in groundings), unit="ms"),
        Measure(name="point", value=statistics.median(g.timings.point for g in groundings), unit="ms"),
    )
    n_found = len(test.cases) - len(missed)
    detail = f'"{info.name}" on {info.device} found {n_found} of {len(test.cases)} elements of the bundled picture'
    if missed:
        return CheckResult(
            name="Grounding model",
            status=CheckStatus.FAIL,
            detail=f"{detail}, but not {', '.join(missed)}.",
            hint="Its files may be damaged, or an accelerator calculates wrongly: install Foveal anew.",
            measures=measures,
        )
    return CheckResult(name="Grounding model", status=CheckStatus.OK, detail=f"{detail}.", measures=measures)


def _is_inside(grounding: Grounding, box: Box) -> bool:
    if grounding.point is None:
        return False
    (x, y), (left, top, right, bottom) = grounding.point, box
    return left <= x < right and top <= y < bottom


def _installed_names() -> Iterable[str]:
    # Distributions whose metadata is damaged have no name.
    return (name for found in distributions() if (name := found.metadata["Name"]))
