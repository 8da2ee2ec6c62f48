"""What collecting from desktop programs needs on the machine."""

import shutil
import subprocess
from collections.abc import Sequence

from model.data.collect.desktop.programs import Program
from model.errors import CollectError

_TOOLS = {
    "Xvfb": "xvfb",
    "xfwm4": "xfwm4",
    "openbox": "openbox",
    "dbus-daemon": "dbus",
    "gdbus": "libglib2.0-bin",
    "wmctrl": "wmctrl",
    "xdotool": "xdotool",
    "hsetroot": "hsetroot",
    "xprop": "x11-utils",
    "fc-match": "fontconfig",
    "import": "imagemagick",
    "/usr/libexec/at-spi-bus-launcher": "at-spi2-core",
    "/usr/bin/python3": "python3",
}
_ATSPI = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"


def require_tools() -> None:
    """Make sure that programs can be shown, worked and asked.

    Raises:
        CollectError: something is missing; the hint names the Debian packages.
    """
    missing = [package for tool, package in _TOOLS.items() if shutil.which(tool) is None]
    if "python3" not in missing:
        done = subprocess.run(["/usr/bin/python3", "-c", _ATSPI], capture_output=True, check=False)  # noqa: S603 - no shell
        missing += ["python3-gi", "gir1.2-atspi-2.0"] if done.returncode else []
    if missing:
        raise CollectError(
            "Programs cannot be shown and asked what is on them: parts of the system are missing.",
            hint=f"apt-get install {' '.join(missing)}; packaging/apt-collect.txt lists all that collecting needs.",
        )


def installed(programs: Sequence[Program]) -> tuple[Program, ...]:
    """Those of the programs that are on this machine.

    Raises:
        CollectError: none is.
    """
    present = tuple(program for program in programs if shutil.which(program.command[0]))
    if not present:
        packages = " ".join(program.package for program in programs)
        raise CollectError("None of the programs is installed.", hint=f"apt-get install {packages}")
    return present
