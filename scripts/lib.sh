# lib.sh — what the scripts share: installing what is missing, and building. Source it.
# POSIX shell; works as root without sudo, or as a user with sudo.

root=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

# gcc, the C library's headers, CMake with Ninja, GLib (with glib-compile-resources), libyaml.
build_packages="gcc libc6-dev cmake ninja-build pkgconf libglib2.0-dev libyaml-dev"
# The tests' frame and their oracles.
test_packages="libcunit1-dev libmpfr-dev libgsl-dev libjansson-dev python3-jsonschema"

say() { printf '%s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 4; }

is_installed() {
    [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        die "installing needs root or sudo: $*"
    fi
}

# need PACKAGE… — installs those that are missing, and nothing else. Quick where none is.
need() {
    missing=
    for package in "$@"; do
        is_installed "$package" || missing="$missing $package"
    done
    [ -z "$missing" ] && return 0
    command -v apt-get >/dev/null 2>&1 || die "please install:$missing"
    say "installing:$missing"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq update || die "apt-get update failed"
    # shellcheck disable=SC2086
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install $missing >&2 ||
        die "could not install:$missing"
}

# configure PRESET [-DNAME=VALUE…] — quiet; the log is shown where it fails.
configure() {
    preset=$1
    shift
    log=$(mktemp)
    if ! (cd "$root" && cmake --preset "$preset" "$@") >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "CMake could not configure '$preset'"
    fi
    rm -f "$log"
}

# build FOLDER [TARGET…]
build() {
    folder=$1
    shift
    log=$(mktemp)
    [ $# -gt 0 ] && set -- --target "$@"
    if ! cmake --build "$folder" "$@" >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        say "error: the build in $folder failed"
        exit 1
    fi
    rm -f "$log"
}
