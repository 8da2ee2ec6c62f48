from pathlib import Path

import pytest

from model.data.collect.web.packages import install_packages
from model.errors import CollectError


def _put(folder: Path, package: str, version: str) -> None:
    (folder / "node_modules" / package).mkdir(parents=True)
    (folder / "node_modules" / package / "package.json").write_text(f'{{"version": "{version}"}}')


def test_what_is_there_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "@some/library", "1.2.3")
    monkeypatch.setenv("PATH", "")
    install_packages(tmp_path, ["@some/library@1.2.3"])


def test_without_npm_its_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _put(tmp_path, "@some/library", "1.2.2")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CollectError) as caught:
        install_packages(tmp_path, ["@some/library@1.2.3"])
    assert caught.value.hint == "apt-get install npm"
