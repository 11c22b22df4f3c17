#!/bin/sh
# Makes sure the machine has what it must give us. As root (or with sudo that asks nothing) it
# installs what is missing from Debian; otherwise it stops and says the exact command.
#
#   deploy/ensure.sh python     a Python of 3.11 or later that can make virtual environments
#   deploy/ensure.sh printing   Pango, which sets the type of papers
#   deploy/ensure.sh browsers   Chromium, a Chinese font and `ledger`, which the tests use
set -eu

PYTHON=${PYTHON:-python3}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

# install WHY PACKAGE…
install() {
    why=$1
    shift
    if ! can_install; then
        echo "$why. Please run:" >&2
        echo "    sudo apt-get update && sudo apt-get install -y --no-install-recommends $*" >&2
        exit 1
    fi
    echo "$why: installing $*"
    export DEBIAN_FRONTEND=noninteractive
    as_root apt-get install -y -q --no-install-recommends "$@" >/dev/null 2>&1 && return
    # The package lists may be missing or old.
    as_root apt-get update -q
    as_root apt-get install -y -q --no-install-recommends "$@"
}

ensure_python() {
    command -v "$PYTHON" >/dev/null || install "Python is missing" python3 python3-venv
    if ! "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
        echo "Python 3.11 or later is needed; $PYTHON is $("$PYTHON" --version 2>&1)." >&2
        echo "Point to one with: make PYTHON=/path/to/python3 …" >&2
        exit 1
    fi
    # Debian keeps the parts that make a virtual environment in a package of their own.
    "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ||
        install "Python cannot make virtual environments" python3-venv
}

ensure_printing() {
    "$PYTHON" -c 'import ctypes; [ctypes.CDLL(name) for name in ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")]' 2>/dev/null ||
        install "Papers cannot be printed" libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
}

ensure_browsers() {
    missing=
    command -v chromium >/dev/null || missing="$missing chromium"
    command -v ledger >/dev/null || missing="$missing ledger"
    [ -n "$(fc-list :lang=zh-cn 2>/dev/null)" ] || missing="$missing fontconfig fonts-wqy-zenhei"
    # Word by word on purpose.
    # shellcheck disable=SC2086
    [ -z "$missing" ] || install "The tests need more of this machine" $missing
}

"ensure_$1"
