#!/usr/bin/env bash
# The tests of the whole project: unit tests, documentation examples, the command line end to end, the comparison with
# libxml2. Sets up what they need.
# Usage: tests/run.sh [arguments for cargo test], for example: tests/run.sh -p azrkit-cli
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

if [ $# -gt 0 ]; then exec cargo test --locked "$@"; fi

# What a test cannot do without the standards' own files beside the project, it says: "SKIPPED: …".
set -- --workspace
if ! tests/setup.sh; then
    echo "SKIPPED: libxml2 is not here and could not be installed, so azrkit is not compared with it (see tests/setup.sh)" >&2
    set -- "$@" --exclude azrkit-differential --exclude azrkit-compare
fi
exec cargo test --locked "$@"
