# The npm packages of a folder with a lock file, kept outside the tree under the content of that file.
# shellcheck shell=bash

# node_modules_ready folder: leaves folder/node_modules behind, a link to what the lock file says.
node_modules_ready() {
  local folder=$1 kept fresh
  kept=$WINJOB_CACHE/node-$(cat "$folder/package.json" "$folder/package-lock.json" | sha256sum | cut -c1-16)
  if [ ! -e "$kept" ]; then
    fresh=$kept.$$
    mkdir -p "$fresh"
    cp "$folder/package.json" "$folder/package-lock.json" "$fresh"
    if [ -e "$folder/.npmrc" ]; then cp "$folder/.npmrc" "$fresh"; fi
    step "installing the npm packages of $folder" npm ci --prefix "$fresh" --ignore-scripts --no-audit --no-fund || return
    mv -T "$fresh" "$kept" 2>/dev/null || rm -rf "$fresh"
  fi
  touch "$kept"
  if [ -d "$folder/node_modules" ] && [ ! -L "$folder/node_modules" ]; then rm -rf "$folder/node_modules"; fi
  point_to "$folder/node_modules" "$kept/node_modules"
  prune "$WINJOB_CACHE/node"
}
