from model.data.instructions.keys import key_of, shown, stems_of
from model.data.instructions.roles import Role
from model.grounder import ElementKind
from tests.model.data.instructions.desk import column, element, row, scene_of

K = ElementKind


def test_what_is_the_same_to_a_person_has_one_key() -> None:
    assert key_of("Save As…") == key_of("save as") == key_of("Save As (Ctrl+Shift+S)") == "save as"
    assert key_of("Name:") == key_of("name") == key_of("• Name")
    assert key_of("E-mail") == "e mail"


def test_signs_and_single_letters_tell_names_apart() -> None:
    assert key_of("Volume +") != key_of("Volume -")
    assert len({key_of(name) for name in ("x", "X", "x!", "(x)")}) == 4


def test_names_are_shown_without_what_programs_hang_on_them() -> None:
    assert [shown(name) for name in ("Open…", "Name:", "Play (Alt+P)", "...")] == ["Open", "Name", "Play", "..."]
    assert stems_of("the Settings of it") == {"setti"}


def test_menus_in_a_row_are_a_bar_and_those_below_each_other_its_entries() -> None:
    scene = scene_of(*row(K.MENU, "File Edit View"), *column(K.MENU, "New Open Save", top=34))
    assert [scene.role(i) for i in range(6)] == [Role.MENU] * 3 + [Role.MENU_ITEM] * 3


def test_a_button_with_an_icon_may_be_called_an_icon() -> None:
    scene = scene_of(
        element(K.BUTTON, (0, 0, 60, 20), "Delete", icons=("trash",)), element(K.ICON, (70, 0, 90, 20), "Cut")
    )
    assert scene.roles[0] == {Role.BUTTON, Role.ICON}
    assert scene.roles[1] == {Role.BUTTON, Role.ICON}
    assert [scene.role(0), scene.role(1)] == [Role.BUTTON, Role.ICON]


def test_a_checkbox_goes_with_its_label_and_a_control_with_what_it_holds() -> None:
    scene = scene_of(
        element(K.CHECKBOX, (10, 10, 24, 24), label="Wrap lines"),
        element(K.TEXT, (28, 10, 100, 24), "Wrap lines"),
        element(K.BUTTON, (10, 40, 100, 70), "Save"),
        element(K.TEXT, (20, 45, 60, 65), "Save"),
    )
    assert scene.whole({0}) == {0, 1}
    assert scene.whole({3}) == {2, 3}


def test_of_two_fields_in_a_row_only_the_first_has_the_label() -> None:
    scene = scene_of(
        element(K.TEXT, (10, 10, 60, 30), "Delay"),
        element(K.FIELD, (70, 10, 120, 30), "Delay", label="Delay"),
        element(K.FIELD, (130, 10, 200, 30), "Delay", label="Delay", text="Plain"),
    )
    assert scene.names[1] == {"delay"}
    assert scene.names[2] == {"plain"}
    assert not scene.shows_label(2)


def test_a_window_is_no_element_to_click_on() -> None:
    scene = scene_of(
        element(K.OTHER, (0, 0, 400, 300), "Find"), element(K.BUTTON, (10, 10, 60, 30), "Find", window="Find")
    )
    assert scene.live == [1]
    assert scene.windows == {"find": 0}
