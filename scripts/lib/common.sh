# Shared by the scripts: where the cache is, one line per step, a log behind it. Sourced with the source folder as $PWD.
# shellcheck shell=bash disable=SC2154

# The same rule as cmake/Cache.cmake, plus an answer for users without a home (containers, `env -i`).
if [ -z "${WINJOB_CACHE:-}" ]; then
  home=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6 || true)}
  WINJOB_CACHE=${XDG_CACHE_HOME:-$home/.cache}/winjob
  mkdir -p "$WINJOB_CACHE" 2>/dev/null || WINJOB_CACHE=/var/tmp/winjob-cache-$(id -u)
fi
export WINJOB_CACHE
if [ ! -d "${HOME:-}" ]; then export HOME=$WINJOB_CACHE; fi

say() { printf '%s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# step "what it does" command...: a line with its duration; the output goes to $log, and its end to the terminal on failure.
step() {
  local what=$1 began=$SECONDS before
  shift
  before=$(wc -l 2>/dev/null <"$log" || echo 0)
  printf '%s ... ' "$what"
  printf '\n== %s\n' "$what" >>"$log"
  if "$@" >>"$log" 2>&1 </dev/null 9>&-; then  # 9: bootstrap's lock, which no service may keep
    printf '%d s\n' $((SECONDS - began))
  else
    printf 'failed after %d s. Errors and the end of %s:\n' $((SECONDS - began)) "$log"
    { tail -n +$((before + 1)) "$log" | grep -m 12 -E '(error|FAILED|E):' || true; echo ...; tail -n 12 "$log"; } |
      cut -c1-240 | sed 's/^/    /'
    return 1
  fi
}

# key files... -- packages...: 16 digits that stand for the content of files and the versions of Debian packages.
key() {
  local files=()
  while [ "$1" != -- ]; do files+=("$1"); shift; done
  shift
  { cat "${files[@]}"; dpkg-query -W -f '${Package} ${Version}\n' "$@"; } | sha256sum | cut -c1-16
}

# point_to name target: makes $name a symlink to target, in one step.
point_to() {
  [ "$(readlink "$1")" = "$2" ] && return
  ln -sfn "$2" "$1.$$" && mv -T "$1.$$" "$1"
}

# prune prefix: removes what is called prefix-* and was not used for a month. Users touch what they use.
prune() { find "${1%/*}" -maxdepth 1 -name "${1##*/}-*" -mtime +30 -exec rm -rf {} +; }
