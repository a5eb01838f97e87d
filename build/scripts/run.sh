#!/usr/bin/env bash
# Builds Auditdesk and opens its window on the demo case, which is made first where there is none. Without a display the same
# window opens on a virtual one, and a picture of it and some figures of the demo show that it works.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=build/scripts/system.sh
. build/scripts/system.sh

check_versions
install_packages "${build_packages[@]}"
make --no-print-directory desktop cli >&2

data=${XDG_DATA_HOME:-$HOME/.local/share}/auditdesk
demo=$data/demo.auditcase
if [ ! -e "$demo" ]; then
  say "Making the demo case: $demo"
  mkdir -p "$data"
  build/bin/auditdesk demo "$demo" >&2
fi

if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then
  exec build/bin/auditdesk-desktop "$demo"
fi

say "There is no display: opening the window on a virtual one."
install_packages "${screen_packages[@]}"
make --no-print-directory frontend/node_modules/.package-lock.json >&2
node --experimental-websocket --no-warnings frontend/e2e/picture.mjs "$demo" build/demo.png

printf '\nFacets of the demo case\n'
build/bin/auditdesk facets "$demo" --top 5 --format table
printf '\nLatest admin changes of the demo case\n'
build/bin/auditdesk changes "$demo" class:admin --limit 10 --format table
printf '\nThe window showed: %s\n' "$PWD/build/demo.png"
