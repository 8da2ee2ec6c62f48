import json
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest

from model.data.drawing.icons.bank import INDEX_FILE, LICENCES_FILE, IconBank
from model.data.drawing.icons.gather import gather_icons
from model.data.drawing.icons.names import icon_names, icon_words
from model.data.drawing.icons.packs import HELD_OUT_PACKAGES, ICON_PACKS, PackStyle, npm_packages
from model.data.drawing.icons.tags import read_tags
from model.errors import InputError
from tests.model.data.drawing.conftest import PACKS


def test_icons_are_found_by_name_with_all_their_names(bank_folder: Path) -> None:
    bank = IconBank(bank_folder)
    assert {pack: len(icons) for pack, icons in bank.packs.items()} == {"plain": 4, "theme-bright": 1}
    stop = bank.named("theme-bright", ("cancel", "process-stop"))
    assert stop is not None
    assert (stop.names, stop.is_mono) == (("process stop", "cancel"), False)
    assert bank.named("plain", ("TrashCan", "trash-can")) is not None
    assert bank.named("plain", ("nothing",)) is None
    assert json.loads((bank_folder / LICENCES_FILE).read_text()) == {
        "plain": "MIT",
        "kept": "MIT",
        "theme-bright": "public domain",
    }


@pytest.mark.parametrize("side_px", [12, 16, 20, 31, 48, 64])
def test_icons_have_any_size(bank_folder: Path, side_px: int) -> None:
    bank = IconBank(bank_folder)
    for icon in bank.icons:
        pixels = bank.pixels(icon, side_px)
        assert pixels.shape == ((side_px, side_px) if icon.is_mono else (side_px, side_px, 4))
        assert pixels.max() > 128


def test_training_and_judging_share_no_pack(bank_folder: Path) -> None:
    training, judging = IconBank(bank_folder), IconBank(bank_folder, is_judging=True)
    assert not training.packs.keys() & judging.packs.keys()
    assert list(judging.packs) == ["kept"]


def test_a_bank_travels_to_another_process(bank_folder: Path) -> None:
    bank = IconBank(bank_folder)
    before = bank.pixels(bank.icons[0], 16)
    again = pickle.loads(pickle.dumps(bank))
    np.testing.assert_array_equal(before, again.pixels(again.icons[0], 16))


def test_a_folder_that_is_no_bank_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an icon bank") as caught:
        IconBank(tmp_path)
    assert "collect icons" in caught.value.hint


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    (tmp_path / INDEX_FILE).write_text('{"pack": "plain"}\n', encoding="utf-8")
    with pytest.raises(InputError, match=rf"{INDEX_FILE}:1 is not an icon"):
        IconBank(tmp_path)


def test_missing_pixels_are_named(bank_folder: Path, tmp_path: Path) -> None:
    shutil.copy(bank_folder / INDEX_FILE, tmp_path)
    bank = IconBank(tmp_path)
    with pytest.raises(InputError, match=r"lacks plain\.16\.mask\.npy"):
        bank.pixels(bank.icons[0], 16)


def test_a_bank_with_nothing_to_train_with_says_so(bank_folder: Path, tmp_path: Path) -> None:
    lines = (bank_folder / INDEX_FILE).read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if json.loads(line)["is_held_out"]]
    (tmp_path / INDEX_FILE).write_text("\n".join(kept), encoding="utf-8")
    with pytest.raises(InputError, match="no icon to train with"):
        IconBank(tmp_path)


def test_without_any_pack_there_is_no_bank(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no icon packs"):
        gather_icons(tmp_path / "out", PACKS, modules=tmp_path, themes=tmp_path)


def test_names_lose_marks_of_style() -> None:
    assert icon_words("document-save-as-symbolic") == "document save as"
    assert icon_words("trashCan2") == "trash can2"
    assert icon_names("bin", ("delete", "a", "12", "Bin", "trash-can")) == ("bin", "delete", "trash can")


def test_packs_have_names_of_their_own_and_every_style_is_kept_for_judging() -> None:
    assert len({pack.name for pack in ICON_PACKS}) == len(ICON_PACKS)
    held_out = {pack.style for pack in ICON_PACKS if pack.is_held_out}
    assert held_out == set(PackStyle)
    assert {pack.package for pack in ICON_PACKS} > HELD_OUT_PACKAGES
    assert all(pack.is_held_out for pack in ICON_PACKS if pack.package in HELD_OUT_PACKAGES), "families are whole"
    assert "lucide-static" in npm_packages()


@pytest.mark.parametrize(
    ("reader", "file", "content", "name", "words"),
    [
        ("tabler", "icons.json", {"bin": {"tags": ["trash", 2]}}, "bin", ("trash", "2")),
        ("lucide", "tags.json", {"bin": ["trash"]}, "bin", ("trash",)),
        ("mdi", "meta.json", [{"name": "bin", "aliases": ["trash"], "tags": ["Home"]}], "bin", ("trash",)),
        (
            "fa",
            "metadata/icon-families.json",
            {"bin": {"label": "Bin", "search": {"terms": ["trash"]}}},
            "bin",
            ("Bin", "trash"),
        ),
        ("ionicons", "dist/ionicons.json", {"icons": [{"name": "bin", "tags": ["trash"]}]}, "bin", ("trash",)),
        ("carbon", "metadata.json", {"icons": [{"name": "bin", "aliases": ["trash"]}]}, "bin", ("", "trash")),
        ("octicons", "build/data.json", {"bin": {"keywords": ["trash"], "heights": {"16": {}}}}, "bin-16", ("trash",)),
    ],
)
def test_tags_are_read_as_each_pack_writes_them(
    tmp_path: Path, reader: str, file: str, content: object, name: str, words: tuple[str, ...]
) -> None:
    (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / file).write_text(json.dumps(content), encoding="utf-8")
    assert read_tags(reader, tmp_path) == {name: words}
