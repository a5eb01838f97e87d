# What the machine must have: Go, Node and system packages. Sourced by the other scripts, which run with `set -euo pipefail`
# in the root of the repository.

go_needed=1.26
node_needed=20.19

build_packages=(build-essential pkg-config libgtk-3-dev libwebkit2gtk-4.1-dev)
screen_packages=(xvfb xauth xdotool imagemagick dbus-x11 x11-utils openbox fonts-dejavu-core fonts-noto-core)
test_packages=(chromium jq lnav sqlite3 libreoffice-calc desktop-file-utils)

say() { printf '%s\n' "$*" >&2; }
die() { say "auditdesk: $*"; exit 1; }

# at_least HAVE NEEDED: compares dotted versions.
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }

check_versions() {
  local have
  command -v go >/dev/null || die "Go is not installed. Auditdesk is built with Go $go_needed or later: https://go.dev/dl"
  have=$(GOTOOLCHAIN=local go env GOVERSION)
  have=${have#go}
  at_least "$have" "$go_needed" ||
    die "Go $have is too old. Auditdesk is built with Go $go_needed or later (Debian's and Ubuntu's own are older): https://go.dev/dl"
  command -v node >/dev/null || die "Node is not installed. The window's page is built with Node $node_needed or later: https://nodejs.org"
  have=$(node --version)
  have=${have#v}
  at_least "$have" "$node_needed" ||
    die "Node $have is too old. The window's page is built with Node $node_needed or later: https://nodejs.org"
  command -v npm >/dev/null || die "npm is not installed; it comes with Node: https://nodejs.org"
}

# install_packages PACKAGE…: installs those that are missing, without asking. Another apt that is at work is waited for.
install_packages() {
  local missing=() package
  if ! command -v apt-get >/dev/null; then
    pkg-config --exists gtk+-3.0 webkit2gtk-4.1 2>/dev/null && return 0
    die "this system has no apt. Install the packages that match these of Debian, then run this again: $*"
  fi
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0

  local apt=(apt-get -o DPkg::Lock::Timeout=300 -qq -y)
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || die "these packages are missing and there is no sudo to install them with: ${missing[*]}"
    apt=(sudo env DEBIAN_FRONTEND=noninteractive "${apt[@]}")
  else
    apt=(env DEBIAN_FRONTEND=noninteractive "${apt[@]}")
  fi
  say "Installing system packages: ${missing[*]}"
  local try
  for try in 1 2 3 4 5; do
    if "${apt[@]}" update >&2 && "${apt[@]}" install --no-install-recommends "${missing[@]}" </dev/null >&2; then
      return 0
    fi
    say "apt did not finish (try $try of 5); trying again in 15 s"
    sleep 15
  done
  die "these packages could not be installed: ${missing[*]}"
}

# install_linter: golangci-lint from the Go module proxy, of one version, into build/tools.
lint_version=2.9.0
install_linter() {
  local lint=build/tools/golangci-lint
  if [ -x "$lint" ] && "$lint" version 2>/dev/null | grep -q "version v\?$lint_version"; then
    return 0
  fi
  say "Building golangci-lint v$lint_version into build/tools (some minutes, once)"
  mkdir -p build/tools
  GOBIN=$PWD/build/tools go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v$lint_version"
}
