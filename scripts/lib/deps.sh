# Libraries that are built from Debian's source packages by deps/CMakeLists.txt, each set once per content, into the cache:
#   native  civetweb with TLS        mingw  everything, for Windows
# shellcheck shell=bash

deps_sources() {
  case $1 in
    native) echo civetweb ;;
    mingw) echo civetweb prometheus-cpp yaml-cpp googletest benchmark cli11 spdlog fmtlib ;;
  esac
}

# deps_prefix native|mingw: the folder that holds, or will hold, the libraries.
deps_prefix() {
  case $1 in
    native) echo "$WINJOB_CACHE/deps/native-$(key deps/CMakeLists.txt scripts/lib/deps.sh -- g++ libc6-dev libssl-dev)" ;;
    mingw) echo "$WINJOB_CACHE/deps/mingw-$(key deps/CMakeLists.txt scripts/lib/deps.sh cmake/mingw-w64-x86_64.cmake -- \
      g++-mingw-w64-x86-64-posix mingw-w64-x86-64-dev libz-mingw-w64-dev)" ;;
  esac
}

# deps_fetch folder package...: unpacks source packages as an ordinary apt client that has its own configuration: the
# machine's own sources, turned into deb-src, and nothing written outside the folder.
deps_fetch() {
  local folder=$1 apt=$1/apt list
  shift
  mkdir -p "$apt"/{lists/partial,cache/archives/partial,sources}
  for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$list" ] && sed -nE 's/^[[:space:]]*deb(-src)?[[:space:]]+/deb-src /p' "$list"
  done | grep -v 'cdrom:' | sort -u >"$apt/sources/machine.list" || true
  for list in /etc/apt/sources.list.d/*.sources; do
    if [ -f "$list" ]; then sed 's/^Types:.*/Types: deb-src/' "$list" >"$apt/sources/${list##*/}"; fi
  done
  cat >"$apt/apt.conf" <<CONF
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::State::lists "$apt/lists";
Dir::Cache "$apt/cache";
APT::Sandbox::User "root";
Acquire::Retries "3";
CONF
  # A third party's source without source packages fails the update, and is no loss.
  APT_CONFIG=$apt/apt.conf apt-get -q update || echo "going on without the sources above"
  (cd "$folder" && APT_CONFIG=$apt/apt.conf apt-get -q source "$@")
}

# deps_build native|mingw prefix: under another name first, so that a prefix that exists is complete.
deps_build() {
  local kind=$1 prefix=$2 work=$2.partial options=(-DDEPS_ONLY=civetweb -DDEPS_TLS=ON)
  [ "$kind" = mingw ] && options=("-DCMAKE_TOOLCHAIN_FILE=$PWD/cmake/mingw-w64-x86_64.cmake")
  rm -rf "$work" && mkdir -p "$work/sources" || return
  # shellcheck disable=SC2046
  deps_fetch "$work/sources" $(deps_sources "$kind") || return
  cmake -S deps -B "$work/build" -G Ninja -DDEPS_SOURCES="$work/sources" -DCMAKE_INSTALL_PREFIX="$work/prefix" \
    "${options[@]}" || return
  cmake --build "$work/build" || return
  (cd "$work/sources" && printf '%s\n' *.dsc) >"$work/prefix/versions.txt"
  rm -rf "$work/prefix"/{lib,share}/pkgconfig  # they name the folder of the build; CMake's files do not
  mv -T "$work/prefix" "$prefix" && rm -rf "$work"
}

# deps_ready native|mingw: builds the prefix unless it is there; call it with the cache locked.
deps_ready() {
  local prefix
  prefix=$(deps_prefix "$1")
  if [ ! -d "$prefix" ]; then
    mkdir -p "${prefix%/*}"
    step "building from Debian's sources ($1): $(deps_sources "$1")" deps_build "$1" "$prefix" || return
    prune "$WINJOB_CACHE/deps/$1"
  fi
  touch "$prefix"
  point_to "$WINJOB_CACHE/deps/$1" "${prefix##*/}"
}
