#!/usr/bin/env bash
# Installs what the tests need beyond Rust, where it is missing and the machine is a Debian: libxml2, with which azrkit is
# compared, and what its Rust binding needs to build. Exit status 3: it is missing and could not be installed.
set -euo pipefail

missing=()
for package in build-essential pkg-config libxml2-dev libxml2-utils libclang-dev; do
    dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
# Elsewhere than on Debian, what counts is that it is there.
if ! command -v apt-get >/dev/null; then
    pkg-config --exists libxml-2.0 2>/dev/null && command -v xmllint >/dev/null && exit 0
    exit 3
fi
root=()
if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || exit 3
    root=(sudo -n)
fi
"${root[@]}" apt-get update -q || exit 3
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${missing[@]}" || exit 3
