# The kernel of the guest that tests/guest boots: Debian's for virtual machines, unpacked into the cache and not installed.
# shellcheck shell=bash

guest_package() { apt-cache depends linux-image-cloud-amd64 | sed -n 's/^ *Depends: //p' | head -n 1; }

# guest_kernel: the folder that holds, or will hold, boot/vmlinuz-* and lib/modules.
guest_kernel() { echo "$WINJOB_CACHE/guest-$(guest_package)"; }

guest_fetch() (
  rm -rf "$1.partial" && mkdir -p "$1.partial/package" && cd "$1.partial/package" || exit
  apt-get -q -o APT::Sandbox::User=root download "$(guest_package)" || exit
  dpkg-deb -x ./*.deb .. && rm -rf "$1.partial/package" && mv -T "$1.partial" "$1"
)

# guest_ready: fetches the kernel unless it is there; call it with the cache locked.
guest_ready() {
  local kernel
  kernel=$(guest_kernel)
  if [ ! -d "$kernel" ]; then
    step "fetching Debian's kernel for the guest" guest_fetch "$kernel" || return
    prune "$WINJOB_CACHE/guest"
  fi
  touch "$kernel"
}
