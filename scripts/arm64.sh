#!/bin/sh
# arm64.sh — builds the program for arm64 into build-matrix/arm64, to be run under qemu.
#
# The arm64 run-time libraries are unpacked into a private folder (build-matrix/arm64-root); the
# machine's own packages stay as they are: apt gets a state of its own, and nothing is installed.
# Headers are the native ones, which do not depend on the processor, but for GLib's glibconfig.h.
set -eu
. "$(dirname -- "$0")/lib.sh"

work=$root/build-matrix
arm=$work/arm64-root
triplet=aarch64-linux-gnu
mkdir -p "$work/apt/lists/partial" "$work/apt/archives/partial" "$arm"

fetch() {
    apt_options="-o APT::Architecture=arm64 -o APT::Architectures=arm64
        -o Dir::State::lists=$work/apt/lists -o Dir::Cache::archives=$work/apt/archives
        -o Dir::State::status=/dev/null -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache="
    # shellcheck disable=SC2086
    apt-get $apt_options -qq update
    # shellcheck disable=SC2086
    (cd "$work/apt" && apt-get $apt_options -qq download "$@")
    for package in "$work"/apt/*.deb; do
        dpkg-deb -x "$package" "$arm"
    done
}

if [ ! -e "$arm/usr/lib/$triplet/libgio-2.0.so.0" ]; then
    fetch libc6 libgcc-s1 libglib2.0-0 libglib2.0-dev libyaml-0-2 libpcre2-8-0 libffi8 zlib1g \
        libmount1 libblkid1 libselinux1
fi

# The linker wants names without versions; GLib's -dev package brings its own.
libraries=$arm/usr/lib/$triplet
ln -sf libyaml-0.so.2 "$libraries/libyaml.so"

mkdir -p "$work/arm64-pc"
# module NAME VERSION LIBRARIES CFLAGS
module() {
    cat >"$work/arm64-pc/$1.pc" <<PC
Name: $1
Description: $1 for arm64
Version: $2
Cflags: $4
Libs: -L$libraries $3
PC
}
glib_flags="-I/usr/include/glib-2.0 -I$libraries/glib-2.0/include"
module yaml-0.1 0.2.5 "-lyaml" ""
module glib-2.0 2.74.6 "-lglib-2.0" "$glib_flags"
module gio-2.0 2.74.6 "-lgio-2.0 -lgobject-2.0 -lglib-2.0" "$glib_flags"
module gmodule-no-export-2.0 2.74.6 "-lgmodule-2.0 -lglib-2.0" "$glib_flags"

cat >"$work/arm64.cmake" <<CMAKE
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER $triplet-gcc)
set(CMAKE_EXE_LINKER_FLAGS_INIT "-Wl,--allow-shlib-undefined -Wl,-rpath-link,$libraries -Wl,-rpath-link,$arm/lib/$triplet")
CMAKE
PKG_CONFIG_LIBDIR=$work/arm64-pc cmake -S "$root" -B "$work/arm64" -G Ninja \
    -DCMAKE_TOOLCHAIN_FILE="$work/arm64.cmake" -DCMAKE_BUILD_TYPE=Release \
    -DREPLSIM_TESTS=OFF -DREPLSIM_BENCH=OFF >"$work/arm64.log" 2>&1 ||
    { cat "$work/arm64.log" >&2; die "CMake failed for arm64"; }
PKG_CONFIG_LIBDIR=$work/arm64-pc build "$work/arm64" replsim
