"""Capture through mss, which reads the screen on X11, Windows and macOS alike."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from agent.errors import CaptureError
from agent.geometry import Point, Rect, ScreenTransform
from agent.types import Monitor, Screenshot

_T = TypeVar("_T")


class GrabbedImage(Protocol):
    """What a grab yields: BGRA bytes, rows without padding."""

    @property
    def raw(self) -> bytearray:
        """Width x height x 4 bytes."""
        ...

    @property
    def width(self) -> int:
        """Captured pixels in a row; not the reported width where the screen is scaled."""
        ...

    @property
    def height(self) -> int:
        """Captured rows."""
        ...


class Grabber(Protocol):
    """The part of ``mss.MSS`` that is used."""

    @property
    def monitors(self) -> Sequence[Mapping[str, Any]]:
        """First the whole desktop, then each monitor: left, top, width, height and perhaps is_primary, output."""
        ...

    def grab(self, monitor: Mapping[str, Any], /) -> GrabbedImage:
        """Capture a region given in reported coordinates."""
        ...

    def close(self) -> None:
        """Release the connection."""
        ...


class MssCapture:
    """Captures monitors; see ``ScreenCapture``.

    Each call opens mss anew (0.6 ms on X11): mss reads the monitors once in its life, and its buffer has the size
    that the screen had then, but monitors come and go while the tray program runs for weeks.

    Args:
        open_grabber: makes an ``mss.MSS``.
        read_pointer: tells where the pointer is, in the coordinates of the monitors' bounds.
        close_pointer: releases what ``read_pointer`` holds.
        foreign_errors: what the grabber raises when the screen cannot be read.
        install_hint: what to do when it does not work.
    """

    def __init__(
        self,
        open_grabber: Callable[[], Grabber],
        read_pointer: Callable[[], Point],
        *,
        close_pointer: Callable[[], None] = lambda: None,
        foreign_errors: tuple[type[Exception], ...] = (),
        install_hint: str,
    ) -> None:
        self.install_hint = install_hint
        self._open_grabber = open_grabber
        self._read_pointer = read_pointer
        self._close_pointer = close_pointer
        self._foreign_errors = foreign_errors

    def is_supported(self) -> bool:
        """True: the factory makes this object only where mss can work."""
        return True

    def is_available(self) -> bool:
        """Whether a display can be reached now."""
        try:
            self.monitors()
        except CaptureError:
            return False
        return True

    def monitors(self) -> tuple[Monitor, ...]:
        """All monitors, primary first."""
        return self._with_grabber(lambda grabber: tuple(monitor for monitor, _ in _list_monitors(grabber)))

    def pointer_pt(self) -> Point:
        """Where the mouse pointer is on the desktop."""
        return self._read_pointer()

    def capture(self, monitor_idx: int | None = None) -> Screenshot:
        """Capture a monitor by index; None takes the one under the pointer."""
        pointer_pt = self._read_pointer() if monitor_idx is None else None
        return self._with_grabber(lambda grabber: _capture(grabber, monitor_idx, pointer_pt))

    def close(self) -> None:
        """Release the connection to the display."""
        self._close_pointer()

    def _with_grabber(self, use: Callable[[Grabber], _T]) -> _T:
        try:
            grabber = self._open_grabber()
            try:
                return use(grabber)
            finally:
                grabber.close()
        except self._foreign_errors as exc:
            raise CaptureError("The screen could not be captured.", hint=self.install_hint) from exc


def _list_monitors(grabber: Grabber) -> tuple[tuple[Monitor, Mapping[str, Any]], ...]:
    """Each monitor with the region to grab, primary first; a system that names no monitors has one: the desktop."""
    regions = grabber.monitors[1:] or grabber.monitors[:1]
    primary_idx = next((idx for idx, region in enumerate(regions) if region.get("is_primary")), 0)
    listed = [
        (
            Monitor(
                index=idx,
                bounds_pt=Rect(left=region["left"], top=region["top"], width=region["width"], height=region["height"]),
                is_primary=idx == primary_idx,
            ),
            region,
        )
        for idx, region in enumerate(regions)
    ]
    return tuple(sorted(listed, key=lambda entry: not entry[0].is_primary))


def _capture(grabber: Grabber, monitor_idx: int | None, pointer_pt: Point | None) -> Screenshot:
    started_s = time.monotonic()
    monitor, region = _choose(_list_monitors(grabber), monitor_idx, pointer_pt)
    image = grabber.grab(region)
    pixels = _to_rgb(image)
    finished_s = time.monotonic()
    return Screenshot(
        pixels=pixels,
        monitor=monitor,
        transform=ScreenTransform(width_px=image.width, height_px=image.height, bounds_pt=monitor.bounds_pt),
        captured_at_s=finished_s,
        capture_ms=(finished_s - started_s) * 1000,
    )


def _choose(
    listed: tuple[tuple[Monitor, Mapping[str, Any]], ...], monitor_idx: int | None, pointer_pt: Point | None
) -> tuple[Monitor, Mapping[str, Any]]:
    if monitor_idx is not None:
        for entry in listed:
            if entry[0].index == monitor_idx:
                return entry
        valid = ", ".join(str(idx) for idx in sorted(entry[0].index for entry in listed))
        raise CaptureError(f"There is no monitor {monitor_idx}.", hint=f"The monitors here are: {valid}.")
    if pointer_pt is not None:
        for entry in listed:
            if entry[0].bounds_pt.contains(pointer_pt):
                return entry
    return listed[0]  # the pointer rests where no monitor is (one was just unplugged)


def _to_rgb(image: GrabbedImage) -> NDArray[np.uint8]:
    import cv2

    bgra = np.frombuffer(image.raw, dtype=np.uint8).reshape(image.height, image.width, 4)
    rgb: NDArray[np.uint8] = cv2.cvtColor(bgra, cv2.COLOR_BGRA2RGB)
    rgb.flags.writeable = False
    return rgb
