import argparse
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageDraw

from app.commands import collect, ground, models, parse, train
from app.commands import eval as eval_command
from model.grounder import Grounding
from tests.fakes.fake_grounder import FakeGrounder

RunCommand = Callable[..., int]
UseGrounder = Callable[[FakeGrounder], None]


@pytest.fixture
def use_grounder(monkeypatch: pytest.MonkeyPatch) -> UseGrounder:
    """Sets what every command loads, whatever name it asks for."""
    return lambda its: monkeypatch.setattr("model.grounder.load_grounder", lambda _name: its)


@pytest.fixture
def grounder(use_grounder: UseGrounder) -> FakeGrounder:
    """What every command loads."""
    fake = FakeGrounder(points={"the corner": (3.0, 4.0)})
    use_grounder(fake)
    return fake


@contextmanager
def ctrl_c_after(n_asked: int, grounder: FakeGrounder) -> Iterator[None]:
    """Ctrl-C is pressed when so many more questions were asked and another one comes."""
    find, n_before = grounder.find, len(grounder.asked)

    def find_or_stop(*args: Any, **kwargs: Any) -> Grounding:
        if len(grounder.asked) == n_before + n_asked:
            raise KeyboardInterrupt
        return find(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(grounder, "find", find_or_stop)
        yield


@pytest.fixture
def run_command() -> RunCommand:
    """Parses arguments as ``foveal`` does and runs the command."""

    def run(*argv: object) -> int:
        parser = argparse.ArgumentParser(prog="foveal")
        subparsers = parser.add_subparsers(required=True)
        for command in (ground, parse, models, collect, train, eval_command):
            command.add_parser(subparsers)
        arguments = parser.parse_args([str(argument) for argument in argv])
        return int(arguments.run(arguments))

    return run


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A 300x200 screen with two red buttons and a blue one."""
    image = Image.new("RGB", (300, 200), (240, 240, 240))
    draw = ImageDraw.Draw(image)
    draw.rectangle((20, 30, 99, 59), fill=(255, 0, 0))
    draw.rectangle((200, 150, 219, 159), fill=(255, 0, 0))
    draw.rectangle((150, 30, 189, 49), fill=(0, 0, 255))
    image.save(tmp_path / "screen.png")
    return tmp_path / "screen.png"


@pytest.fixture
def pixels(picture: Path) -> np.ndarray:
    with Image.open(picture) as image:
        return np.asarray(image)
