#!/bin/sh
# test.sh — builds and runs all tests in build/; what is missing is installed first.
#
#   scripts/test.sh                 the tests
#   scripts/test.sh -R unit/        arguments go to ctest
#   REPLSIM_BROWSER=1 scripts/test.sh    report pages are opened in a browser, too
#   scripts/test.sh --full          then also: sanitizers, other compilers and options, other
#                                   processors; all must give the same bytes (scripts/matrix.sh);
#                                   and 10000 random scenarios (selftest --swarm); tests whose
#                                   size can be set run in their long form
#
# The last thing printed is ctest's summary.
set -eu
. "$(dirname -- "$0")/lib.sh"

full=no
if [ "${1:-}" = --full ]; then
    full=yes
    shift
fi
need $build_packages $test_packages
# With REPLSIM_BROWSER set report pages are opened in a browser. Node.js with npm has to be there.
[ "$full" = yes ] && export REPLSIM_BROWSER=full
if [ -n "${REPLSIM_BROWSER:-}" ]; then
    if ! { (need chromium fonts-dejavu-core) && (cd "$root/tests/browser" &&
        npm ci --ignore-scripts --no-audit --no-fund --silent); }; then
        say "no browser, or no playwright-core: report pages are not opened in one"
        unset REPLSIM_BROWSER
    fi
fi
configure release -DREPLSIM_TESTS=ON -DREPLSIM_BENCH=ON
say "building into $root/build …"
build "$root/build"
if [ "$full" = yes ]; then
    "$root/scripts/matrix.sh"
    "$root/build/replsim" selftest --swarm 10000
    export REPLSIM_SEEDS=100 REPLSIM_OPPORTUNITIES=1000000 REPLSIM_REPETITIONS=4000
fi
export REPLSIM_NO_SKIP=1 # what tests need is installed: that it is missing is a failure
cd "$root/build"
exec ctest --output-on-failure -j "$(nproc)" "$@"
