#!/bin/sh
# Runs a test program in a setting that it would not have by itself: setting.sh SETTING PROGRAM [--gtest_output=xml:FILE]...
#   unprivileged  an ordinary user
#   read-only     trees of control groups that nobody may write, as in an ordinary container
#   delegated     an ordinary user in a control group of its own that was handed on to it
#   namespace     the same, as root of a user namespace
# Root alone can make these. `setting.sh SETTING true` tells by its end, and by words, whether this machine lets it.
set -eu

setting=$1 program=$2
shift 2
# The folders of the search path may be closed to it.
nobody="env PATH=/usr/local/bin:/usr/bin:/bin HOME=/ setpriv --reuid=65534 --regid=65534 --clear-groups --"
[ "$(id -u)" = 0 ] || { echo "only root can make the setting $setting"; exit 77; }

# Another user reads the programs, and writes the results, where everybody may.
work=$(mktemp -d /tmp/winjob-setting.XXXXXX)
group=
finish() {
  rm -rf "$work"
  if [ -n "$group" ]; then
    find "$group" -depth -type d -exec rmdir {} \; 2>/dev/null || true
    [ ! -d "$group" ] || { echo "$group is left behind"; exit 1; }
  fi
}
trap finish EXIT
chmod 777 "$work"
result=
case ${1:-} in
  --gtest_output=xml:*)
    result=${1#--gtest_output=xml:}
    shift
    set -- "--gtest_output=xml:$work/result.xml" "$@"
    ;;
esac
case $program in
  */*)
    cp "$program" "${program%/*}/workload" "$work"
    program=$work/${program##*/}
    ;;
esac

status=0
case $setting in
  unprivileged) $nobody "$program" "$@" || status=$? ;;
  read-only)
    # What is mounted stays as it is: a remount does not propagate, and the root of a chroot cannot be made private.
    unshare --mount --propagation unchanged -- sh -euc '
      grep -E " - cgroup2? " /proc/self/mountinfo | cut -d " " -f 5 | while read -r mount; do
        mount -o remount,bind,ro "$mount" || exit 77
      done
      exec "$@"' sh "$program" "$@" || status=$?
    ;;
  delegated | namespace)
    tree=$(sed -n 's/^[^ ]* [^ ]* [^ ]* [^ ]* \([^ ]*\) .* - cgroup2 .*/\1/p' /proc/self/mountinfo | head -n 1)
    [ -n "$tree" ] || { echo "no cgroup2 tree is mounted"; exit 77; }
    group=$(mktemp -d "$tree/winjob-setting.XXXXXX")
    chown 65534:65534 "$group" "$group/cgroup.procs" "$group/cgroup.subtree_control" "$group/cgroup.threads"
    # The shell that steps in is not this one, which has to remove the group.
    enter() { sh -euc 'echo 0 >"$1/cgroup.procs"; shift; exec "$@"' sh "$group" $nobody "$@"; }
    if [ "$setting" = delegated ]; then
      enter "$program" "$@" || status=$?
    else
      enter unshare --user --map-root-user --mount --cgroup -- sh -euc '
        mount -t tmpfs hidden /sys/fs/cgroup && mkdir /sys/fs/cgroup/own || exit 77
        mount -t cgroup2 cgroup /sys/fs/cgroup/own || exit 77
        exec "$@"' sh "$program" "$@" || status=$?
    fi
    ;;
  *) echo "there is no setting $setting"; status=2 ;;
esac
[ -z "$result" ] || [ ! -e "$work/result.xml" ] || cp "$work/result.xml" "$result"
exit $status
