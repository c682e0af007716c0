#!/usr/bin/env bash
# The checks at the sizes that a release is judged by, and once more on the newest Node line.
set -euo pipefail
cd "$(dirname "$0")/.."
CHECK_SIZE=full bash scripts/check.sh
bash scripts/check-node.sh 22
