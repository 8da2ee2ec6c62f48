import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from agent.errors import AgentError
from app.commands._batch import BatchSummary, run_batch
from app.commands._errors import UsageError
from model.grounder import Grounder
from tests.app.commands.conftest import RunCommand
from tests.fakes.fake_grounder import FakeGrounder


def _write(path: Path, *records: object) -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record) for record in records]
    path.write_text("".join(line + "\n" for line in lines))
    return path


def _read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def _answers(path: Path) -> list[dict[str, Any]]:
    """Without what differs from run to run."""
    return [{k: v for k, v in answer.items() if k not in {"latency_ms", "screen_cached"}} for answer in _read(path)]


def _line(id_: object, instruction: str = "red", image: str = "screen.png") -> dict[str, object]:
    return {"id": id_, "image": image, "instruction": instruction, "bbox": [1, 2, 3, 4]}


def _run(in_path: Path, out_path: Path, grounder: Grounder, **kwargs: Any) -> BatchSummary:
    return run_batch(in_path, out_path, open_grounder=lambda: grounder, **kwargs)


def test_lines_become_lines_in_order(
    grounder: FakeGrounder, run_command: RunCommand, picture: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    in_path = _write(picture.parent / "in.jsonl", _line("a"), _line(2, "green"), "", _line("c", "blue"))
    out_path = picture.parent / "out.jsonl"
    assert run_command("ground", "--batch", in_path, "--out", out_path) == 0
    first, second, third = _read(out_path)
    assert list(first) == ["id", "x", "y", "score", "rejected", "latency_ms", "screen_cached"]
    assert (first["id"], first["x"], first["y"], first["rejected"]) == ("a", 60.0, 45.0, False)
    assert (second["id"], second["x"], second["y"], second["rejected"]) == (2, None, None, True)
    assert (third["id"], third["x"]) == ("c", 170.0)
    assert first["latency_ms"] > 0
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == "3 answered, 0 with an error, 0 already there.\n"
    assert grounder.is_closed


def test_lines_about_one_picture_share_the_look_and_the_decoding(
    picture: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[Path] = []

    def counting(path: Path, *, real: Callable[[Path], Any]) -> Any:
        decoded.append(path)
        return real(path)

    from model.pictures import load_picture

    monkeypatch.setattr("app.commands._batch.load_picture", lambda path: counting(path, real=load_picture))
    Image.new("RGB", (90, 60), (255, 0, 0)).save(picture.parent / "other.png")
    # The same pixels under another name: the model need not encode them, though the file has to be read.
    (picture.parent / "copy.png").write_bytes(picture.read_bytes())
    in_path = _write(
        picture.parent / "in.jsonl",
        _line(1), _line(2, "blue"), _line(3, image="other.png"), _line(4), _line(5, image="copy.png"),
    )  # fmt: skip
    grounder = FakeGrounder()
    _run(in_path, picture.parent / "out.jsonl", grounder)
    assert [answer["screen_cached"] for answer in _read(picture.parent / "out.jsonl")] == [
        False, True, False, True, True,
    ]  # fmt: skip
    assert [path.name for path in decoded] == ["screen.png", "other.png", "copy.png"]
    assert grounder.n_encoded == 2


def test_many_pictures_never_outlive_the_look(picture: Path) -> None:
    for i in range(7):
        Image.new("RGB", (60 + i, 40), (255, 0, 0)).save(picture.parent / f"{i}.png")
    names = [f"{i}.png" for i in (0, 1, 2, 3, 4, 5, 6, 0, 6, 5, 4, 3, 2, 1)]
    in_path = _write(picture.parent / "in.jsonl", *(_line(n, image=name) for n, name in enumerate(names)))
    assert _run(in_path, picture.parent / "out.jsonl", FakeGrounder()).n_answered == len(names)


def test_bad_lines_get_an_error_and_the_rest_goes_on(picture: Path) -> None:
    (picture.parent / "broken.png").write_bytes(b"no picture")
    in_path = _write(
        picture.parent / "in.jsonl",
        _line("missing", image="nowhere.png"),
        "{not json",
        _line("good"),
        {"id": "no image", "instruction": "red"},
        {"image": "screen.png", "instruction": "red"},
        _line("empty", instruction="  "),
        _line("broken", image="broken.png"),
        _line("number", image=7),  # type: ignore[arg-type] - that is what is wrong with it
        "[1, 2]",
        _line("long", instruction="x" * 5000),
        _line("folder", image=""),
        _line("last", "blue"),
    )
    with in_path.open("ab") as file:
        file.write(b"\xff\xfe\n")
    out_path = picture.parent / "out.jsonl"
    summary = _run(in_path, out_path, FakeGrounder())
    answers = _read(out_path)
    assert [answer["id"] for answer in answers] == [
        "missing", None, "good", "no image", None, "empty", "broken", "number", None, "long", "folder", "last", None,
    ]  # fmt: skip
    assert [i for i, answer in enumerate(answers) if "error" not in answer] == [2, 11]
    assert [answer["line"] for answer in answers if answer["id"] is None] == [2, 5, 9, 13]
    assert summary == BatchSummary(n_answered=2, n_failed=11, n_skipped=0)
    assert _run(in_path, out_path, FakeGrounder()) == BatchSummary(n_answered=0, n_failed=0, n_skipped=13)
    assert _read(out_path) == answers


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(data=st.data())
def test_killed_anywhere_and_run_again_it_ends_up_the_same(picture: Path, data: st.DataObject) -> None:
    in_path = _write(
        picture.parent / "in.jsonl",
        _line("a"), "{broken", _line("ü", "green"), _line("a", "blue"), _line(None), _line({"deep": [1]}), _line(1),
        _line("1", "blue"),
    )  # fmt: skip
    whole = picture.parent / "whole.jsonl"
    if not whole.exists():
        _run(in_path, whole, FakeGrounder())
    content = whole.read_bytes()
    out_path = picture.parent / "out.jsonl"
    out_path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    _run(in_path, out_path, FakeGrounder())
    assert _answers(out_path) == _answers(whole)


def test_nothing_left_to_do_loads_no_model(picture: Path) -> None:
    in_path, out_path = _write(picture.parent / "in.jsonl", _line(1)), picture.parent / "out.jsonl"
    _run(in_path, out_path, FakeGrounder())

    def load() -> Grounder:
        raise AssertionError("loaded")

    assert run_batch(in_path, out_path, open_grounder=load).n_skipped == 1


def test_progress_is_told_line_by_line(picture: Path) -> None:
    in_path = _write(picture.parent / "in.jsonl", _line(1), _line(2))
    told: list[tuple[int, int]] = []
    _run(in_path, picture.parent / "out.jsonl", FakeGrounder(), on_progress=lambda *args: told.append(args))
    assert told == [(1, 2), (2, 2)]


@pytest.mark.parametrize("content", ["some notes\n", '{"name": "x"}\n', "[1]\n"])
def test_a_file_that_holds_something_else_is_left_alone(picture: Path, content: str) -> None:
    in_path, out_path = _write(picture.parent / "in.jsonl", _line(1)), picture.parent / "notes.txt"
    out_path.write_text(content)
    with pytest.raises(UsageError, match="something other than answers"):
        _run(in_path, out_path, FakeGrounder())
    assert out_path.read_text() == content


def test_files_that_cannot_be_used_are_told(picture: Path) -> None:
    folder = picture.parent
    in_path = _write(folder / "in.jsonl", _line(1))
    for source, target, message in (
        (folder / "missing.jsonl", folder / "out.jsonl", "cannot be read"),
        (in_path, in_path, "same file"),
        (in_path, folder, "cannot be written"),
        (in_path, folder / "missing" / "out.jsonl", "cannot be written"),
    ):
        with pytest.raises(UsageError, match=message) as caught:
            _run(source, target, FakeGrounder())
        assert caught.value.hint


def test_a_full_disk_is_told_in_words(picture: Path) -> None:
    in_path = _write(picture.parent / "in.jsonl", _line(1))
    with pytest.raises(AgentError, match=r"cannot be written any more: No space left"):
        _run(in_path, Path("/dev/full"), FakeGrounder())
