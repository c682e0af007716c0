#!/usr/bin/env bash
# Installs the generators, pinned, into a cache outside the tree, and prints the folder of their commands.
set -euo pipefail
tools="${MATRICULA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/matricula-tools}"
# buf is not a development dependency: its package names binaries for platforms that not every mirror carries, and then nothing installs.
packages=(@bufbuild/buf@1.75.0)
stamp="$tools/$(printf '%s\n' "${packages[@]}" | cksum | tr ' ' '-')"
if [ ! -e "$stamp" ]; then
  mkdir -p "$tools"
  npm install --prefix "$tools" --no-save --no-audit --no-fund --silent "${packages[@]}" >&2
  touch "$stamp"
fi
echo "$tools/node_modules/.bin"
