"""The buttons of title bars, which show no name: which they are is told by their place at the right end."""

from model.grounder import Box
from model.ocr.rects import center, holds
from model.ocr.scene import Scene, Target

_ORDER = {"close": 0, "maximize": 1, "restore": 1, "minimize": 2}
_HEIGHT_UNITS = 2.6
_MERGED = 1.8  # width by height from which one shape is several buttons
_N_MERGED = 4


def title_bar_buttons(meanings: frozenset[str], scene: Scene) -> list[tuple[int, Box, bool]]:
    """What closes, maximizes or minimizes a window: target, box of the button, and whether a title is beside it.

    Args:
        meanings: what is asked for, as the synonym table calls it.
        scene: the screen.
    """
    wanted = [place for meaning, place in _ORDER.items() if meaning in meanings]
    if not wanted:
        return []
    found: dict[tuple[int, Box], bool] = {}
    for strip in _strips(scene):
        row = [button for i, target in enumerate(scene.targets) for button in _buttons(i, target, strip)]
        row.sort(key=lambda button: -button[1][2])
        if len(row) > wanted[0]:
            key = row[wanted[0]]
            found[key] = found.get(key, False) or _has_title(strip, scene)
    return [(index, box, is_titled) for (index, box), is_titled in found.items()]


def _strips(scene: Scene) -> list[Box]:
    """Where title bars may be: those that were seen, and at the top of panes, inside or just above."""
    page, height = scene.page, _HEIGHT_UNITS * scene.unit_px
    panes = (*page.panes, (0.0, 0.0, float(page.width_px), float(page.height_px)))
    inside = [(pane[0], pane[1] - 2, pane[2], pane[1] + height) for pane in panes]
    above = [(pane[0] - 4, pane[1] - height, pane[2] + 4, pane[1]) for pane in page.panes]
    return [*scene.title_bars, *inside, *(strip for strip in above if _has_title(strip, scene))]


def _has_title(strip: Box, scene: Scene) -> bool:
    """Whether a text alone stands in a strip, as the title of a window does."""
    texts = [t for t in scene.targets if len(t.label) > 1 and holds(strip, center(t.bbox))]
    return len(texts) == 1 and texts[0].bbox[2] < strip[2] - 2 * (strip[3] - strip[1])


def _buttons(index: int, target: Target, strip: Box) -> list[tuple[int, Box]]:
    """The buttons that a target at the right end of a strip is; a wide one is several that were read as one."""
    x1, y1, x2, y2 = target.bbox
    x, y = center(target.bbox)
    height = strip[3] - strip[1]
    is_right = x > strip[2] - 0.3 * (strip[2] - strip[0]) or x > strip[2] - 6 * height
    if not (holds(strip, (x, y)) and x2 - x1 < 4 * height and is_right and len(target.label) <= 1):
        return []
    n = round((x2 - x1) / max(1.0, y2 - y1)) if x2 - x1 > _MERGED * (y2 - y1) else 1
    if n > _N_MERGED or (n == 1 and x2 - x1 > 2.5 * height):
        return []
    step = (x2 - x1) / n
    return [(index, (x1 + k * step, y1, x1 + (k + 1) * step, y2)) for k in range(n)]
