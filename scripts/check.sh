#!/usr/bin/env bash
# Every kind of check. CHECK_SIZE=small (the default) or full.
set -uo pipefail
cd "$(dirname "$0")/.."
export CHECK_SIZE="${CHECK_SIZE:-small}"
reports="$PWD/reports"
rm -rf "$reports" && mkdir -p "$reports"
failed=0

step() { # name, command...
  echo "== $1"
  shift
  if ! "$@"; then
    echo "FAILED: $*"
    failed=$((failed + 1))
  fi
}

tools() {
  [ "${CI:-}" = true ] && [ "$(id -u)" = 0 ] || return 0
  local missing=()
  for tool in strace:strace h2load:nghttp2-client curl:curl nginx:nginx-light haproxy:haproxy; do
    command -v "${tool%%:*}" >/dev/null || missing+=("${tool##*:}")
  done
  [ ${#missing[@]} -eq 0 ] || { apt-get update -qq && apt-get install -y -qq "${missing[@]}"; } >/dev/null
}

same_as_committed() {
  git diff --exit-code --stat -- gen proto && [ -z "$(git status --porcelain -- gen)" ]
}

step "tools" tools
step "install" npm ci --no-audit --no-fund
[ "$failed" -eq 0 ] || { echo "0 passed, 1 failed"; exit 1; }
step "types" npm run --silent typecheck
step "build" npm run --silent build
step "generated files are up to date" npm run --silent gen
step "generated files are as committed" same_as_committed
step "tests" npm test -- --reporter=default --reporter=json --outputFile.json="$reports/vitest.json"
step "the gateway's description is lawful OpenAPI" bash scripts/lint-openapi.sh
step "the running server is as it describes itself" bash scripts/schemathesis.sh "$reports/schemathesis.xml" "$([ "$CHECK_SIZE" = full ] && echo 200 || echo 20)"
step "rules that are taken away are missed" node scripts/requirements.mjs --mutate "$([ "$CHECK_SIZE" = full ] && echo 40 || echo 5)"
step "benchmark runs" node bench/run.mjs --requests 400 --in-flight 16 --rounds 1 --json "$reports/bench.json"
step "benchmark over many clients runs" node bench/run.mjs --scale 2000 --seconds 1 --in-flight 16 --json "$reports/scale.json"

node scripts/sum-reports.mjs "$reports" "$failed"
