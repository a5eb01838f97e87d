#!/usr/bin/env bash
# Every check, with its own set-up. Each check goes on where another failed; the last lines say what ran, and how it ended.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=build/scripts/system.sh
. build/scripts/system.sh
exec </dev/null

logs=$PWD/build/tmp/test
rm -rf "$logs"
mkdir -p "$logs"
summary=()
passed=0
failed=0

# check NAME COUNT COMMAND…: runs a check. COUNT names what counts its tests: one (the command itself is the test),
# gotest (go test -json), vitest (its JSON report in $logs/NAME.json) or tap (node --test).
check() {
  local name=$1 count=$2 log=$logs/$1.log code=0 begun=$SECONDS good bad skipped=0
  shift 2
  say "== $name"
  "$@" >"$log" 2>&1 || code=$?
  case $count in
    gotest)
      good=$(grep -c '"Action":"pass".*"Test":' "$log" || true)
      bad=$(grep -c '"Action":"fail".*"Test":' "$log" || true)
      skipped=$(grep -c '"Action":"skip".*"Test":' "$log" || true)
      ;;
    vitest)
      good=$(jq '.numPassedTests' "$logs/$name.json" 2>/dev/null || echo 0)
      bad=$(jq '.numFailedTests' "$logs/$name.json" 2>/dev/null || echo 0)
      skipped=$(jq '.numPendingTests' "$logs/$name.json" 2>/dev/null || echo 0)
      ;;
    tap)
      good=$(sed -n 's/^# pass //p' "$log" | tail -n 1)
      bad=$(sed -n 's/^# fail //p' "$log" | tail -n 1)
      skipped=$(sed -n 's/^# skipped //p' "$log" | tail -n 1)
      ;;
    *)
      good=1 bad=0
      [ "$code" -eq 0 ] || good=0 bad=1
      ;;
  esac
  good=${good:-0} bad=${bad:-0} skipped=${skipped:-0}
  # A check that failed without a failed test (a build that broke, say) is itself the failure; one without a test is none.
  if [ "$bad" -eq 0 ] && { [ "$code" -ne 0 ] || [ "$good" -eq 0 ]; }; then bad=1; fi
  passed=$((passed + good))
  failed=$((failed + bad))
  summary+=("$(printf '%-30s %6d passed %4d failed %4d skipped %5d s' "$name" "$good" "$bad" "$skipped" "$((SECONDS - begun))")")
  if [ "$bad" -ne 0 ]; then
    say "-- $name failed:"
    if [ "$count" = gotest ]; then
      # The output of what failed, without the wrapping.
      jq -rRs '[split("\n")[] | fromjson? // {Action: "output", Output: (. + "\n")}]
        | ([.[] | select(.Action == "fail") | "\(.Package) \(.Test)"] | unique) as $bad
        | .[] | select(.Output != null) | select(.Package == null or ("\(.Package) \(.Test)" | IN($bad[]))) | .Output' \
        "$log" 2>/dev/null | tr -s '\n' | tail -n 100 >&2
    else
      tail -n 100 "$log" >&2
    fi
  fi
}

formatted() {
  local unformatted
  unformatted=$(gofmt -l main.go app.go backend)
  [ -z "$unformatted" ] || { echo "not formatted: $unformatted"; return 1; }
}

scripts_parse() {
  local script
  for script in build/scripts/*.sh .ci/run; do bash -n "$script" || return 1; done
}

# The committed bindings are those that app.go gives.
bindings_in_step() {
  local at=build/tmp/bindings
  rm -rf "$at"
  mkdir -p "$at"
  cp wails.json "$at"
  go build -tags "bindings webkit2_41" -o build/tmp/bindgen . || return 1
  (cd "$at" && tsoutputtype=interfaces ../bindgen) || return 1
  diff -r "$at/frontend/wailsjs" frontend/wailsjs
}

# `make run` as on a machine without a screen, in folders of its own.
run_headless() {
  local at
  at=$(mktemp -d)
  env -u DISPLAY -u WAYLAND_DISPLAY XDG_DATA_HOME="$at/data" XDG_STATE_HOME="$at/state" make --no-print-directory run || { rm -rf "$at"; return 1; }
  rm -rf "$at"
  [ -s build/demo.png ]
}

vitest() { (cd frontend && npx vitest run --reporter=default --reporter=json --outputFile.json="$logs/page unit tests.json"); }
page() { (cd frontend && npm run --silent "$1"); }
types() { page types && (cd frontend && npx tsc --noEmit -p e2e/tsconfig.json); }
e2e() { (cd frontend && node --experimental-websocket --no-warnings --test --test-reporter=tap --test-concurrency=1 "e2e/$1"/*.test.mjs); }

check_versions
install_packages "${build_packages[@]}" "${screen_packages[@]}" "${test_packages[@]}"
command -v chromium >/dev/null || die "Chromium is not there; on Ubuntu it is a snap, so the tests are promised on Debian only"
install_linter
make --no-print-directory desktop cli dev >&2

check "gofmt" one formatted
check "go vet" one go vet ./...
check "go vet, dev build" one go vet -tags "dev webkit2_41" . ./backend/desk
check "golangci-lint" one build/tools/golangci-lint run
check "bindings in step" one bindings_in_step
check "shell scripts parse" one scripts_parse
check "desktop entry" one desktop-file-validate build/linux/auditdesk.desktop
check "go test -race" gotest go test -race -timeout 30m -json ./...
check "go test without the detector" gotest go test -json -run 'TestAKilledImportGoesOn|TestAnImportKilled|TestALineBeyondTheLimit|TestNoCommandSaysASecret' ./backend/cli
check "page types" one types
check "page lint" one page lint
check "page unit tests" vitest vitest
check "e2e in a browser" tap e2e browser
check "e2e in the window" tap e2e window
check "make run without a display" one run_headless

printf '\nWhat ran (logs in build/tmp/test)\n'
printf '  %s\n' "${summary[@]}"
printf '\n%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ]
