"""The report of a run: one HTML file that needs nothing beside it."""

import base64
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image, ImageDraw

from model.training.checks import Shown
from model.training.recipe import Recipe
from model.training.report.curves import curve
from model.training.run_state import RunState

_SHARES: Final = ("keep_fraction", "target_kept", "held_out_pointed", "held_out_scored")
_TITLES: Final = {
    "loss": "loss",
    "keep_fraction": "visual tokens kept",
    "target_kept": "of the target kept",
    "held_out_pointed": "held out: point in the box",
    "held_out_scored": "held out: best-scored cell in the box",
    "learning_rate": "learning rate",
    "gradient_norm": "gradient norm before shortening",
    "throughput": "samples a second",
    "memory_mb": "most memory so far, MB",
}
_NOT_DRAWN: Final = ("step", "seconds", "n_samples")
_MOST_LISTED: Final = 200
_WIDTH_PX: Final = 400
_HEAT: Final = (255, 80, 0)
_LEGEND: Final = (
    "Green: the target. Dot: the point, or the middle of the best-scored cell where the scorer alone learns. "
    "The warmer, the more the pointer (or the scorer) says for a cell."
)
_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1340px; margin: 2em auto; padding: 0 1em; color: #282c34; }
svg { width: 420px; max-width: 100%; font-size: 11px; fill: #555; }
.grid { stroke: #dde0e6; } .dot { fill: #b2caec; } .line { fill: none; stroke: #185cbe; stroke-width: 2; }
.title { font-size: 13px; fill: #282c34; } .panels, .shown { display: flex; flex-wrap: wrap; gap: 1em; }
table { border-collapse: collapse; } td { padding: .15em 1em .15em 0; vertical-align: top; }
td:first-child { color: #667; } code { overflow-wrap: anywhere; } figure { margin: 0; width: 400px; max-width: 100%; }
img { width: 100%; border: 1px solid #cdd0d6; } .found { color: #17803d; } .missed { color: #b3261e; }
"""


def write_report(
    file: Path,
    *,
    recipe: Recipe,
    provenance: Mapping[str, Any],
    state: RunState,
    rows: Sequence[Mapping[str, float]],
    n_steps: int,
    left_out: Sequence[str],
    shown: Sequence[Shown],
) -> None:
    """Write it; what was there before stays until the new one is whole.

    Args:
        file: to write.
        recipe: of the run.
        provenance: of the run.
        state: how far it is.
        rows: of its log.
        n_steps: of the whole recipe.
        left_out: what is said of the rows that were left out when the data were opened.
        shown: held-out records of the last measurement.
    """
    parts = [
        f"<!doctype html><html lang='en'><meta charset='utf-8'><title>{escape(recipe.name)}</title>",
        f"<style>{_STYLE}</style><h1>{escape(recipe.name)}</h1><p>{escape(recipe.about)}</p>",
        _table(_summary(state, n_steps, rows)),
        "<h2>Curves</h2><div class='panels'>",
        *_curves(rows),
        "</div>",
    ]
    if shown:
        parts += ["<h2>Held-out records, as last measured</h2>", f"<p>{_LEGEND}</p><div class='shown'>"]
        parts += [*map(_figure, shown), "</div>"]
    parts += ["<h2>Recipe</h2>", _table(_flat(recipe.to_json()))]
    parts += [
        "<h2>Provenance</h2>",
        _table(_flat({key: value for key, value in provenance.items() if key != "recipe"})),
    ]
    parts += ["<h2>Left out</h2>", _left_out(left_out, state), "</html>"]
    part = file.with_name(f"{file.name}.part")
    file.parent.mkdir(parents=True, exist_ok=True)
    part.write_text("\n".join(parts), encoding="utf-8")
    part.replace(file)


def _summary(state: RunState, n_steps: int, rows: Sequence[Mapping[str, float]]) -> dict[str, Any]:
    taken = [row for row in rows if "seconds" in row]
    values: dict[str, Any] = {"steps": f"{state.n_steps} of {n_steps}"}
    if taken:
        values["time"] = f"{sum(row['seconds'] for row in taken) / 60:.1f} minutes"
        values["samples"] = sum(row["n_samples"] for row in taken)
    measured = [row for row in rows if "held_out_pointed" in row]
    if measured:
        first, last = measured[0], measured[-1]
        for name in ("held_out_pointed", "held_out_scored"):
            values[_TITLES[name]] = (
                f"{first[name]:.1%} at step {first['step']}, {last[name]:.1%} at step {last['step']}"
            )
    if state.best is not None:
        values["best"] = f"{state.best.found:.1%} after {state.best.n_steps} steps"
    return values


def _curves(rows: Sequence[Mapping[str, float]]) -> Iterator[str]:
    ready = [
        {**row, "throughput": row["n_samples"] / max(row["seconds"], 1e-3)} if "seconds" in row else row for row in rows
    ]
    for name in dict.fromkeys(key for row in ready for key in row if key not in _NOT_DRAWN):
        points = [(row["step"], row[name]) for row in ready if name in row]
        steps, values = zip(*points, strict=True)
        yield curve(_TITLES.get(name, name), steps, values, is_share=name in _SHARES)


def _figure(shown: Shown) -> str:
    height_px, width_px, _ = shown.pixels.shape
    scale = _WIDTH_PX / width_px
    size = (_WIDTH_PX, max(1, round(height_px * scale)))
    picture = Image.fromarray(shown.pixels).resize(size)
    strength = shown.heat - shown.heat.min()
    strength = strength / max(float(strength.max()), 1e-12)
    mask = Image.fromarray((strength * 170).astype(np.uint8)).resize(size, Image.Resampling.BILINEAR)
    picture.paste(Image.new("RGB", size, _HEAT), (0, 0), mask)
    pencil = ImageDraw.Draw(picture)
    box = shown.record.box
    width, height = size
    pencil.rectangle(
        (box.x1_norm * width, box.y1_norm * height, box.x2_norm * width, box.y2_norm * height),
        outline=(0, 120, 60),
        width=2,
    )
    if shown.point_norm is not None:
        x, y = shown.point_norm[0] * width, shown.point_norm[1] * height
        pencil.ellipse((x - 5, y - 5, x + 5, y + 5), fill=(255, 255, 255), outline=(0, 0, 0), width=2)
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    data = base64.b64encode(stream.getvalue()).decode("ascii")
    verdict = "found" if shown.is_found else "missed"
    said = escape(shown.record.instruction)
    return (
        f"<figure><img alt='{said}' src='data:image/png;base64,{data}'>"
        f"<figcaption>{said} <span class='{verdict}'>{verdict}</span></figcaption></figure>"
    )


def _left_out(left_out: Sequence[str], state: RunState) -> str:
    opened = f"<p>When the data were opened:</p>{_listed(left_out)}" if left_out else ""
    if not state.unusable:
        return opened or "<p>No record.</p>"
    reasons = [entry.reason for entry in state.unusable]
    rest = len(reasons) - _MOST_LISTED
    more = f"<p>and {rest} more; all are in <code>state/run.json</code>.</p>" if rest > 0 else ""
    return f"{opened}<p>{len(reasons)} records while it learned:</p>{_listed(reasons[:_MOST_LISTED])}{more}"


def _listed(lines: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(line)}</li>" for line in lines) + "</ul>"


def _flat(values: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in values.items():
        if isinstance(value, Mapping):
            flat |= _flat(value, f"{prefix}{key}.")
        elif value is not None:
            flat[f"{prefix}{key}"] = value
    return flat


def _table(values: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td>{escape(str(key))}</td><td><code>{escape(_said(value))}</code></td></tr>"
        for key, value in values.items()
    )
    return f"<table>{rows}</table>"


def _said(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)
