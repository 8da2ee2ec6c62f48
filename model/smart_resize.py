"""The size to which a picture is resized before a Qwen-VL vision tower sees it.

The rule is that of the Qwen2-VL image processor (arXiv 2409.12191, section 2.1: native dynamic resolution).
"""

import math

MAX_ASPECT_RATIO = 200


def smart_resize(height_px: int, width_px: int, *, factor: int, min_pixels: int, max_pixels: int) -> tuple[int, int]:
    """Round both sides to multiples of ``factor``, so that the area stays within limits and the shape nearly stays.

    Args:
        height_px: height of the picture, at least 1.
        width_px: width of the picture, at least 1.
        factor: side of a merged patch in pixels.
        min_pixels: smallest area; below it both sides are scaled up alike and rounded up.
        max_pixels: largest area; above it both sides are scaled down alike and rounded down, to no less than one
            merged patch, so a very long picture may stay above the limit.

    Returns:
        (height, width) in pixels.

    Raises:
        ValueError: a side is not positive, or one is more than 200 times the other.
    """
    short, long = sorted((height_px, width_px))
    if short < 1:
        raise ValueError(f"a picture needs positive sizes, not {width_px} x {height_px}")
    if long > MAX_ASPECT_RATIO * short:
        raise ValueError(
            f"a picture may be at most {MAX_ASPECT_RATIO} times as long as wide, not {width_px} x {height_px}"
        )
    # Python's round is half to even; the published models were trained on sizes rounded this way.
    height, width = (max(factor, round(side / factor) * factor) for side in (height_px, width_px))
    if height * width > max_pixels:
        shrink = math.sqrt(height_px * width_px / max_pixels)
        return (
            max(factor, math.floor(height_px / shrink / factor) * factor),
            max(factor, math.floor(width_px / shrink / factor) * factor),
        )
    if height * width < min_pixels:
        grow = math.sqrt(min_pixels / (height_px * width_px))
        return math.ceil(height_px * grow / factor) * factor, math.ceil(width_px * grow / factor) * factor
    return height, width
