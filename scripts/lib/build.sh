# Configuring and building a preset, with the libraries that belong to this content of the tree.
# shellcheck shell=bash

configure_preset() {
  local preset=$1 stamp=build/$1/deps.stamp prefix='' fresh=()
  [ "$preset" != mingw ] || prefix=$(deps_prefix)
  # CMake remembers where it found packages: it must forget that when the libraries are others.
  [ "$(cat "$stamp" 2>/dev/null)" = "$prefix" ] || fresh=(--fresh)
  rm -f "build/$preset/built.stamp"
  cmake --preset "$preset" "${fresh[@]}" ${prefix:+"-DWINJOB_DEPS=$prefix"} || return
  echo "$prefix" >"$stamp"
}

# build_preset preset [target...]: leaves build/<preset>/built.stamp behind when all went well.
build_preset() {
  local preset=$1 targets=()
  shift
  [ $# -eq 0 ] || targets=(--target "$@")
  configure_preset "$preset" || return
  cmake --build --preset "$preset" "${targets[@]}" || return
  touch "build/$preset/built.stamp"
}

# build_threaded_tests preset: only what the ThreadSanitizer run needs.
build_threaded_tests() {
  local tests
  configure_preset "$1" || return
  mapfile -t tests < <(awk '$3 == "threads" { print $1 }' "build/$1/tests.txt")
  [ ${#tests[@]} -gt 0 ] || { echo "no test is marked THREADS"; return 1; }
  cmake --build --preset "$1" --target "${tests[@]}" || return
  touch "build/$1/built.stamp"
}

# build_linux_tests preset: the tests of the Linux kernel, which a guest runs.
build_linux_tests() {
  local tests
  configure_preset "$1" || return
  mapfile -t tests < <(awk '$1 ~ /^linux_/ || $1 == "contract_test" { print $1 }' "build/$1/tests.txt")
  cmake --build --preset "$1" --target "${tests[@]}" workload winjob_exporter || return
  touch "build/$1/built.stamp"
}
