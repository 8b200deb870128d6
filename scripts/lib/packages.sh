# The Debian packages that are needed, by purpose, and their installation.
# shellcheck shell=bash disable=SC2016

packages_for() {
  case $1 in
    run) echo g++ cmake ninja-build ccache dpkg-dev libssl-dev zlib1g-dev \
      prometheus-cpp-dev libyaml-cpp-dev libcli11-dev libspdlog-dev libfmt-dev libgmock-dev libbenchmark-dev libre2-dev ;;
    test) packages_for run && packages_for monitor && echo python3 python3-prometheus-client clang-format-14 nodejs npm jsonnet \
      curl openssl apache2-utils chromium clang-16 libclang-rt-16-dev \
      g++-mingw-w64-x86-64-posix libz-mingw-w64-dev unicode-data python3-six \
      mmdebstrap systemd man-db wixl msitools yamllint wine wine64 \
      qemu-system-x86 busybox-static cpio e2fsprogs ;;
    monitor) echo prometheus prometheus-alertmanager ;;
    pictures) packages_for run && packages_for monitor && echo python3 nodejs npm chromium ;;
    bench) packages_for run && echo python3 golang-go golang-github-prometheus-client-golang-dev \
      golang-github-victoriametrics-metrics-dev libisal-dev libdeflate-dev libcivetweb-dev ;;
    collect) packages_for run && echo python3 prometheus-process-exporter ;;
    lint) packages_for run && echo clang-format-14 clang-tidy-19 ;;
    *) fail "unknown need: $1 (run, monitor, test, bench, collect, lint, pictures)" ;;
  esac
}

# packages_missing package...: those that are not installed, by the local database alone.
packages_missing() {
  local installed package
  # What another package provides is there: some nodejs packages bring npm along.
  installed=" $(dpkg-query -W -f '${db:Status-Abbrev}${Package} ${Provides}\n' | sed -n 's/^ii *//p' | tr ',\n' '  ')"
  for package; do
    case $installed in *" $package "*) ;; *) echo "$package" ;; esac
  done
}

# Programs that are only called by tests must not become services: nothing is started now (policy-rc.d), and Prometheus
# not at the next boot either.
packages_install() {
  local as_root=()
  [ "$(id -u)" = 0 ] || as_root=(sudo)
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive sh -euc '
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
      trap "rm -f $policy" EXIT
      trap "exit 130" INT TERM HUP  # sh runs the trap of EXIT at an exit only
      printf "#!/bin/sh\nexit 101\n" >$policy && chmod 755 $policy
    fi
    apt-get -q update || echo "going on with the lists there are"
    apt-get -q install -y --no-install-recommends -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 "$@"
    case " $* " in
      *" prometheus"*)
        for unit in prometheus prometheus-alertmanager prometheus-process-exporter; do
          if command -v systemctl >/dev/null; then systemctl disable $unit.service || true; fi
        done ;;
    esac
  ' sh "$@"
}

packages_ready() {
  local wanted missing
  # shellcheck disable=SC2046
  wanted=$(for need; do packages_for "$need"; done | tr ' ' '\n' | sort -u)
  # shellcheck disable=SC2086
  missing=$(packages_missing $wanted | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  [ "$(id -u)" = 0 ] || command -v sudo >/dev/null || fail "run once as root, or install: $missing"
  # shellcheck disable=SC2086
  step "installing $(echo $missing | wc -w) Debian packages" packages_install $missing
}
