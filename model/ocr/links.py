"""Links: words that are underlined, or blue where text is not."""

from collections.abc import Sequence
from itertools import groupby, pairwise

import numpy as np
from numpy.typing import NDArray

from model.grounder import Box, ElementKind
from model.ocr.boxes import overlap
from model.ocr.page import Control, Line, Word

_MIN_CONTRAST = 40
_MIN_CHROMA = 60
_MIN_BLUE_LEAD = 25
_MIN_UNDERLINE_COVER = 0.75
_MAX_OVERHANG_PX = 8
_GROUND_STEP_PX = 5
_UNDERLINED_SCORE = 0.85
_BLUE_SCORE = 0.7

Picture = NDArray[np.uint8]


def find_links(image: Picture, lines: Sequence[Line], taken: Sequence[Box]) -> list[Control]:
    """Links, each around the words that belong to it; a line of text may hold several.

    Args:
        image: [height, width, 3] uint8 RGB.
        lines: the text.
        taken: boxes of buttons and tabs, whose labels are no links.
    """
    found = []
    for idx, line in enumerate(lines):
        if any(overlap(line.bbox, box) > 0.5 for box in taken):
            continue
        ground = _ground(image, line.bbox)
        if ground is None or not _may_hold_link(image, line.bbox, ground):
            continue
        marks = [_mark_of(image, word, ground) for word in line.words]
        for score, group in groupby(zip(marks, line.words, strict=True), key=lambda pair: pair[0]):
            words = [word for _, word in group]
            if score == _UNDERLINED_SCORE:
                runs = _joined(image, words, ground)
                # The line under a single letter, which Alt goes with, is as long as a short word.
                found += [_link(run, idx, score) for run in runs if sum(len(word.text) for word in run) > 2]
            elif score:
                found.append(_link(words, idx, score))
    return found


def _link(words: Sequence[Word], line_idx: int, score: float) -> Control:
    boxes = np.array([word.bbox for word in words])
    bbox = (*boxes[:, :2].min(axis=0).tolist(), *boxes[:, 2:].max(axis=0).tolist())
    return Control(bbox=bbox, kind=ElementKind.LINK, line_idxs=(line_idx,), score=score)


def _joined(image: Picture, words: Sequence[Word], ground: NDArray[np.int16]) -> list[list[Word]]:
    """Underlined words, parted where the space between them is not underlined."""
    runs = [[words[0]]]
    for before, word in pairwise(words):
        top = (word.bbox[1] + word.bbox[3]) / 2
        space = _cut(image, (before.bbox[2] + 1, top, word.bbox[0] - 1, word.bbox[3] + 4))
        is_lined = (np.abs(space - ground).max(axis=2, initial=0) > _MIN_CONTRAST).all(axis=1)
        if is_lined.any():
            runs[-1].append(word)
        else:
            runs.append([word])
    return runs


def _cut(image: Picture, box: Box) -> NDArray[np.int16]:
    x1, y1, x2, y2 = (round(value) for value in box)
    return image[max(y1, 0) : y2, max(x1, 0) : x2].astype(np.int16)


def _ground(image: Picture, box: Box) -> NDArray[np.int16] | None:
    """Colour behind a line; None if it is a strong one, where writing is coloured to be legible."""
    x1, y1, x2, y2 = box
    rows = [_cut(image, (x1 - 2, y, x2 + 2, y + 1))[0, ::_GROUND_STEP_PX] for y in (max(y1 - 2, 0), y2 - 1)]
    ground = np.median(np.concatenate(rows), axis=0).astype(np.int16)
    return None if int(np.ptp(ground)) > _MIN_CHROMA else ground


def _may_hold_link(image: Picture, box: Box, ground: NDArray[np.int16]) -> bool:
    """Whether anything is blue, or a row is drawn through for a while; most lines are neither."""
    x1, y1, x2, y2 = box
    part = _cut(image, (x1, y1, x2, y2 + max(3.0, 0.2 * (y2 - y1))))
    red, blue = part[:, :, 0], part[:, :, 2]
    ahead = blue - red - int(ground[2] - ground[0])
    if np.count_nonzero(ahead >= _MIN_BLUE_LEAD) > 0.02 * ahead.size:
        return True
    lower = np.abs(part[round(0.6 * (y2 - y1)) :, :, 1] - ground[1]) > _MIN_CONTRAST / 3
    step = max(round(y2 - y1), 1)
    windows = np.add.reduceat(lower, np.arange(0, lower.shape[1], step), axis=1, dtype=np.int32)
    return bool((windows >= _MIN_UNDERLINE_COVER * step).any())


def _mark_of(image: Picture, word: Word, ground: NDArray[np.int16]) -> float:
    """Score of a word as part of a link; 0 if it is none."""
    if not any(letter.isalnum() for letter in word.text):
        return 0.0
    part = _cut(image, word.bbox)
    contrast = np.abs(part - ground).max(axis=2, initial=0)
    strongest = int(contrast.max(initial=0))
    if strongest < _MIN_CONTRAST:
        return 0.0
    if _is_underlined(image, word.bbox, ground, 0.4 * strongest):
        return _UNDERLINED_SCORE
    red, green, blue = part[contrast > 0.7 * strongest].mean(axis=0).tolist()
    is_blue = blue - red >= _MIN_BLUE_LEAD and blue - green >= 0 and blue - min(red, green) >= _MIN_CHROMA
    return _BLUE_SCORE if is_blue else 0.0


def _is_underlined(image: Picture, box: Box, ground: NDArray[np.int16], min_contrast: float) -> bool:
    """Whether a thin line as long as the word lies under it; lines that go on belong to something else."""
    x1, y1, x2, y2 = box
    if x2 - x1 < 5:
        return False
    height = y2 - y1
    reach = _cut(image, (x1, y1 + 0.6 * height, x2, y2 + max(3.0, 0.2 * height)))
    is_drawn = np.abs(reach - ground).max(axis=2, initial=0) > min_contrast
    cover = is_drawn.mean(axis=1)
    rows = np.flatnonzero(cover >= _MIN_UNDERLINE_COVER)
    is_thin = 1 <= len(rows) <= max(2.0, 0.16 * height) and rows[-1] - rows[0] + 1 == len(rows)
    # Letters of one line seldom fill a row; where they do, the rows above are nearly as full.
    if not is_thin or rows[0] < 2 or cover[rows[0] - 1] > 0.6 * cover[rows[0]]:
        return False
    y = round(y1 + 0.6 * height) + int(rows[0])
    far = _MAX_OVERHANG_PX + height
    ends = (image[y, max(round(x1 - far), 0)], image[y, min(round(x2 + far), image.shape[1] - 1)])
    below = is_drawn[rows[-1] + 1 :].mean() if rows[-1] + 1 < len(is_drawn) else 0.0
    goes_on = all(int(np.abs(end.astype(np.int16) - ground).max()) > min_contrast for end in ends)
    return below < 0.5 and not goes_on
