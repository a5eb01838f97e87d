#!/usr/bin/env bash
# The quick checks. The page's run beside the engine's, and are told after them.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=build/scripts/system.sh
. build/scripts/system.sh

check_versions
install_linter
make --no-print-directory frontend/node_modules/.package-lock.json >/dev/null

mkdir -p build/tmp
page_log=build/tmp/check-page.log
(
  cd frontend
  export NO_COLOR=1 # into a file
  npm run --silent types
  npx tsc --noEmit -p e2e/tsconfig.json
  npm run --silent lint
  npm run --silent test
) >"$page_log" 2>&1 &
page=$!
trap 'kill "$page" 2>/dev/null || true' EXIT

unformatted=$(gofmt -l main.go app.go backend)
[ -z "$unformatted" ] || die "not formatted by gofmt: $unformatted"
go vet ./...
build/tools/golangci-lint run
go test -short ./...

code=0
wait "$page" || code=$?
cat "$page_log"
exit "$code"
