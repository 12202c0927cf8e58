#!/usr/bin/env bash
# The tests of the whole project: unit tests, documentation examples, the command line end to end.
# Usage: tests/run.sh [arguments for cargo test], for example: tests/run.sh -p azrkit-cli
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What a test cannot do without the standards' own files beside the project, it says: "SKIPPED: …".
if [ $# -eq 0 ]; then set -- --workspace; fi
exec cargo test --locked "$@"
