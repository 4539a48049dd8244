#!/bin/sh
# quickstart.sh — from a fresh Debian 12 to a first answer: installs what is missing, builds a
# release into build/, runs the built-in quickstart. A second call is quick. Arguments are handed
# to `replsim run builtin:quickstart`.
set -eu
. "$(dirname -- "$0")/lib.sh"

need $build_packages
say "building into $root/build …"
if [ -f "$root/build/CMakeCache.txt" ]; then
    configure release
else
    configure release -DREPLSIM_TESTS=OFF -DREPLSIM_BENCH=OFF
fi
build "$root/build" replsim
cd "$root"
exec build/replsim run builtin:quickstart "$@"
