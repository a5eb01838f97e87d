# Auditdesk. `make run` builds everything and opens the window on the demo case; `make test` runs every check.

# One set of tags and flags everywhere: another one would compile SQLite anew, which takes over a minute.
TAGS        := desktop production webkit2_41
DEV_TAGS    := dev webkit2_41
VERSION     ?= 1.0.0
LDFLAGS     := -s -w -X main.version=$(VERSION)
GO_SOURCES  := $(shell find backend -name '*.go' -o -name '*.sql' -o -name '*.tsv') main.go app.go go.mod go.sum
PAGE        := $(shell find frontend/src frontend/wailsjs -type f 2>/dev/null) frontend/index.html frontend/vite.config.ts frontend/tsconfig.json

.PHONY: all desktop cli dev bindings run test check bench clean
.DELETE_ON_ERROR:

all: desktop cli

desktop: build/bin/auditdesk-desktop ## the window
cli: build/bin/auditdesk ## the command line; needs neither GTK nor WebKit
dev: build/bin/auditdesk-dev ## the window with a development server, for the tests in a browser

build/bin/auditdesk-desktop: $(GO_SOURCES) frontend/dist/index.html build/appicon.png
	go build -tags "$(TAGS)" -ldflags "$(LDFLAGS)" -o $@ .

build/bin/auditdesk-dev: $(GO_SOURCES) frontend/dist/index.html build/appicon.png
	go build -tags "$(DEV_TAGS)" -ldflags "$(LDFLAGS)" -o $@ .

build/bin/auditdesk: $(GO_SOURCES)
	go build -ldflags "$(LDFLAGS)" -o $@ ./backend/cmd/auditdesk

frontend/node_modules/.package-lock.json: frontend/package.json frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund
	touch $@

frontend/dist/index.html: frontend/node_modules/.package-lock.json $(PAGE)
	cd frontend && npm run --silent build

# The TypeScript of the bound methods, from Go. It is committed; run this after a change of app.go.
bindings:
	mkdir -p build/tmp
	go build -tags "bindings webkit2_41" -o build/tmp/bindgen .
	tsoutputtype=interfaces build/tmp/bindgen

run:
	@build/scripts/run.sh

test:
	@build/scripts/test.sh

check:
	@build/scripts/check.sh

# The figures of README, each beside a peer in the same run. EVENTS= sets the size.
EVENTS ?= 1000000
bench: cli desktop build/bin/peers
	go run ./backend/cmd/bench -events $(EVENTS)

# What the benchmark times beside, as far as it can be had: DuckDB lies in a module of its own, for the product has no use for it.
build/bin/peers: build/peers/main.go build/peers/go.mod
	go -C build/peers build -o ../bin/peers . || echo "the benchmark goes on without DuckDB" >&2

clean:
	rm -rf build/bin build/tmp build/demo.png frontend/node_modules
	find frontend/dist -mindepth 1 ! -name .gitkeep -delete
