"""A desktop in memory: windows of drawn rectangles that react to clicks and keys, on a clock that is turned by hand.

Implements ``ScreenCapture``, ``DesktopControl`` and ``WindowSystem``. What happens is deterministic: effects come at a
time of the fake clock, after a number of captures, or just when somebody has looked (see ``SceneGrounding``).
"""

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from itertools import count

import numpy as np
from numpy.typing import NDArray

from agent.cancel import StopSwitch
from agent.errors import Paused, WindowError
from agent.geometry import Point, Rect, ScreenTransform
from agent.types import Action, Click, Drag, Monitor, Move, PressKeys, Screenshot, Scroll, TypeText
from agent.windows._base import Window
from model.grounder import ElementKind
from tests.fakes.fake_clock import FakeClock

Effect = Callable[[], object]


@dataclass
class FakeElement:
    """A rectangle in a window; ``rect`` is relative to the window."""

    name: str
    rect: Rect
    kind: ElementKind = ElementKind.BUTTON
    on_click: Effect | None = None
    on_drop: Effect | None = None
    text: str = ""
    is_checked: bool | None = None
    is_visible: bool = True
    is_scrolled: bool = False
    is_secret: bool = False
    is_highlighted_by_pointer: bool = False


@dataclass
class FakeWindow:
    """A window; ``is_popup`` ones (menus) are on the screen but in nobody's list."""

    title: str
    bounds: Rect
    elements: list[FakeElement] = field(default_factory=list)
    pid: int = 100
    is_dialog: bool = False
    is_popup: bool = False
    is_own: bool = False
    is_tooltip: bool = False
    focused: FakeElement | None = None
    on_key: Callable[[tuple[str, ...]], None] | None = None
    on_close: Effect | None = None
    scroll_pt: float = 0.0
    scroll_end_pt: float = 0.0
    window_id: int = field(default_factory=count(1).__next__)

    def element(self, name: str) -> FakeElement:
        return next(element for element in self.elements if element.name == name)

    def rect_of(self, element: FakeElement) -> Rect:
        shift = self.scroll_pt if element.is_scrolled else 0.0
        rect = element.rect
        return Rect(
            left=self.bounds.left + rect.left,
            top=self.bounds.top + rect.top - shift,
            width=rect.width,
            height=rect.height,
        )

    def moved(self, dx: float, dy: float) -> None:
        self.bounds = replace(self.bounds, left=self.bounds.left + dx, top=self.bounds.top + dy)


@dataclass(frozen=True)
class SceneElement:
    """What was to be seen of an element at one moment."""

    name: str
    box: tuple[float, float, float, float]
    kind: ElementKind
    text: str
    is_checked: bool | None
    is_secret: bool


class FakeDesktop:
    install_hint = ""

    def __init__(self, clock: FakeClock, stop: StopSwitch, *, width: int = 640, height: int = 480) -> None:
        self.clock = clock
        self.stop = stop
        self.size = (width, height)
        self.stack: list[FakeWindow] = []  # topmost first
        self.active_window: FakeWindow | None = None
        self.actions: list[Action] = []
        self.clicked: list[str] = []
        self.latency_s = 0.0
        self.pointer = Point(5, 5)
        self.n_captures = 0
        self.n_released = 0
        self.on_perform: Callable[[Action], None] | None = None
        self.is_flickering = False
        self.n_typed_before_pause = 0
        self._all_selected = False
        self._scenes: list[tuple[NDArray[np.uint8], tuple[SceneElement, ...]]] = []
        self._after_captures: list[tuple[int, Effect]] = []

    # ------------------------------------------------------------------ set up

    def open(self, window: FakeWindow) -> FakeWindow:
        self.stack.insert(0, window)
        if not window.is_popup:
            self.active_window = window
        return window

    def shut(self, window: FakeWindow) -> None:
        if window in self.stack:
            self.stack.remove(window)
        if self.active_window is window:
            self.active_window = next((other for other in self.stack if not other.is_popup), None)

    def after_captures(self, n: int, effect: Effect) -> None:
        self._after_captures.append((self.n_captures + n, effect))

    def scene_of(self, screenshot: Screenshot) -> tuple[SceneElement, ...]:
        return next(scene for pixels, scene in reversed(self._scenes) if pixels is screenshot.pixels)

    # ------------------------------------------------------------------ all three protocols

    def is_supported(self) -> bool:
        return True

    def is_available(self) -> bool:
        return True

    def pointer_pt(self) -> Point:
        return self.pointer

    def close(self) -> None:
        self._scenes.clear()

    # ------------------------------------------------------------------ ScreenCapture

    def monitors(self) -> tuple[Monitor, ...]:
        width, height = self.size
        return (Monitor(index=0, bounds_pt=Rect(left=0, top=0, width=width, height=height), is_primary=True),)

    def capture(self, monitor_idx: int | None = None) -> Screenshot:
        assert monitor_idx in (None, 0)
        self.n_captures += 1
        due = [effect for at, effect in self._after_captures if at <= self.n_captures]
        self._after_captures = [(at, effect) for at, effect in self._after_captures if at > self.n_captures]
        for effect in due:
            effect()
        pixels = self._draw()
        pixels.flags.writeable = False
        scene = self._scene()
        if self._scenes and self._scenes[-1][1] == scene and np.array_equal(self._scenes[-1][0], pixels):
            pixels = self._scenes[-1][0]
        else:
            self._scenes = [*self._scenes[-60:], (pixels, scene)]
        monitor = self.monitors()[0]
        transform = ScreenTransform(width_px=self.size[0], height_px=self.size[1], bounds_pt=monitor.bounds_pt)
        return Screenshot(
            pixels=pixels,
            monitor=monitor,
            transform=transform,
            captured_at_s=self.clock.monotonic(),
            capture_ms=7.0,
        )

    def _draw(self) -> NDArray[np.uint8]:
        width, height = self.size
        canvas = np.full((height, width, 3), 90, np.uint8)
        if self.is_flickering:
            canvas[height - 60 :, width - 80 :] = self.n_captures * 37 % 256
        for window in reversed(self.stack):
            _fill(canvas, window.bounds, 200 + window.window_id % 40)
            inner = canvas[_slices(canvas, window.bounds)]
            for element in window.elements:
                if element.is_visible:
                    rect = window.rect_of(element)
                    local = replace(rect, left=rect.left - window.bounds.left, top=rect.top - window.bounds.top)
                    self._draw_element(inner, local, rect, element)
        return canvas

    def _draw_element(self, inner: NDArray[np.uint8], local: Rect, rect: Rect, element: FakeElement) -> None:
        shown = "*" * len(element.text) if element.is_secret else element.text
        seed = zlib.crc32(f"{element.name}|{shown}|{element.is_checked}".encode())
        region = inner[_slices(inner, local)]
        if region.size:
            noise = np.random.default_rng(seed).integers(0, 200, region.shape, np.uint8)
            region[...] = noise
        if element.is_highlighted_by_pointer and rect.contains(self.pointer):
            _fill(inner, replace(local, height=4), 255)

    def _scene(self) -> tuple[SceneElement, ...]:
        scene = []
        for window in self.stack:
            for element in window.elements:
                rect = window.rect_of(element)
                visible = element.is_visible and window.bounds.contains(rect.center)
                if visible and self._top_at(rect.center) is window:
                    box = (rect.left, rect.top, rect.right, rect.bottom)
                    scene.append(
                        SceneElement(
                            element.name, box, element.kind, element.text, element.is_checked, element.is_secret
                        )
                    )
        return tuple(scene)

    # ------------------------------------------------------------------ WindowSystem

    def windows(self, *, include_hidden: bool = False) -> tuple[Window, ...]:
        return tuple(_described(window) for window in self.stack if not window.is_popup and not window.is_own)

    def active(self) -> Window | None:
        window = self.active_window
        return None if window is None or window.is_own else _described(window)

    def passing_pt(self) -> tuple[Rect, ...]:
        return tuple(window.bounds for window in self.stack if window.is_tooltip)

    def window_at(self, point_pt: Point) -> Window | None:
        window = self._top_at(point_pt)
        return None if window is None else _described(window)

    def is_own(self, window: Window) -> bool:
        return any(other.window_id == window.window_id and other.is_own for other in self.stack)

    def activate(self, window: Window) -> None:
        found = self._find(window)
        self.stack.remove(found)
        self.open(found)

    def close_window(self, window: Window) -> None:
        found = self._find(window)
        if found.on_close is not None:
            found.on_close()
        else:
            self.shut(found)

    def _find(self, window: Window) -> FakeWindow:
        for other in self.stack:
            if other.window_id == window.window_id:
                return other
        raise WindowError("The window has gone.")

    def _top_at(self, point: Point) -> FakeWindow | None:
        return next((window for window in self.stack if window.bounds.contains(point)), None)

    # ------------------------------------------------------------------ DesktopControl

    def perform(self, action: Action) -> Action:
        self.stop.check()
        if self.on_perform is not None:
            self.on_perform(action)
        self.stop.check()
        if self.stop.is_paused:
            n_typed = self.n_typed_before_pause if isinstance(action, TypeText) else 0
            if isinstance(action, TypeText) and n_typed:
                self._type(action.text[:n_typed])
                done, rest = TypeText(text=action.text[:n_typed]), TypeText(text=action.text[n_typed:])
                raise Paused(done=done, rest=rest)
            raise Paused(done=None, rest=action)
        self.actions.append(action)
        match action:
            case Move(at_pt=at_pt):
                self.pointer = at_pt
            case Click():
                self.pointer = action.at_pt
                self._click(action)
            case Drag():
                self._drag(action)
            case Scroll():
                self._scroll(action)
            case TypeText(text=text):
                self._later(lambda: self._type(text))
            case PressKeys(keys=keys):
                self._later(lambda: self._press(keys))
        return action

    def release_all(self) -> None:
        self.n_released += 1

    def _later(self, effect: Effect) -> None:
        if self.latency_s:
            self.clock.call_at(self.clock.monotonic() + self.latency_s, effect)
        else:
            effect()

    def _element_at(self, point: Point) -> tuple[FakeWindow | None, FakeElement | None]:
        window = self._top_at(point)
        if window is None:
            return None, None
        hits = [e for e in window.elements if e.is_visible and window.rect_of(e).contains(point)]
        return window, hits[-1] if hits else None

    def _click(self, click: Click) -> None:
        window, element = self._element_at(click.at_pt)
        self.clicked.append(f"{window.title if window else ''}/{element.name if element else ''}")
        if window is None:
            return
        if not window.is_popup and not window.is_own and self.active_window is not window:
            self.stack.remove(window)
            self.open(window)
        if element is not None:
            if element.kind is ElementKind.FIELD:
                window.focused = element
            if element.is_checked is not None and element.on_click is None:
                self._later(lambda: setattr(element, "is_checked", not element.is_checked))
            if element.on_click is not None:
                self._later(element.on_click)

    def _drag(self, drag: Drag) -> None:
        _, source = self._element_at(drag.from_pt)
        _, destination = self._element_at(drag.to_pt)
        self.clicked.append(f"{source and source.name} -> {destination and destination.name}")
        if destination is not None and destination.on_drop is not None:
            self._later(destination.on_drop)

    def _scroll(self, scroll: Scroll) -> None:
        window = self._top_at(scroll.at_pt)
        if window is not None:
            delta = {"down": 1, "up": -1}[scroll.direction.value] * 10 * scroll.clicks
            window.scroll_pt = min(max(window.scroll_pt + delta, 0), window.scroll_end_pt)

    def _type(self, text: str) -> None:
        focused = self.active_window.focused if self.active_window is not None else None
        if focused is not None:
            focused.text = text if self._all_selected else focused.text + text
        self._all_selected = False

    def _press(self, keys: tuple[str, ...]) -> None:
        window = self.active_window
        focused = window.focused if window is not None else None
        if keys == ("ctrl", "a"):
            self._all_selected = True
        elif keys == ("delete",) and focused is not None and self._all_selected:
            focused.text, self._all_selected = "", False
        elif window is not None and window.on_key is not None:
            window.on_key(keys)


def _described(window: FakeWindow) -> Window:
    return Window(
        window_id=window.window_id,
        title=window.title,
        app="fake",
        pid=window.pid,
        bounds_pt=window.bounds,
        is_dialog=window.is_dialog,
    )


def _slices(canvas: NDArray[np.uint8], rect: Rect) -> tuple[slice, slice]:
    height, width = canvas.shape[:2]
    top, bottom = (min(max(round(y), 0), height) for y in (rect.top, rect.bottom))
    left, right = (min(max(round(x), 0), width) for x in (rect.left, rect.right))
    return slice(top, bottom), slice(left, right)


def _fill(canvas: NDArray[np.uint8], rect: Rect, value: int) -> None:
    canvas[_slices(canvas, rect)] = value
