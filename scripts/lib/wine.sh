# A Windows to run .exe files in: a Wine prefix that is made once per Wine version, and copied for each run, so that two
# runs never share names or a server.
# shellcheck shell=bash

wine_cached() { echo "$WINJOB_CACHE/wine-$(key scripts/lib/wine.sh -- wine64)"; }

wine_environment() {
  export WINEPREFIX=$1 WINEARCH=win64 WINEDEBUG=-all
  export WINEDLLOVERRIDES="mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d"  # as in cmake/wine-run.sh
  unset DISPLAY WAYLAND_DISPLAY
}

wine_make() (
  rm -rf "$1.partial" && mkdir -m 700 "$1.partial" && wine_environment "$1.partial" || exit
  timeout -k 10 300 wine wineboot -i && timeout -k 10 60 wine winecfg /v win10 || exit  # a fresh prefix says Windows 7
  timeout -k 10 60 wineserver -k && timeout -k 10 60 wineserver -w
  mv -T "$1.partial" "$1"
)

# wine_ready: makes the prefix unless it is there; call it with the cache locked.
wine_ready() {
  local prefix
  prefix=$(wine_cached)
  if [ ! -d "$prefix" ]; then
    step "making a Windows for Wine" wine_make "$prefix" || return
    prune "$WINJOB_CACHE/wine"
  fi
  touch "$prefix"
  point_to "$WINJOB_CACHE/wine" "${prefix##*/}"
}

# wine_start folder: a copy of the prefix there, with its server kept. Whatever starts first hands its output to Wine's
# services, which hold it open: so that must be a program whose output nobody waits for.
wine_start() {
  wine_stop "$1"
  cp -aT --reflink=auto "$(wine_cached)" "$1" || return
  wine_environment "$1"
  timeout -k 10 60 wineserver -p >/dev/null 2>&1 </dev/null || return  # it would list its objects when it ends
  timeout -k 10 120 wine cmd /c exit </dev/null >/dev/null 2>&1
}

# wine_processes folder: those of the prefix, its server among them.
wine_processes() {
  local process
  for process in /proc/[0-9]*; do
    case $(readlink "$process/exe" || true) in
      */wine*) if grep -qzxF "WINEPREFIX=$1" "$process/environ"; then echo "${process#/proc/}"; fi ;;
    esac
  done 2>/dev/null || true
}

wine_stop() {
  [ -d "$1" ] || return 0
  WINEPREFIX=$1 timeout -k 10 60 wineserver -k >/dev/null 2>&1 || true
  # A process whose parent was ended while it started it is unknown to the server, and waits on a pipe for ever.
  local left attempt
  for attempt in {1..50}; do
    left=$(wine_processes "$1")
    [ -n "$left" ] || break
    # shellcheck disable=SC2086  # several words
    kill -KILL $left 2>/dev/null || true
    sleep 0.1
  done
  rm -rf "$1"
}
