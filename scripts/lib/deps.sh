# Libraries for Windows that are built from Debian's source packages by deps/CMakeLists.txt, once per content, into the
# cache. On Linux the packages themselves serve.
# shellcheck shell=bash

deps_sources="openssl prometheus-cpp yaml-cpp googletest benchmark cli11 spdlog fmtlib re2"

# deps_prefix: the folder that holds, or will hold, the libraries.
deps_prefix() {
  echo "$WINJOB_CACHE/deps/mingw-$(key deps/CMakeLists.txt scripts/lib/deps.sh cmake/mingw-w64-x86_64.cmake -- \
    g++-mingw-w64-x86-64-posix mingw-w64-x86-64-dev libz-mingw-w64-dev)"
}

# deps_fetch folder package...: unpacks source packages as an ordinary apt client that has its own configuration: the
# machine's own sources, turned into deb-src, and nothing written outside the folder.
deps_fetch() {
  local folder=$1 apt=$1/apt list package
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
  for package; do (cd "$folder" && APT_CONFIG=$apt/apt.conf deps_fetch_one "$package") || return; done
}

# deps_fetch_one package: its newest version, or an older one where a mirror lacks a file of that.
deps_fetch_one() {
  local version
  for version in $(apt-cache showsrc "$1" | sed -n 's/^Version: //p' | sort -ruV); do
    apt-get -q source "$1=$version" && return
    rm -rf "${1:?}"[-_]*
  done
  return 1
}

# deps_build prefix: under another name first, so that a prefix that exists is complete.
deps_build() {
  local prefix=$1 work=$1.partial
  rm -rf "$work" && mkdir -p "$work/sources" || return
  # shellcheck disable=SC2086
  deps_fetch "$work/sources" $deps_sources || return
  cmake -S deps -B "$work/build" -G Ninja -DDEPS_SOURCES="$work/sources" -DCMAKE_INSTALL_PREFIX="$work/prefix" \
    "-DCMAKE_TOOLCHAIN_FILE=$PWD/cmake/mingw-w64-x86_64.cmake" || return
  cmake --build "$work/build" || return
  (cd "$work/sources" && printf '%s\n' *.dsc) >"$work/prefix/versions.txt"
  rm -rf "$work/prefix"/{lib,share}/pkgconfig  # they name the folder of the build; CMake's files do not
  mv -T "$work/prefix" "$prefix" && rm -rf "$work"
}

# deps_ready: builds the prefix unless it is there; call it with the cache locked.
deps_ready() {
  local prefix
  prefix=$(deps_prefix)
  if [ ! -d "$prefix" ]; then
    mkdir -p "${prefix%/*}"
    step "building for Windows from Debian's sources: $deps_sources" deps_build "$prefix" || return
    prune "$WINJOB_CACHE/deps/mingw"
  fi
  touch "$prefix"
  point_to "$WINJOB_CACHE/deps/mingw" "${prefix##*/}"
}
