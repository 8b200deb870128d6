#!/bin/sh
# Runs a Windows program under Wine, headless and quiet: wine-run.sh program.exe [arguments].
# WINEPREFIX chooses the Windows; without it, the one that scripts/bootstrap made. Do not read the output of the first
# program through a pipe: Wine's own services inherit it and hold it open. Run `wineserver -p` and one program first.
: "${WINEPREFIX:=${WINJOB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/winjob}/wine}"
: "${WINEDEBUG:=-all}"
# No prompts to install Mono or Gecko, no desktop entries, and no debugger that joins the job of a crashed process.
: "${WINEDLLOVERRIDES:=mscoree,mshtml=;winemenubuilder.exe,winedbg.exe=d}"
export WINEPREFIX WINEDEBUG WINEDLLOVERRIDES WINEARCH=win64
unset DISPLAY WAYLAND_DISPLAY
exec wine "$@"
