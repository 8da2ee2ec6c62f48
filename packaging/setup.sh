#!/usr/bin/env bash
# Installs what Foveal needs: system libraries, a virtual environment, the project in it.
#
#   packaging/setup.sh run     what the program needs
#   packaging/setup.sh demo    also what the demonstration on a virtual screen needs
#   packaging/setup.sh test    also what the tests and checks need
#   packaging/setup.sh collect fonts and icon themes from which training data is drawn
#
# Says what is missing and why before installing it; silent when everything is there. Safe to interrupt and run again.
set -euo pipefail
cd "$(dirname "$0")/.."
purpose=${1:?run, demo, test or collect}

lists=(packaging/apt-run.txt)
extras=cpu
case $purpose in
  run) ;;
  demo) lists+=(packaging/apt-demo.txt) ;;
  test) lists+=(packaging/apt-demo.txt packaging/apt-test.txt); extras=cpu,dev ;;
  collect) lists+=(packaging/apt-collect.txt); extras=cpu,collect ;;
  *) echo "setup.sh: run, demo, test or collect, not '$purpose'" >&2; exit 2 ;;
esac
system_stamp=.venv/.foveal-system-$purpose
python_stamp=.venv/.foveal-python-$extras
log=

fail() { echo "$1" >&2; [ -z "${2:-}" ] || echo "  $2" >&2; exit 1; }
trap '[ -z "$log" ] || rm -f "$log"' EXIT
trap 'echo "Interrupted. Run it again to go on." >&2; exit 130' INT

# ---------------------------------------------------------------- everything there already?
# The folder is part of it: a virtual environment cannot be moved.
system_state=$(cat packaging/setup.sh "${lists[@]}" | cksum)
python_state="$(cat packaging/setup.sh pyproject.toml constraints.txt | cksum) $PWD"
is_current() { [ "$(cat "$1" 2>/dev/null)" = "$2" ]; }
is_python_ready() { [ -x .venv/bin/python ] && [ -x .venv/bin/foveal ] && is_current "$python_stamp" "$python_state"; }
if is_current "$system_stamp" "$system_state" && is_python_ready; then exit 0; fi

# ---------------------------------------------------------------- a Python that is new enough
find_python() {
  local candidate
  for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
    if command -v "$candidate" >/dev/null && "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
      echo "$candidate"
      return
    fi
  done
}

# ---------------------------------------------------------------- system libraries
wanted_packages() { # lines "NAME # reason"
  cat "${lists[@]}"
  # Ubuntu 22.04 comes with Python 3.10 and has 3.11 beside it; another Python than the system's has packages of its own.
  local python
  python=$(find_python)
  python=${python:-python3.11}
  [ "$python" != python3 ] || return 0
  echo "$python-venv # Foveal needs Python 3.11 or newer, with virtual environments"
  echo "$python-dev # pynput's evdev is compiled on installation"
}
is_installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
is_available() { [ -n "$(apt-cache madison "$1" 2>/dev/null)" ]; }

if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  missing=()
  while IFS='#' read -r name reason; do
    name=${name//[[:space:]]/}
    if [ -z "$name" ] || is_installed "$name"; then continue; fi
    [ ${#missing[@]} -gt 0 ] || echo "Foveal needs these system packages:"
    printf '  %-20s %s\n' "$name" "${reason# }"
    missing+=("$name")
  done < <(wanted_packages)
  if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" = 0 ]; then
      echo "Installing them."
    else
      command -v sudo >/dev/null || fail "They must be installed by an administrator:" "apt-get install ${missing[*]}"
      echo "Installing them with sudo; it may ask for your password."
      sudo true || fail "Without administrator's rights they cannot be installed. An administrator can:" "apt-get install ${missing[*]}"
      as_root=(sudo)
    fi
    # A machine that has just started may be updating itself: wait for it.
    apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300)
    log=$(mktemp)
    "${apt[@]}" update >"$log" 2>&1 || { tail -n 3 "$log" >&2; echo "The package lists could not be refreshed; trying with the old ones." >&2; }
    available=()
    for name in "${missing[@]}"; do
      if is_available "$name"; then available+=("$name"); else echo "This system has no package $name; going on without it." >&2; fi
    done
    if [ ${#available[@]} -gt 0 ] && ! "${apt[@]}" install -y --no-install-recommends "${available[@]}" >"$log" 2>&1; then
      tail -n 15 "$log" >&2
      fail "The system packages could not be installed." "Look at the lines above, mend it, and run make again."
    fi
  fi
elif [ "$(uname)" = Linux ]; then
  echo "This is not a Debian or Ubuntu system: please see to the counterparts of these packages yourself:" >&2
  sed -n 's/^\([a-z0-9.+-]\{1,\}\).*/  \1/p' "${lists[@]}" >&2
fi

# ---------------------------------------------------------------- Python
if ! is_python_ready; then
  # Made anew if it was cut short, was moved, or has lost its Python to an upgrade of the system.
  if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! grep -qF "$PWD/.venv" .venv/bin/activate; then
    python=$(find_python)
    [ -n "$python" ] || fail "Foveal needs Python 3.11 or newer, and there is none." "Install it, from python.org if the system has none, and run make again."
    echo "Making a virtual environment in .venv."
    "$python" -m venv --clear .venv || fail "The virtual environment could not be made." "On Debian and Ubuntu this needs the package $python-venv."
  fi
  echo "Installing Foveal and its Python packages into .venv (once; a minute or two)."
  log=${log:-$(mktemp)}
  if ! .venv/bin/python -m pip install --disable-pip-version-check --quiet -c constraints.txt -e ".[$extras]" >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    fail "The Python packages could not be installed." "Is the package index reachable? Run make again when it is."
  fi
  echo "$python_state" >"$python_stamp"
  # What the tests need contains what the program needs.
  [ "$extras" = cpu ] || echo "$python_state" >.venv/.foveal-python-cpu
fi
echo "$system_state" >"$system_stamp"
