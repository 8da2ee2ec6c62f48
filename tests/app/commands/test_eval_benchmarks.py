"""Every benchmark in miniature through ``foveal eval``: seeing all is 100 %, guessing as counted by hand."""

import csv
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from app.commands._errors import UsageError
from app.commands.eval.benchmark import NAMES
from app.exit_status import ExitStatus
from model.data.screens import Source
from model.errors import InputError
from model.evaluation.benchmarks.catalog import BENCHMARKS
from tests.app.commands.conftest import RunCommand
from tests.fakes.constant_grounder import ConstantGrounder
from tests.fakes.fake_grounder import FakeGrounder
from tests.model.evaluation.development.colours import write_colours
from tests.model.evaluation.miniatures import WRITERS, write_miniature
from tests.reference import checkpoint_folder


@dataclass(frozen=True)
class _Expected:
    """Counted by hand from ``miniatures``: the middle of a screen is green, and the blue element is near.

    Attributes:
        n, hits, n_there, overlaps: items, those that guessing hits, those that are on the screen, those it nearly hits.
        groups: of some groups, (hits, n) of guessing.
        bad: rows left out, by reason.
        mean: what the paper's average makes of guessing.
    """

    n: int
    hits: int
    n_there: int
    overlaps: int
    groups: dict[str, dict[str, tuple[int, int]]]
    bad: dict[str, int] = field(default_factory=dict)
    mean: float | None = None


_SCREENSPOT = _Expected(
    n=9,
    hits=4,
    n_there=9,
    overlaps=6,
    groups={
        "platform": {"mobile": (2, 3), "desktop": (0, 3), "web": (2, 3)},
        "type": {"text": (1, 4), "icon": (3, 5)},
        "platform and type": {
            "mobile text": (1, 2),
            "mobile icon": (1, 1),
            "desktop text": (0, 1),
            "desktop icon": (0, 2),
            "web text": (0, 1),
            "web icon": (2, 2),
        },
    },
    bad={"The picture is missing.": 1, '"bbox" is not 4 numbers.': 1, '"instruction" is missing, or no text.': 1},
    mean=(1 / 2 + 1 + 0 + 0 + 0 + 1) / 6,
)
_OSWORLD_G = _Expected(
    n=8,
    hits=2,
    n_there=6,
    overlaps=3,
    groups={
        "ability": {"text_matching": (1, 2), "element_recognition": (1, 3), "refusal": (0, 2)},
        "target": {"bbox": (2, 4), "polygon": (0, 2), "refusal": (0, 2)},
        "element": {"Label": (1, 2), "Button": (0, 2), "Icon": (1, 2), "Toolbar": (0, 1)},
    },
    bad={
        '"box_type" is none of bbox, polygon, refusal.': 1,
        "The polygon has fewer than three corners, or half a corner.": 1,
        "Another row has the same id.": 1,
    },
)
_EXPECTED = {
    "screenspot": _SCREENSPOT,
    "screenspot-v2": _SCREENSPOT,
    "screenspot-pro": _Expected(
        n=5,
        hits=2,
        n_there=5,
        overlaps=3,
        groups={
            "group": {"CAD": (1, 3), "Office": (1, 2)},
            "type": {"text": (1, 3), "icon": (1, 2)},
            "group and type": {"CAD text": (0, 1), "CAD icon": (1, 2), "Office text": (1, 2)},
        },
        bad={'"ui_type" is missing, or no text.': 1, '"ui_type" is none of text, icon.': 1},
    ),
    "osworld-g": _OSWORLD_G,
    "osworld-g-refined": _Expected(
        n=8, hits=2, n_there=6, overlaps=3, groups={"ability": _OSWORLD_G.groups["ability"]}
    ),
    "ui-vision": _Expected(
        n=8,
        hits=3,
        n_there=8,
        overlaps=5,
        groups={
            "setting": {"basic": (2, 3), "functional": (1, 2), "spatial": (0, 3)},
            "category": {"Creativity": (2, 4), "Education": (1, 4)},
        },
        bad={'"bbox" is no list of numbers.': 1},
        mean=(2 / 3 + 1 / 2 + 0) / 3,
    ),
    "venusbench-gd": _Expected(
        n=7,
        hits=2,
        n_there=5,
        overlaps=3,
        groups={
            "task": {"element_grounding": (1, 3), "functional_grounding": (1, 2), "refusal_grounding": (0, 2)},
            "platform": {"web": (1, 3), "mobile": (1, 4)},
        },
        bad={'"bbox" is no list of numbers.': 1},
    ),
    "mmbench-gui-l2": _Expected(
        n=6,
        hits=3,
        n_there=6,
        overlaps=4,
        groups={
            "level": {"basic": (2, 4), "advanced": (1, 2)},
            "platform": {"os_windows": (2, 3), "os_ios": (1, 3)},
        },
        bad={"The box is empty.": 1, '"grounding_type" is none of basic, advanced.': 1},
        mean=(2 / 4 + 1 / 2) / 2,
    ),
    "ui-i2e": _Expected(
        n=5,
        hits=2,
        n_there=5,
        overlaps=4,
        groups={
            "source": {"web": (1, 2), "android": (1, 2), "unknown": (0, 1)},
            "element": {"button": (2, 5)},
            "instruction": {"implicit": (2, 2), "explicit": (0, 2), "unknown": (0, 1)},
        },
        bad={"The line is not JSON.": 1, '"bounding_box" is not 4 numbers.': 1},
    ),
    "jsonl": _Expected(
        n=4,
        hits=1,
        n_there=3,
        overlaps=1,
        groups={"kind": {"box": (0, 1), "nothing": (0, 1)}},
        bad={"The row needs exactly one of bbox, bboxes, polygon.": 1, "Another row has the same id.": 1},
    ),
}


def test_the_names_are_those_of_the_catalog_and_all_have_a_miniature() -> None:
    assert list(NAMES) == [benchmark.name for benchmark in BENCHMARKS] == list(WRITERS) == list(_EXPECTED)


def _json(
    run_command: RunCommand, name: str, folder: Path, grounder: FakeGrounder, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    monkeypatch.setattr("model.grounder.load_grounder", lambda _name: grounder)
    data, out = write_miniature(name, folder / "data"), folder / "out.json"
    assert run_command("eval", name, "--data", data, "--json", out) == ExitStatus.DONE
    told: dict[str, Any] = json.loads(out.read_text())
    return told


@pytest.mark.parametrize("name", _EXPECTED)
def test_who_sees_everything_is_always_right(
    name: str, run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _json(run_command, name, tmp_path, FakeGrounder(), monkeypatch)
    (setting,) = told["settings"]
    expected = _EXPECTED[name]
    assert (setting["hits"]["share"], setting["hits"]["n"]) == (1.0, expected.n)
    assert (setting["overlap"]["share"], setting["overlap"]["n"]) == (1.0, expected.n_there)
    assert (setting["refused"]["n"], setting["falsely_refused"]["share"]) == (expected.n - expected.n_there, 0.0)
    assert setting["mean"] in (None, 1.0)
    for values in setting["groups"].values():
        assert all(metrics["hits"]["share"] == metrics["top"]["share"] == 1.0 for metrics in values.values())
    assert told["left_out"]["reasons"] == expected.bad
    assert len(told["left_out"]["rows"]) == sum(expected.bad.values())


@pytest.mark.parametrize("name", _EXPECTED)
def test_who_guesses_scores_what_was_counted_by_hand(
    name: str, run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (setting,) = _json(run_command, name, tmp_path, ConstantGrounder(), monkeypatch)["settings"]
    expected = _EXPECTED[name]
    assert (setting["hits"]["share"], setting["hits"]["n"]) == (expected.hits / expected.n, expected.n)
    assert setting["top"] == setting["hits"]
    assert setting["hits_there"]["share"] == setting["pointed"]["share"] == expected.hits / expected.n_there
    assert setting["overlap"]["share"] == expected.overlaps / expected.n_there
    assert setting["refused"]["share"] == 0.0
    assert setting["mean"] == (None if expected.mean is None else pytest.approx(expected.mean))
    for group, values in expected.groups.items():
        told = {
            value: (round(metrics["hits"]["share"] * metrics["hits"]["n"]), metrics["hits"]["n"])
            for value, metrics in setting["groups"][group].items()
        }
        assert told == values


def test_shards_put_together_are_the_whole_and_a_stopped_run_goes_on(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_miniature("osworld-g", tmp_path / "data")
    whole, merged = tmp_path / "whole.json", tmp_path / "merged.json"
    asked = ("eval", "osworld-g", "--data", data, "--keep", "1.0,0.5")
    assert run_command(*asked, "--json", whole) == ExitStatus.DONE
    parts = [tmp_path / f"{i}.jsonl" for i in (1, 2)]
    for i, part in enumerate(parts, start=1):
        assert run_command(*asked, "--shard", f"{i}/2", "--answers", part) == ExitStatus.DONE
    n_asked = len(grounder.asked)
    lines = parts[0].read_text().splitlines(keepends=True)
    assert [len(part.read_text().splitlines()) for part in parts] == [8, 8]
    parts[0].write_text("".join(lines[:3]) + lines[3][:20])  # killed while it wrote
    assert run_command(*asked, "--shard", "1/2", "--answers", parts[0]) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 5
    assert run_command(*asked, "--shard", "1/2", "--answers", parts[0]) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 5, "nothing is left to ask"
    table, page = tmp_path / "t.csv", tmp_path / "p.html"
    written = ("--json", merged, "--csv", table, "--html", page, "--data", data)
    assert run_command("eval", "report", *parts, *written) == ExitStatus.DONE
    assert "osworld-g" in capsys.readouterr().out

    def without_costs(path: Path) -> list[dict[str, Any]]:
        settings = json.loads(path.read_text())["settings"]
        return [
            {
                key: value
                for key, value in setting.items()
                if key not in {"look_ms", "find_ms", "look_bytes", "find_bytes"}
            }
            for setting in settings
        ]

    assert without_costs(merged) == without_costs(whole)
    with table.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["hits"] for row in rows if row["group"] == "all"] == ["1.0", "1.0"]
    assert "OSWorld-G" in page.read_text()


def test_answers_of_other_weights_are_asked_anew(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data, answers = write_miniature("jsonl", tmp_path / "data"), tmp_path / "answers.jsonl"
    asked = ("eval", "jsonl", "--data", data, "--answers", answers)
    assert run_command(*asked) == ExitStatus.DONE
    first, *rest = answers.read_text().splitlines(keepends=True)
    answers.write_text(first.replace("0" * 64, "1" * 64) + "".join(rest[:-1]))
    n_asked = len(grounder.asked)
    assert run_command(*asked) == ExitStatus.DONE
    assert "1 answers are of other weights" in capsys.readouterr().err
    assert len(grounder.asked) == n_asked + 2
    assert run_command(*asked) == ExitStatus.DONE
    assert len(grounder.asked) == n_asked + 2


def test_ctrl_c_reports_what_there_is(
    run_command: RunCommand, grounder: FakeGrounder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    real_find, n_left = grounder.find, 3

    def find(*args: object, **kwargs: object) -> object:
        nonlocal n_left
        n_left -= 1
        if n_left < 0:
            raise KeyboardInterrupt
        return real_find(*args, **kwargs)  # type: ignore[arg-type] # passed on as they are

    grounder.find = find  # type: ignore[assignment,method-assign] # a person presses Ctrl-C meanwhile
    data = write_miniature("jsonl", tmp_path / "data")
    assert run_command("eval", "jsonl", "--data", data) == ExitStatus.STOPPED
    assert "100.0% 44-100 n=3" in capsys.readouterr().out
    assert grounder.is_closed


def test_compare_tests_the_items_that_both_answered(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_miniature("screenspot", tmp_path / "data")
    files = []
    for grounder, limit in ((ConstantGrounder(), 9), (FakeGrounder(), 8)):
        monkeypatch.setattr("model.grounder.load_grounder", lambda _name, its=grounder: its)
        files.append(tmp_path / f"{limit}.jsonl")
        asked = ("eval", "screenspot", "--data", data, "--limit", limit, "--answers", files[-1])
        assert run_command(*asked) == ExitStatus.DONE
    capsys.readouterr()
    out = tmp_path / "out.json"
    assert run_command("eval", "compare", *files, "--json", out) == ExitStatus.DONE
    printed = capsys.readouterr().out
    (pair,) = json.loads(out.read_text())["pairs"]
    assert (pair["n"], pair["second"], pair["only_first"], pair["only_second"]) == (8, 1.0, 0, 4)
    assert pair["p"] == 2 / 2**4
    assert "on 8 items: +50.0 points" in printed
    assert run_command("eval", "--compare", *files) == ExitStatus.DONE
    assert capsys.readouterr().out == printed
    other = tmp_path / "other.jsonl"
    asked = ("eval", "jsonl", "--data", write_miniature("jsonl", tmp_path / "own"), "--answers", other)
    assert run_command(*asked) == ExitStatus.DONE
    with pytest.raises(InputError, match="share no setting"):
        run_command("eval", "compare", files[0], other)


def test_selectors_and_packings_of_a_checkpoint(run_command: RunCommand, tmp_path: Path) -> None:
    data, out = write_miniature("jsonl", tmp_path / "data"), tmp_path / "out.json"
    model = ("--model", checkpoint_folder("qwen3_vl"), "--keep", "1.0,0.5")
    chosen = ("--selector", "focusui,random", "--packing", "pospad,drop")
    assert run_command("eval", "jsonl", "--data", data, *model, *chosen, "--json", out) == ExitStatus.DONE
    settings = json.loads(out.read_text())["settings"]
    assert [(s["selector"], s["packing"], s["keep_fraction"]) for s in settings] == [
        ("focusui", "pospad", 1.0),
        *((selector, packing, 0.5) for selector in ("focusui", "random") for packing in ("pospad", "drop")),
    ]
    assert all(setting["hits"]["n"] == 4 and setting["look_bytes"] for setting in settings)
    with pytest.raises(InputError, match="knows the target"):
        run_command("eval", "jsonl", "--data", data, *model, "--selector", "oracle")


@pytest.mark.usefixtures("grounder")
def test_wrong_usage_is_told(run_command: RunCommand, tmp_path: Path) -> None:
    data = write_miniature("jsonl", tmp_path / "data")
    asked = ("eval", "jsonl", "--data", data)
    for options in (["--limit", "0"], ["--packing", "foam"], ["--model", "nobody"], ["--html", tmp_path / "no" / "x"]):
        with pytest.raises(UsageError):
            run_command(*asked, *options)
    for shard in ("0/2", "3/2", "2", "a/b"):
        with pytest.raises(SystemExit):
            run_command(*asked, "--shard", shard)
    with pytest.raises(UsageError, match="Nothing is asked for"):
        run_command("eval")
    with pytest.raises(InputError, match="cannot leave out patches by drop"):
        run_command(*asked, "--packing", "drop", "--keep", "0.5")
    with pytest.raises(InputError, match="no selector named"):
        run_command(*asked, "--selector", "nobody")
    for name in WRITERS:
        with pytest.raises(InputError):
            run_command("eval", name, "--data", tmp_path / "empty")
    (tmp_path / "nothing.jsonl").write_text("")
    for action in (["report", tmp_path / "nothing.jsonl"], ["compare", *[tmp_path / "nothing.jsonl"] * 2]):
        with pytest.raises((UsageError, InputError), match="no answers"):
            run_command("eval", *action)


def test_watch_takes_collected_folders(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, baseline = tmp_path / "data", tmp_path / "baseline.jsonl"
    write_colours(folder, {"glade": Source.DESKTOP, "uikit": Source.WEB})
    asked = ("eval", "watch", "--data", folder, "--baseline", baseline)
    for grounder, options, status in (
        (FakeGrounder(), ["--renew"], ExitStatus.DONE),
        (FakeGrounder(), [], ExitStatus.DONE),
        (FakeGrounder(colours={}), [], ExitStatus.FAILED),
    ):
        monkeypatch.setattr("model.grounder.load_grounder", lambda _name, its=grounder: its)
        assert run_command(*asked, *options) == status
    assert "worse, beyond noise" in capsys.readouterr().out


def test_watch_fails_on_a_drop_and_only_then(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data, baseline = write_miniature("screenspot", tmp_path / "data"), tmp_path / "baseline.jsonl"
    rows = [
        {"image": f"screenspot_imgs/pc_{screen}.png", "instruction": f"{words} {colour}", "bbox": box}
        for words in ("click", "open", "the")
        for screen, colour, box in (
            ("a", "red", [20, 30, 100, 60]),
            ("b", "red", [10, 10, 60, 40]),
            ("a", "green", [190, 140, 205, 160]),
            ("b", "blue", [312, 90, 400, 120]),
        )
    ]
    own = data / "own.jsonl"
    own.write_text("\n".join(map(json.dumps, rows)))
    asked = ("eval", "watch", "--data", own, "--baseline", baseline)
    with pytest.raises(UsageError, match="There is no file"):
        run_command(*asked)

    def use(grounder: FakeGrounder) -> None:
        monkeypatch.setattr("model.grounder.load_grounder", lambda _name: grounder)

    use(FakeGrounder())
    assert run_command(*asked, "--renew", "--keep", "1.0,0.5") == ExitStatus.DONE
    assert len(baseline.read_text().splitlines()) == 2 * len(rows)
    capsys.readouterr()
    assert run_command(*asked) == ExitStatus.DONE
    assert capsys.readouterr().out.count("not worse beyond noise") == 2
    use(ConstantGrounder())
    assert run_command(*asked) == ExitStatus.FAILED
    told = capsys.readouterr()
    assert told.out.count(": worse, beyond noise") == 2
    assert "lost: click red" in told.err
    assert run_command(*asked, "--alpha", "0.001") == ExitStatus.DONE, "nine of twelve are lost by chance at times"
    own.write_text("\n".join(map(json.dumps, rows[1:])))
    with pytest.raises(InputError, match="other items"):
        run_command(*asked)
