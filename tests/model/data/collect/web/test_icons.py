import pytest

from model.data.collect.web.icons import icon_names


@pytest.mark.parametrize(
    ("classes", "names"),
    [
        (("bi", "bi-trash"), ("trash",)),
        (("fa-solid", "fa-floppy-disk", "fa-fw", "fa-2x"), ("floppy-disk",)),
        (("ri-delete-bin-line",), ("delete-bin",)),
        (("mdi", "mdi-24px", "mdi-content-save-outline"), ("content-save",)),
        (("ph", "ph-gear"), ("gear",)),
        (("codicon", "codicon-go-to-file"), ("go-to-file",)),
        (("btn", "btn-primary", "icon-button"), ()),
        ((), ()),
    ],
)
def test_classes_tell_what_an_icon_shows(classes: tuple[str, ...], names: tuple[str, ...]) -> None:
    assert icon_names(classes) == names


def test_the_word_that_a_font_turns_into_an_icon_is_its_name() -> None:
    assert icon_names(("material-icons",), "delete_forever") == ("delete-forever",)
