#!/bin/sh
# matrix.sh — the long checks behind `test.sh --full`: sanitizers run all tests, and builds by
# other compilers, with other options and for another processor must give the same bytes for the
# small scenarios of tests/scenario (scripts/digests). Everything is built under build*/.
set -eu
. "$(dirname -- "$0")/lib.sh"

need $build_packages $test_packages clang clang-format libclang-rt-14-dev locales \
    gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static
digests=$root/scripts/digests
reference=$root/build/matrix-reference
"$digests" "$root/build/replsim" >"$reference"
say "reference: $(wc -l <"$reference") scenarios"

# same NAME COMMAND… — its digests are the reference's.
same() {
    name=$1
    shift
    got=$root/build/matrix-got
    "$@" >"$got" || die "$name: could not run"
    if ! diff "$reference" "$got" >&2; then
        say "error: $name gives other bytes"
        exit 1
    fi
    say "  same bytes: $name"
}

# variant NAME CMAKE_OPTIONS… — another build of the program.
variant() {
    name=$1
    shift
    folder=$root/build-matrix/$name
    cmake -S "$root" -B "$folder" -G Ninja -DREPLSIM_TESTS=OFF -DREPLSIM_BENCH=OFF "$@" \
        >"$folder.log" 2>&1 || { cat "$folder.log" >&2; die "$name: CMake failed"; }
    build "$folder" replsim
    same "$name" "$digests" "$folder/replsim"
}
mkdir -p "$root/build-matrix"

say "run-time variations:"
for jobs in 1 2 8; do
    REPLSIM_RUN_OPTIONS="-j $jobs" same "-j $jobs" "$digests" "$root/build/replsim"
done
same "FMA and AVX2 off" env GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4 \
    "$digests" "$root/build/replsim"
if ! locale -a | grep -qi '^de_DE.utf-\?8'; then
    as_root sh -c 'echo "de_DE.UTF-8 UTF-8" >>/etc/locale.gen && locale-gen' >/dev/null
fi
same "locale de_DE.UTF-8" env LC_ALL=de_DE.UTF-8 LANG=de_DE.UTF-8 "$digests" "$root/build/replsim"

say "other builds:"
variant gcc-O0 -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG=-O0
variant gcc-O3-native -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Release \
    "-DCMAKE_C_FLAGS_RELEASE=-O3 -march=native"
variant clang-O2 -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Release

say "another processor:"
"$root/scripts/arm64.sh"
same "arm64 under qemu" "$digests" qemu-aarch64-static -L "$root/build-matrix/arm64-root" \
    "$root/build-matrix/arm64/replsim"

say "sanitizers:"
for preset in asan-ubsan tsan; do
    configure "$preset" -DREPLSIM_BENCH=OFF
    case $preset in asan-ubsan) folder=$root/build-asan ;; *) folder=$root/build-tsan ;; esac
    build "$folder"
    # GLib's own allocator hands memory from thread to thread by locks that the sanitizer cannot see.
    (cd "$folder" && G_SLICE=always-malloc ctest -LE house --output-on-failure -j "$(nproc)" >matrix.log 2>&1) ||
        { tail -n 100 "$folder/matrix.log" >&2; say "error: tests fail under $preset"; exit 1; }
    say "  all tests pass: $preset"
done
