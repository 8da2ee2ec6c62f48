"""Chinese letters that are none: on a page without Chinese text, the recogniser took icons for them."""

from collections.abc import Sequence

from model.ocr.page import Line, Word
from model.ocr.signs import is_chinese
from model.ocr.surfaces import IntBox


def without_strays(lines: Sequence[Line]) -> tuple[list[Line], list[IntBox]]:
    """Take single Chinese letters out of a page that has no two of them in one word; and where they were."""
    if any(sum(map(is_chinese, word.text)) >= 2 for line in lines for word in line.words):
        return list(lines), []
    kept: list[Line] = []
    strays: list[IntBox] = []
    for line in lines:
        words = []
        for word in line.words:
            rest, stray = _split(word)
            words += rest
            strays += stray
        if len(words) == len(line.words) and all(a is b for a, b in zip(words, line.words, strict=True)):
            kept.append(line)
        elif words:
            left = words[0].bbox[0]
            bbox = (left, line.bbox[1], words[-1].bbox[2], line.bbox[3])
            kept.append(Line(bbox=bbox, words=tuple(words), score=line.score))
    return kept, strays


def _split(word: Word) -> tuple[list[Word], list[IntBox]]:
    """A word without the icon that was read as its first letter."""
    if not is_chinese(word.text):
        return [word], []
    x1, y1, x2, y2 = word.bbox
    rest = word.text[1:]
    if not is_chinese(word.text[0]) or not rest or is_chinese(rest):
        return [], [(int(x1), int(y1), int(x2), int(y2))]
    # Icons are about square.
    edge = x1 + min(y2 - y1, (x2 - x1) / 2)
    return (
        [Word(bbox=(edge, y1, x2, y2), text=rest, score=word.score)],
        [(int(x1), int(y1), int(edge), int(y2))],
    )
