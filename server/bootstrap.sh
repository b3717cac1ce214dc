#!/bin/sh
# Make .venv ready: find a Python, make the environment, install what requirements.txt locks.
# With the argument `bench`, make .venv-bench ready with what requirements-bench.txt locks, and nothing of ours.
# Runs again in a blink: a stamp tells whether anything has changed since.
# PYTHON chooses the interpreter; UV the uv command (empty: do without uv).
set -u
cd "$(dirname "$0")/.." || exit 1

venv=.venv${1:+-$1}
lock=requirements${1:+-$1}.txt
stamp=$venv/bionrw-stamp
least=3.11
space_needed=700 # MB, about twice what .venv takes, as packages are unpacked beside it first

stop() {
    echo "$*" >&2
    exit 1
}

version_of() { # prints "3.12" when $1 runs
    "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null
}

is_recent() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

find_python() { # sets python, or stops
    if [ -n "${PYTHON:-}" ]; then
        found=$(version_of "$PYTHON") || stop "PYTHON=$PYTHON does not run; name a Python $least or newer, or leave PYTHON out."
        is_recent "$PYTHON" || stop "PYTHON=$PYTHON is Python $found; name a Python $least or newer, or leave PYTHON out."
        python=$PYTHON
        return
    fi
    old=
    for python in python3.14 python3.13 python3.12 python3.11 python3 python; do
        found=$(version_of "$python") || continue # a name may be there and not run, such as a shim
        is_recent "$python" && return
        old=$found
    done
    stop "No Python $least or newer found${old:+, only $old}; install one, or name it: make setup PYTHON=/path/to/python3"
}

free_megabytes() { # prints the free space of folder $1; nothing when df cannot tell
    df -Pk "$1" 2>/dev/null | awk 'NR == 2 && $4 ~ /^[0-9]+$/ { print int($4 / 1024) }'
}

check_space() { # $1: megabytes wanted
    for folder in . "${TMPDIR:-/tmp}"; do
        free=$(free_megabytes "$folder")
        [ -z "$free" ] || [ "$free" -ge "$1" ] ||
            stop "The disk is full: $free MB are free in $folder and setting up needs $space_needed MB; make room and run make again."
    done
}

give_up() { # $1: what was tried; a full disk is the likeliest cause that tools report badly
    check_space 5
    stop "$1 failed, see above; when the cause is mended, run make again."
}

make_environment() {
    rm -rf "$venv"
    if [ -n "$uv" ]; then
        "$uv" venv --quiet --python "$python" "$venv" || give_up "Making $venv with uv"
    elif "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        "$python" -m venv "$venv" || give_up "Making $venv"
    elif "$python" -c 'import virtualenv' 2>/dev/null; then
        "$python" -m virtualenv --quiet "$venv" || give_up "Making $venv with virtualenv"
    elif command -v virtualenv >/dev/null 2>&1; then
        virtualenv --quiet --python "$python" "$venv" || give_up "Making $venv with virtualenv"
    else
        stop "$python cannot make environments: install its venv module (Debian: apt install python3-venv), uv or virtualenv, then run make again."
    fi
}

install() { # passes its arguments to uv or pip, whose own settings choose the index
    if [ -n "$uv" ]; then
        "$uv" pip install --quiet --python "$venv/bin/python" "$@"
    else
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
    fi
}

place_stamp() { # an environment holds its own address, so a moved checkout needs a new one
    pwd
}

content_stamp() { # what is installed: the locked packages and the project's metadata
    cat "$lock" pyproject.toml | cksum
}

is_usable() {
    "$venv/bin/python" -c '' 2>/dev/null && [ "$(sed -n 1p "$stamp" 2>/dev/null)" = "$(place_stamp)" ] &&
        { [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of "$venv/bin/python")" ]; }
}

can_install() { # uv leaves pip out of the environments it makes
    [ -n "$uv" ] || "$venv/bin/python" -c 'import pip' 2>/dev/null
}

is_current() {
    [ "$(sed -n 2p "$stamp")" = "$(content_stamp)" ]
}

has_allocator() {
    for file in "$venv"/lib/libmimalloc.so*; do
        [ ! -e "$file" ] || return 0
    done
    { ldconfig -p || /sbin/ldconfig -p; } 2>/dev/null | awk '/libmimalloc/ { found = 1 } END { exit !found }'
}

fetch_allocator() { # a faster malloc for the processes that run queries, unpacked here: nobody need be root for it
    command -v apt-get >/dev/null 2>&1 && command -v dpkg-deb >/dev/null 2>&1 || return
    rm -rf "$venv/debian" && mkdir -p "$venv/debian" || return
    # apt holds what it downloads against the signed lists of its archive.
    if (cd "$venv/debian" && timeout 30 apt-get -qq download libmimalloc2.0 && dpkg-deb -x libmimalloc2.0_*.deb .) >/dev/null 2>&1; then
        cp -L "$venv"/debian/usr/lib/*/libmimalloc.so.2 "$venv/lib/" 2>/dev/null
    fi
    rm -rf "$venv/debian"
    has_allocator || echo "Without mimalloc, large queries take up to twice as long: apt install libmimalloc2.0 brings it."
}

is_usable && is_current && exit 0
uv=${UV-uv}
command -v "${uv:-:none}" >/dev/null 2>&1 || uv=
check_space "$space_needed"
if is_usable && can_install; then
    echo "Bringing $venv up to date."
else
    find_python
    echo "Setting up $venv with $python ($found); this takes a minute or two, once."
    make_environment
    place_stamp >"$stamp" || give_up "Writing $stamp"
fi
install --require-hashes -r "$lock" || give_up "Installing the packages of $lock"
if [ "$venv" = .venv ]; then
    install --no-deps --no-build-isolation --editable . || give_up "Installing the project"
    has_allocator || fetch_allocator
fi
{ place_stamp && content_stamp; } >"$stamp" || give_up "Writing $stamp"
