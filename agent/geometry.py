"""Points, rectangles and every conversion between coordinate spaces; pure functions.

Three spaces, always in the name:

``_px``    pixels of one captured monitor image, origin at its upper left corner
``_pt``    desktop points: what the system reports monitor bounds in and takes mouse events in; the
           origin is that of the virtual desktop, so values may be negative. On X11 a point is a pixel.
``_norm``  fraction of the captured image, 0..1

A transform is made from what was *captured* against what was *reported*, at each capture, and never from a
scale that the system claims (such claims disagree with the picture on fractional scales).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """A position (x, y); the name that holds it says in which space."""

    x: float
    y: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Rect:
    """A half-open rectangle; the name that holds it says in which space."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        if self.width < 0 or self.height < 0:
            raise ValueError(f"a rectangle cannot have a negative size: {self}")

    @classmethod
    def from_box(cls, box: tuple[float, float, float, float]) -> "Rect":
        """From (x1, y1, x2, y2)."""
        return cls(left=box[0], top=box[1], width=box[2] - box[0], height=box[3] - box[1])

    @property
    def right(self) -> float:
        """First x to the right of it."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """First y below it."""
        return self.top + self.height

    @property
    def center(self) -> Point:
        """Its middle."""
        return Point(self.left + self.width / 2, self.top + self.height / 2)

    @property
    def area(self) -> float:
        """Width times height."""
        return self.width * self.height

    def contains(self, point: Point) -> bool:
        """Whether a point of the same space lies inside."""
        return self.left <= point.x < self.right and self.top <= point.y < self.bottom

    def intersection(self, other: "Rect") -> "Rect | None":
        """The common part, or None if there is none."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        width, height = min(self.right, other.right) - left, min(self.bottom, other.bottom) - top
        if width <= 0 or height <= 0:
            return None
        return Rect(left=left, top=top, width=width, height=height)

    def inflated(self, margin: float) -> "Rect":
        """Grown by a margin on every side."""
        return Rect(
            left=self.left - margin,
            top=self.top - margin,
            width=self.width + 2 * margin,
            height=self.height + 2 * margin,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ScreenTransform:
    """How one captured monitor image lies on the desktop.

    Attributes:
        width_px, height_px: size of the captured image.
        bounds_pt: what the system reported for the captured region.
    """

    width_px: int
    height_px: int
    bounds_pt: Rect

    def __post_init__(self) -> None:
        if self.width_px <= 0 or self.height_px <= 0 or self.bounds_pt.area <= 0:
            raise ValueError(f"a transform needs positive sizes, not {self}")

    @property
    def scale_x(self) -> float:
        """Captured pixels per point, horizontally."""
        return self.width_px / self.bounds_pt.width

    @property
    def scale_y(self) -> float:
        """Captured pixels per point, vertically."""
        return self.height_px / self.bounds_pt.height

    def px_to_pt(self, point_px: Point) -> Point:
        """Image pixel to desktop point."""
        return Point(
            self.bounds_pt.left + point_px.x / self.scale_x,
            self.bounds_pt.top + point_px.y / self.scale_y,
        )

    def pt_to_px(self, point_pt: Point) -> Point:
        """Desktop point to image pixel."""
        return Point(
            (point_pt.x - self.bounds_pt.left) * self.scale_x,
            (point_pt.y - self.bounds_pt.top) * self.scale_y,
        )

    def px_to_norm(self, point_px: Point) -> Point:
        """Image pixel to fraction."""
        return Point(point_px.x / self.width_px, point_px.y / self.height_px)

    def norm_to_px(self, point_norm: Point) -> Point:
        """Fraction to image pixel."""
        return Point(point_norm.x * self.width_px, point_norm.y * self.height_px)

    def rect_px_to_pt(self, rect_px: Rect) -> Rect:
        """Image rectangle to desktop rectangle."""
        corner = self.px_to_pt(Point(rect_px.left, rect_px.top))
        return Rect(
            left=corner.x,
            top=corner.y,
            width=rect_px.width / self.scale_x,
            height=rect_px.height / self.scale_y,
        )

    def rect_pt_to_px(self, rect_pt: Rect) -> Rect:
        """Desktop rectangle to image rectangle."""
        corner = self.pt_to_px(Point(rect_pt.left, rect_pt.top))
        return Rect(
            left=corner.x,
            top=corner.y,
            width=rect_pt.width * self.scale_x,
            height=rect_pt.height * self.scale_y,
        )
