#!/usr/bin/env bash
# Checks the protos and generates gen/ from them by buf.gen.yaml. A plugin that is not installed is left out with a word: who lacks a
# language's toolchain can still generate the rest. What is written by hand in gen/ stays.
set -euo pipefail
cd "$(dirname "$0")/.."
PATH="$PWD/node_modules/.bin:$(bash scripts/tools.sh buf go python java rust):$PATH"
buf format --diff --exit-code proto
buf lint

template="$(mktemp --suffix .yaml)"
trap 'rm -f "$template"' EXIT
node scripts/available-plugins.mjs buf.gen.yaml > "$template"
buf generate --template "$template" 2> >(grep -v '^Writing mypy' >&2)
# What only the server speaks: health, reflection, and the details of errors.
buf generate --template buf.gen.server.yaml

# The gateway's description and the field reference are read from the tables that the server itself works by.
descriptors="$(mktemp --suffix .binpb)"
trap 'rm -f "$template" "$descriptors"' EXIT
buf build proto -o "$descriptors"
npm run --silent build
node scripts/documents.mjs "$descriptors"
