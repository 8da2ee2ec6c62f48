"""Installs what pages are made with from npm."""

import json
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from model.errors import CollectError


def install_packages(folder: Path, packages: Sequence[str]) -> None:
    """Install npm packages, each with its version, into a folder; nothing is done if they are there.

    Raises:
        CollectError: npm is missing, or the packages cannot be had.
    """
    if all(_is_there(folder, package) for package in packages):
        return
    if shutil.which("npm") is None:
        raise CollectError("npm, which brings the component libraries, is missing.", hint="apt-get install npm")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "package.json").write_text('{"private": true}\n', encoding="utf-8")
    done = subprocess.run(  # noqa: S603 - no shell
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact", *packages],  # noqa: S607
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "error" in line.casefold()] or ["npm failed"]
        raise CollectError(
            f"The component libraries could not be installed: {said[0].strip()}.",
            hint="Is the package registry reachable? What was installed stays; run the same again.",
        )


def _is_there(folder: Path, package: str) -> bool:
    name, _, version = package.rpartition("@")
    path = folder / "node_modules" / name / "package.json"
    return path.is_file() and json.loads(path.read_text(encoding="utf-8"))["version"] == version
