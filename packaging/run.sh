#!/usr/bin/env bash
# Starts the tray program where there is a display, and the demonstration on a virtual screen where there is none.
# Sets up what either needs.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$(uname)" = Linux ]; then
  packaging/setup.sh demo
  exec .venv/bin/foveal demo --out out/demo
fi
packaging/setup.sh run
status=0
.venv/bin/foveal --bar || status=$?
if [ $status -eq 1 ] && [ "$(uname)" = Linux ]; then
  echo "To see Foveal on a virtual screen instead: env -u DISPLAY -u WAYLAND_DISPLAY make run" >&2
fi
exit $status
