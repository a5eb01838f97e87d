#!/usr/bin/env bash
# The quick checks, under a minute once everything is set up.
set -euo pipefail
cd "$(dirname "$0")/../.."
# shellcheck source=build/scripts/system.sh
. build/scripts/system.sh

check_versions
install_linter
make --no-print-directory frontend/node_modules/.package-lock.json

unformatted=$(gofmt -l main.go app.go backend)
[ -z "$unformatted" ] || die "not formatted by gofmt: $unformatted"
go vet ./...
build/tools/golangci-lint run
go test -short ./...
cd frontend
npm run --silent types
npx tsc --noEmit -p e2e/tsconfig.json
npm run --silent lint
npm run --silent test
