#!/usr/bin/env bash
# Holds a running server to its own description: schemathesis reads /openapi.json and sends what it allows, and what it does not.
# schemathesis.sh REPORT [EXAMPLES]: a JUnit report; test cases an operation.
set -euo pipefail
cd "$(dirname "$0")/.."
report="$(realpath -m "$1")"
examples="${2:-20}"
st="$(bash scripts/tools.sh schemathesis)/matricula-schemathesis"
[ -x "$st" ] || { echo "schemathesis: no Python here"; [ "${CI:-}" != true ]; exit; }

work="$(mktemp -d)"
# What is larger than a body may be is cut off, which a client that is still sending takes for a fault of the connection.
echo "limits: {body_bytes: 1048576}" > "$work/matricula.yaml"
node dist/main.js serve --config "$work/matricula.yaml" --data "$work/data" --listen localhost:0 --open > "$work/out" 2> "$work/err" &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
for _ in $(seq 100); do
  grep -q listening "$work/out" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/err"; exit 1; }
  sleep 0.2
done
export MATRICULA_URL MATRICULA_CA="$work/data/pki/ca.pem" SCHEMATHESIS_HOOKS=hooks
MATRICULA_URL="$(cat "$work/data/url")"
export PYTHONPATH="$PWD/scripts/schemathesis" PYTHONDONTWRITEBYTECODE=1

# Rules that span members are no part of a JSON Schema, so what the schema allows may be refused: positive_data_acceptance says nothing here.
# The token of a request is the hooks' choice, so ignored_auth would see a good one: test/permissions has every credential at every method.
cd "$work" # where it keeps what it has found
"$st" run "$MATRICULA_URL/openapi.json" --tls-verify "$MATRICULA_CA" --checks all \
  --exclude-checks positive_data_acceptance,ignored_auth --phases coverage,fuzzing --max-examples "$examples" --seed 1 --suppress-health-check all \
  --report junit --report-junit-path "$report" --warnings off --request-retries 5 --continue-on-failure --no-color
