import math
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.data.faults import Fault, FaultyRowError
from model.data.sources.usable import picture_name, usable_record
from tests.model.data.sources.rows import row


def _fault(values: Any, size_px: tuple[int, int] | None = None) -> Fault:
    with pytest.raises(FaultyRowError) as caught:
        usable_record(values, name="rows.json, row 7", size_px=size_px)
    assert caught.value.message.startswith("rows.json, row 7: ")
    assert caught.value.hint
    return caught.value.fault


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ([], Fault.NOT_A_RECORD),
        ({"image": "a.png"}, Fault.NOT_A_RECORD),
        (row(wish=" "), Fault.EMPTY_INSTRUCTION),
        (row(say="type('x')"), Fault.NO_TARGET),
        (row(box=None), Fault.NO_BOX),
        (row(box=[0.1, 0.2, 0.3]), Fault.BOX_NOT_NUMBERS),
        (row(box=[0.1, 0.2, 0.3, "0.4"]), Fault.BOX_NOT_NUMBERS),
        (row(box=[0.1, 0.2, 0.3, math.nan]), Fault.BOX_NOT_NUMBERS),
        (row(box=[0.1, 0.2, 0.3, 10**400]), Fault.BOX_NOT_NUMBERS),
        (row(box=[10, 10, 20, 20]), Fault.BOX_OUTSIDE),
        (row(box=[-0.01, 0.2, 0.3, 0.4]), Fault.BOX_OUTSIDE),
        (row(box=[0.5, 0.2, 0.3, 0.4]), Fault.BOX_INVERTED),
        (row(box=[0.3, 0.2, 0.3, 0.4]), Fault.BOX_EMPTY),
        (row(box=[1.0, 0.2, 1.0005, 0.4], say="click(x=1, y=0.3)"), Fault.BOX_EMPTY),
        (row(box=[0, 0, 1, 1]), Fault.BOX_WHOLE_SCREEN),
        (row(say="click(x=640, y=0.3)"), Fault.POINT_OUTSIDE),
        (row(say="click(x=0.6, y=0.3)"), Fault.POINT_OFF_BOX),
    ],
    ids=str,
)
def test_each_kind_of_bad_row_has_its_reason(values: Any, fault: Fault) -> None:
    assert _fault(values) is fault


def test_edges_that_were_rounded_over_the_border_are_put_on_it() -> None:
    record = usable_record(row(box=[-0.0004, 0.2, 0.5, 1.001]), name="a")
    assert (record.box.x1_norm, record.box.y2_norm) == (0.0, 1.0)


def test_a_point_may_be_a_little_beside_its_box_but_a_drag_is_not_judged() -> None:
    usable_record(row(say="click(x=0.515, y=0.3)"), name="a")
    usable_record(row(say="drag(from_coord=[0.3, 0.3], to_coord=[0.9, 0.9])"), name="a")


@given(
    x=st.tuples(st.integers(0, 1919), st.integers(1, 1920)),
    y=st.tuples(st.integers(0, 1079), st.integers(1, 1080)),
)
def test_pixels_become_the_same_fractions_and_back(x: tuple[int, int], y: tuple[int, int]) -> None:
    """GIVEN a data set that is declared to be in pixels THEN boxes and points are those in fractions."""
    x1, x2, y1, y2 = x[0], max(x[1], x[0] + 1), y[0], max(y[1], y[0] + 1)
    say = f"click(x={(x1 + x2) / 2}, y={(y1 + y2) / 2})"
    if (x2 - x1) * (y2 - y1) >= 0.95 * 1920 * 1080:
        assert _fault(row(box=[x1, y1, x2, y2], say=say), (1920, 1080)) is Fault.BOX_WHOLE_SCREEN
        return
    record = usable_record(row(box=[x1, y1, x2, y2], say=say), name="a", size_px=(1920, 1080))
    box = record.box
    assert (box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm) == (x1 / 1920, y1 / 1080, x2 / 1920, y2 / 1080)
    back = (box.x1_norm * 1920, box.y1_norm * 1080, box.x2_norm * 1920, box.y2_norm * 1080)
    assert back == pytest.approx((x1, y1, x2, y2), abs=1e-9)
    ((x_norm, y_norm),) = record.turns[1].points_norm
    assert (x_norm * 1920, y_norm * 1080) == pytest.approx(((x1 + x2) / 2, (y1 + y2) / 2), abs=2)


def test_declared_pixels_outside_their_picture_are_refused() -> None:
    assert _fault(row(box=[10, 10, 900, 20], say="click(x=20, y=15)"), (800, 600)) is Fault.BOX_OUTSIDE
    assert _fault(row(box=[10, 10, 90, 20], say="click(x=20, y=700)"), (800, 600)) is Fault.POINT_OUTSIDE


@given(st.lists(st.floats(0.05, 0.9), min_size=4, max_size=4))
def test_fractions_are_taken_as_they_are(sides: list[float]) -> None:
    x1, y1, x2, y2 = sides[0], sides[1], sides[0] + sides[2] / 10, sides[1] + sides[3] / 10
    box = usable_record(row(box=[x1, y1, x2, y2], say=f"click(x={x1:.4f}, y={y1:.4f})"), name="a").box
    assert [box.x1_norm, box.y1_norm, box.x2_norm, box.y2_norm] == [x1, y1, x2, y2]


@pytest.mark.parametrize(
    "image", [None, 3, ["a.png", "b.png"], "/etc/a.png", "../a.png", "x/../../a.png", "", "a\0.png"]
)
def test_a_picture_is_named_by_a_path_below_its_folder(image: Any) -> None:
    with pytest.raises(FaultyRowError) as caught:
        picture_name(row() | {"image": image}, name="row 1")
    assert caught.value.fault is Fault.PICTURE_NAME
    assert picture_name(row() | {"image": ["./web/a.png"]}, name="row 1") == "web/a.png"


def test_the_reason_survives_a_process_boundary() -> None:
    error = pickle.loads(pickle.dumps(FaultyRowError(Fault.NO_BOX, "row 1: none.", hint="Mend it.")))
    assert (error.fault, error.message, error.hint) == (Fault.NO_BOX, "row 1: none.", "Mend it.")
