"""The command line as a person or a script meets it: ``foveal`` as a process, without a display."""

import json
import os
import struct
import subprocess
import sys
import zlib
from collections.abc import Sequence
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from agent.run_log.record import LOG_NAME
from agent.types import ClickStep
from app.exit_status import ExitStatus
from tests.fakes.loop_bench import LoopBench

ROOT = Path(__file__).parents[2]
TIMEOUT_S = 120.0
COMMANDS = ("do", "ground", "parse", "runs", "models", "collect", "doctor", "trigger", "demo")
ACTIONS = (
    ("runs", "list"),
    ("runs", "show"),
    ("runs", "verify"),
    ("models", "list"),
    ("models", "info"),
    ("models", "pull"),
    ("models", "remove"),
    ("collect", "icons"),
    ("collect", "strings"),
    ("collect", "drawn"),
    ("collect", "preview"),
    ("models", "verify"),
    ("models", "selectors"),
)


class CommandLine:
    """Runs ``foveal`` in a folder of its own, which is its home as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        home = str(folder / "home")
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "LANG") if name in os.environ}
        kept["PYTHONPATH"] = os.pathsep.join([str(ROOT), kept.get("PYTHONPATH", "")])
        self.env = kept | {"HOME": home, "PYTHONIOENCODING": "utf-8"}

    def __call__(self, *argv: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "app", *argv],
            cwd=self.folder,
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_S,
        )

    def pipe(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs a line of shell, in which ``$FOVEAL`` is the program."""
        env = self.env | {"FOVEAL": f"{sys.executable} -m app"}
        command = ["bash", "-o", "pipefail", "-c", script]
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, check=False, timeout=TIMEOUT_S
        )


@pytest.fixture(scope="module")
def foveal(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """With pictures of all kinds in the folder."""
    folder = tmp_path_factory.mktemp("cli")
    picture = Image.new("RGB", (320, 200), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((40, 40, 160, 80), fill=(225, 225, 225), outline=(90, 90, 90))
    draw.text((80, 50), "Save", fill="black", font_size=18)
    picture.save(folder / "good.png")
    whole = (folder / "good.png").read_bytes()
    (folder / "truncated.png").write_bytes(whole[: len(whole) // 2])
    (folder / "text.png").write_text("no picture")
    (folder / "empty.png").write_bytes(b"")
    (folder / "zero.png").write_bytes(_png(0, 0))
    (folder / "huge.png").write_bytes(_png(30_000, 30_000))
    lines = ['{"id": 1, "image": "good.png", "instruction": "Save"}', "broken", '{"id": 3, "image": "no.png"}']
    (folder / "lines.jsonl").write_text("\n".join(lines) + "\n")
    return CommandLine(folder)


def _png(width: int, height: int) -> bytes:
    """A PNG that says to be so large and holds nothing."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


USAGE, FAILED = ExitStatus.USAGE, ExitStatus.FAILED
_LONG = "verylong! " * 9_999 + "verylong!!"


@pytest.mark.parametrize(
    ("argv", "status", "said"),
    [
        (("ground", "no.png", "Save"), USAGE, "There is no file no.png."),
        (("ground", "text.png", "Save"), USAGE, "text.png is not a picture that can be read."),
        (("ground", "empty.png", "Save"), USAGE, "empty.png is not a picture that can be read."),
        (("ground", ".", "Save"), USAGE, ". is a folder, not a picture."),
        (("ground", "truncated.png", "Save"), USAGE, "truncated.png is damaged or cut off."),
        (("ground", "zero.png", "Save"), USAGE, "zero.png is not a picture that can be read."),
        (("ground", "huge.png", "Save"), USAGE, "huge.png is too large."),
        (("ground", "/dev/zero", "Save"), USAGE, "/dev/zero is not a regular file."),
        (("ground", "good.png", ""), USAGE, "The instruction is empty."),
        (("ground", "good.png", " \t\n"), USAGE, "The instruction is empty."),
        (("ground", "good.png", _LONG), USAGE, "The instruction is too long: 100,000 characters, at most 2,000."),
        (("ground", "good.png"), USAGE, "The instruction is missing."),
        (("ground",), USAGE, "The picture is missing."),
        (("ground", "screen", "Save"), FAILED, "There is no display."),
        (("ground", "good.png", "Save", "--monitor", "7"), USAGE, "--monitor goes with the screen"),
        (("ground", "good.png", "Save", "--monitor", "one"), USAGE, "Argument --monitor: invalid int value: 'one'."),
        (("ground", "good.png", "Save", "--heatmap", "no/x.png"), USAGE, "There is no folder no for the heatmap."),
        (("ground", "good.png", "Save", "--heatmap", "."), USAGE, "The heatmap could not be written to ."),
        (("ground", "good.png", "Save", "--keep", "0"), USAGE, "Argument --keep: 0 is not above 0 and at most 1."),
        (("ground", "good.png", "Save", "--keep", "2"), USAGE, "Argument --keep: 2 is not above 0 and at most 1."),
        (("ground", "good.png", "Save", "--keep", "nan"), USAGE, "Argument --keep: nan is not above 0 and at most 1."),
        (("ground", "good.png", "Save", "--keep", "half"), USAGE, "Argument --keep: half is not a number."),
        (("ground", "good.png", "Save", "--model", "none"), USAGE, 'There is no grounding model named "none".'),
        (("ground", "--batch", "no.jsonl", "--out", "out.jsonl"), USAGE, "no.jsonl cannot be read"),
        (("ground", "--batch", "lines.jsonl", "--out", "no/out.jsonl"), USAGE, "no/out.jsonl cannot be written"),
        (("ground", "--batch", "lines.jsonl", "--out", "."), USAGE, ". cannot be written"),
        (("ground", "--batch", "lines.jsonl", "--out", "lines.jsonl"), USAGE, "Input and output are the same file."),
        (("ground", "--batch", "lines.jsonl"), USAGE, "--batch and --out belong together."),
        (("parse", "no.png"), USAGE, "There is no file no.png."),
        (("parse", "screen"), FAILED, "There is no display."),
        (("parse",), USAGE, "The following arguments are required: IMAGE."),
        (("frobnicate",), USAGE, "Argument COMMAND: invalid choice: 'frobnicate'"),
        (("--frobnicate",), USAGE, "Unrecognized arguments: --frobnicate."),
        (("trigger", "party"), USAGE, "Argument word: invalid choice: 'party'"),
        (("trigger", "stop"), FAILED, "Foveal is not running on this display."),
        (("do", "click Save"), USAGE, "There is no terminal to ask for confirmation."),
        (("do", "--yes", ""), USAGE, "The command is empty."),
        (("do", "--yes", " "), USAGE, "The command is empty."),
        (("do", "--yes", _LONG), USAGE, "The command is too long: 100,000 characters."),
        (("do", "--yes", "clik Save"), USAGE, 'I do not understand "clik Save".'),
        (("do", "--yes", "fly me to the moon"), USAGE, 'I do not understand "fly me to the moon".'),
        (("do", "--yes", "--json", "fly me to the moon"), USAGE, 'I do not understand "fly me to the moon".'),
        (("do", "--yes", "click Save"), FAILED, "There is no display."),
        (("do", "--dry-run", "click Save"), FAILED, "There is no display."),
        (("do",), USAGE, "The following arguments are required: command."),
        (("models", "info", "none"), USAGE, 'There is no grounding model named "none".'),
        (("models",), USAGE, "The following arguments are required: ACTION."),
        (("runs", "show", "none"), FAILED, 'There is no run "none".'),
        (("runs", "verify", "none"), FAILED, 'There is no run "none".'),
        (("demo", "--out", "good.png"), USAGE, "good.png cannot be made"),
        ((), FAILED, "There is no display."),
        (("--bar",), FAILED, "There is no display."),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, tuple) else "",
)
def test_what_cannot_be_done_is_told_in_a_sentence_and_a_hint(
    foveal: CommandLine, argv: Sequence[str], status: ExitStatus, said: str
) -> None:
    done = foveal(*argv)
    assert done.stdout == ""
    message, *hints = done.stderr.splitlines()
    assert message.startswith(f"foveal: {said}")
    assert len(hints) == 1
    assert hints[0].startswith("  ")
    assert len(hints[0].strip()) > 8
    assert done.returncode == status


def test_a_display_that_cannot_be_reached(foveal: CommandLine) -> None:
    for argv in (("ground", "screen", "Save"), ("do", "--yes", "click Save"), ("parse", "screen"), ()):
        done = foveal(*argv, DISPLAY=":987")
        assert (done.returncode, done.stdout) == (FAILED, "")
        assert done.stderr.startswith('foveal: The display ":987" cannot be reached.'), argv


def test_a_misspelt_command_is_told_with_the_nearest(foveal: CommandLine) -> None:
    assert 'Did you mean "click Save"?' in foveal("do", "--yes", "clik Save").stderr


def test_json_is_all_that_is_on_stdout(foveal: CommandLine) -> None:
    found = foveal("ground", "good.png", "Save", "--json", "--heatmap", "heat.png")
    assert (found.returncode, found.stderr) == (ExitStatus.DONE, "")
    answer = json.loads(found.stdout)
    assert 40 <= answer["point"]["x"] <= 160
    assert answer["timings_ms"]["capture"] == 0
    with Image.open(foveal.folder / "heat.png") as heatmap:
        assert heatmap.size == (320, 200)
    for argv in (("parse", "good.png"), ("models", "list"), ("models", "info", "ocr"), ("runs", "list")):
        done = foveal(*argv, "--json")
        assert done.returncode == ExitStatus.DONE, done.stderr
        json.loads(done.stdout)


def test_what_is_not_there_has_an_exit_status_of_its_own(foveal: CommandLine) -> None:
    done = foveal("ground", "good.png", "Frobnicate the gizmo", "--json")
    assert (done.returncode, done.stderr) == (ExitStatus.NOT_FOUND, "")
    answer = json.loads(done.stdout)
    assert answer["rejected"]
    assert answer["point"] is None


def test_batch_answers_every_line_and_goes_on(foveal: CommandLine) -> None:
    out = foveal.folder / "answers.jsonl"
    for told in ("1 answered, 2 with an error, 0 already there.\n", "0 answered, 0 with an error, 3 already there.\n"):
        done = foveal("ground", "--batch", "lines.jsonl", "--out", "answers.jsonl")
        assert (done.returncode, done.stdout, done.stderr) == (ExitStatus.DONE, "", told)
        answers = [json.loads(line) for line in out.read_text().splitlines()]
        assert [answer["id"] for answer in answers] == [1, None, 3]
        assert [("error" in answer) for answer in answers] == [False, True, True]


def test_a_reader_that_has_gone_leaves_no_trace(foveal: CommandLine) -> None:
    done = foveal.pipe("$FOVEAL parse good.png --json | true")
    assert (done.returncode, done.stderr) == (FAILED, "")


def test_a_full_disk_is_told(foveal: CommandLine) -> None:
    done = foveal.pipe("$FOVEAL models list > /dev/full")
    assert done.returncode == FAILED
    assert done.stderr.startswith("foveal: No space left on device.")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS), *ACTIONS], ids=" ".join)
def test_help_reads_well(foveal: CommandLine, words: tuple[str, ...]) -> None:
    done = foveal(*words, "--help", COLUMNS="100")
    assert (done.returncode, done.stderr) == (ExitStatus.DONE, "")
    assert done.stdout.startswith(" ".join(("usage: foveal", *words)))
    assert max(map(len, done.stdout.splitlines())) <= 100
    if len(words) < 2:  # what it is for, in a sentence
        assert done.stdout.split("\n\n")[1].strip().endswith(".")


def test_every_command_is_in_the_help(foveal: CommandLine) -> None:
    listed = foveal("--help").stdout
    assert all(f"\n    {name}" in listed for name in COMMANDS)
    assert "Exit status: 0 done, 1 failed, 2 wrong usage" in listed


def test_the_command_line_imports_nothing_heavy(foveal: CommandLine) -> None:
    heavy = "{'numpy', 'cv2', 'PIL', 'PySide6', 'onnxruntime', 'pydantic', 'pyautogui', 'pynput', 'rapidocr', 'mss'}"
    code = f"import sys, app.cli; app.cli._build_parser(); print(*sorted({heavy} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], env=foveal.env, capture_output=True, text=True, check=True, timeout=TIMEOUT_S
    )
    assert done.stdout.strip() == ""


class TestRunLogs:
    """``foveal runs verify`` on logs that are whole, changed and cut short."""

    @pytest.fixture
    def run(self, tmp_path: Path) -> Path:
        bench = LoopBench(tmp_path / "runs")
        bench.editor()
        return tmp_path / "runs" / bench.run(ClickStep(said="click Save", target="Save"), command="click Save").run_id

    def test_whole(self, foveal: CommandLine, run: Path) -> None:
        done = foveal("runs", "verify", str(run))
        assert (done.returncode, done.stderr) == (ExitStatus.DONE, "")
        assert "intact" in done.stdout

    def test_changed_text(self, foveal: CommandLine, run: Path) -> None:
        log = run / LOG_NAME
        log.write_text(log.read_text().replace("click Save", "click Send", 1))
        self._is_found(foveal, run)

    def test_removed_line(self, foveal: CommandLine, run: Path) -> None:
        lines = (run / LOG_NAME).read_text().splitlines(keepends=True)
        (run / LOG_NAME).write_text("".join(lines[:3] + lines[4:]))
        self._is_found(foveal, run)

    def test_changed_picture(self, foveal: CommandLine, run: Path) -> None:
        picture = next((run / "frames").glob("*.png"))
        Image.new("RGB", (640, 480)).save(picture)
        self._is_found(foveal, run)

    def test_cut_short_as_a_crash_does(self, foveal: CommandLine, run: Path) -> None:
        log = run / LOG_NAME
        log.write_bytes(log.read_bytes()[:-40])
        done = foveal("runs", "verify", str(run), "--json")
        assert done.returncode == ExitStatus.DONE
        (report,) = json.loads(done.stdout)
        assert report["is_intact"]
        assert report["notes"]
        assert foveal("runs", "show", str(run)).returncode == ExitStatus.DONE

    def _is_found(self, foveal: CommandLine, run: Path) -> None:
        done = foveal("runs", "verify", str(run), "--json")
        assert done.returncode == FAILED
        (report,) = json.loads(done.stdout)
        assert not report["is_intact"]
        assert report["problems"]
