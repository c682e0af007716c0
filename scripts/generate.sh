#!/usr/bin/env bash
# Checks the protos and generates gen/ from them. The plugins are local and pinned by the lock file.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$(bash scripts/tools.sh):$PATH"
buf format --diff --exit-code proto
buf lint
buf generate
