#!/bin/sh
# run.sh REPLSIM [FOLDER] — test_pages.mjs with the Node.js that is there.
# Exit 77 where something is missing; where REPLSIM_BROWSER is set that is a failure.
set -u
missing() {
    echo "skipped: $1" >&2
    [ -n "${REPLSIM_BROWSER:-}" ] && exit 1
    exit 77
}
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
command -v node >/dev/null 2>&1 || missing "no Node.js"
node "$here/test_pages.mjs" "$@"
status=$?
[ $status -eq 77 ] && missing "the pages were not opened in a browser"
exit $status
