from hypothesis import given
from hypothesis import strategies as st

from model.data.instructions.asks import Beside, Between, Containing, InRow, Named, Nth, Only
from model.data.instructions.places import Side, neighbour
from model.data.instructions.roles import Role
from model.data.instructions.scene import Scene
from model.data.screens import Source
from model.grounder import ElementKind
from tests.model.data.instructions.desk import column, element, row, scene_of, screen_of

K = ElementKind


def test_twins_answer_together_and_a_role_tells_them_apart() -> None:
    scene = scene_of(element(K.ICON, (0, 0, 20, 20), "Save"), element(K.MENU, (0, 40, 90, 60), "Save…"))
    assert Named(key="save").answers(scene) == {0, 1}
    assert Named(key="save", role=Role.BUTTON).answers(scene) == {0}


def test_an_icon_answers_to_what_it_shows_but_a_name_goes_first() -> None:
    folder = element(K.ICON, (0, 0, 20, 20), "Open", icons=("file",))
    assert Named(key="file").answers(scene_of(folder)) == {0}
    assert Named(key="file").answers(scene_of(folder, element(K.MENU, (0, 30, 60, 50), "File"))) == {1}


def test_a_part_of_a_text_is_found_unless_many_texts_have_it() -> None:
    lines = [f"Move the window to edge {i}" for i in range(3)]
    scene = scene_of(*(element(K.TEXT, (0, 20 * i, 300, 20 * i + 18), line) for i, line in enumerate(lines)))
    assert Containing(key="to edge 1").answers(scene) == {1}
    assert not Containing(key="the window").answers(scene)


def test_the_only_one_is_none_of_two() -> None:
    field = element(K.FIELD, (0, 0, 90, 20), "Search", label="Search")
    assert Only(role=Role.FIELD).answers(scene_of(field)) == {0}
    two = scene_of(field, element(K.FIELD, (0, 40, 90, 60), "Name"))
    assert not Only(role=Role.FIELD).answers(two)
    assert Only(role=Role.FIELD, about=frozenset({"searc"})).answers(two) == {0}


def test_tabs_are_counted_from_both_ends() -> None:
    scene = scene_of(*row(K.TAB, "One Two Three Four", left=100))
    assert [Nth(role=Role.TAB, index=i).answers(scene) for i in (0, 2, -1, 4)] == [{0}, {2}, {3}, set()]


def test_nothing_is_counted_where_one_may_be_missing_or_the_order_is_not_clear() -> None:
    gap = scene_of(*row(K.TAB, "One Two"), *row(K.TAB, "Four Five", left=300))
    assert not Nth(role=Role.TAB, index=0).answers(gap)
    block = scene_of(*row(K.FIELD, "A B C"), *row(K.FIELD, "D E F", top=40))
    assert not Nth(role=Role.FIELD, index=0).answers(block)
    icons = scene_of(*row(K.BUTTON, "Yes No Maybe"), element(K.ICON, (300, 10, 320, 30), "Help"))
    assert not Nth(role=Role.BUTTON, index=0).answers(icons), "the icon may be meant as a button"


def test_what_may_go_on_beyond_the_edge_of_a_cut_picture_is_not_counted() -> None:
    tabs = row(K.TAB, "Two Three Four", left=4)
    assert not Nth(role=Role.TAB, index=0).answers(scene_of(*tabs))
    whole = Scene(screen_of(*tabs, source=Source.DESKTOP, program="glade"))
    assert Nth(role=Role.TAB, index=0).answers(whole) == {0}


def test_the_field_beside_its_label_though_both_have_its_name() -> None:
    scene = scene_of(
        element(K.TEXT, (10, 10, 60, 30), "Name:"), element(K.FIELD, (70, 10, 200, 30), "Name", label="Name")
    )
    name = Named(key="name")
    assert Beside(role=Role.FIELD, side=Side.RIGHT, anchor=name).answers(scene) == {1}
    assert Beside(role=Role.FIELD, side=None, anchor=name).answers(scene) == {1}
    assert not Beside(role=Role.FIELD, side=Side.LEFT, anchor=name).answers(scene)
    assert not Beside(role=Role.BUTTON, side=Side.RIGHT, anchor=name).answers(scene)


def test_next_to_is_not_clear_with_one_on_each_side() -> None:
    scene = scene_of(*row(K.ICON, "Cut Copy Paste"))
    assert not Beside(role=Role.ICON, side=None, anchor=Named(key="copy")).answers(scene)
    assert Between(role=Role.ICON, first=Named(key="cut"), second=Named(key="paste")).answers(scene) == {1}
    assert not Between(role=Role.ICON, first=Named(key="cut"), second=Named(key="copy")).answers(scene)


def test_an_anchor_that_is_there_twice_is_none() -> None:
    scene = scene_of(*row(K.BUTTON, "Add Close"), *row(K.BUTTON, "Edit Close", top=60))
    assert not Beside(role=Role.BUTTON, side=Side.LEFT, anchor=Named(key="close")).answers(scene)


def test_in_the_row_of() -> None:
    texts = column(K.TEXT, "report.pdf notes.txt", top=50)
    buttons = column(K.BUTTON, "Open Open", top=50, left=500)
    scene = scene_of(*texts, *buttons)
    ask = InRow(key="open", role=Role.BUTTON, anchor=Named(key="notes txt"))
    assert ask.answers(scene) == {3}


def test_an_entry_of_an_open_menu_is_not_beside_what_the_menu_lies_over() -> None:
    scene = scene_of(*column(K.MENU, "Undo Redo", top=50), element(K.TEXT, (140, 50, 200, 70), "Commit"))
    assert neighbour(scene, 0, Side.BELOW) == 1
    assert neighbour(scene, 0, Side.RIGHT) is None
    assert neighbour(scene, 2, Side.LEFT) is None


_BOXES = st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(1, 8), st.integers(1, 4)).map(
    lambda b: (b[0] * 15.0, b[1] * 15.0, (b[0] + b[2]) * 15.0, (b[1] + b[3]) * 15.0)
)


@given(boxes=st.lists(_BOXES, min_size=2, max_size=12, unique=True), side=st.sampled_from(Side), data=st.data())
def test_a_neighbour_is_on_its_side_and_nothing_is_nearer(boxes: list, side: Side, data: st.DataObject) -> None:
    scene = Scene(screen_of(*(element(K.BUTTON, box, f"name {i}") for i, box in enumerate(boxes))))
    index = data.draw(st.integers(0, len(boxes) - 1))
    found = neighbour(scene, index, side)
    if found is None:
        return
    (x1, y1, x2, y2), (a1, b1, a2, b2) = boxes[index], boxes[found]
    is_there = {Side.LEFT: a2 <= x1, Side.RIGHT: a1 >= x2, Side.ABOVE: b2 <= y1, Side.BELOW: b1 >= y2}
    assert is_there[side]
    is_level = side in {Side.LEFT, Side.RIGHT}
    assert (min(y2, b2) > max(y1, b1)) if is_level else (min(x2, a2) > max(x1, a1))
    for c1, d1, c2, d2 in boxes[:index] + boxes[index + 1 :]:
        is_between = {
            Side.LEFT: a2 < c1 and c2 <= x1,
            Side.RIGHT: x2 <= c1 and c2 < a1,
            Side.ABOVE: b2 < d1 and d2 <= y1,
            Side.BELOW: y2 <= d1 and d2 < b1,
        }[side]
        covers = (d1 <= y1 and d2 >= y2) if is_level else (c1 <= x1 and c2 >= x2)
        assert not (is_between and covers), "something nearer stands across the whole of it"
