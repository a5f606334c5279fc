#!/usr/bin/env bash
# Installs what `make test` needs beside Go: gcc (race detector), PostgreSQL,
# chromium, Node with axe-core and html-validate. Without root it names what lacks.
set -euo pipefail
cd "$(dirname "$0")/.."

lacks=()
has() { command -v "$1" >/dev/null 2>&1; }
has gcc || lacks+=(gcc libc6-dev)
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || lacks+=(postgresql)
has chromium || lacks+=(chromium)
has node || lacks+=(nodejs)
has npm || lacks+=(npm)
has zbarimg || lacks+=(zbar-tools)
if [ "${#lacks[@]}" -gt 0 ]; then
	if [ "$(id -u)" -ne 0 ]; then
		echo "The tests need these Debian packages. Install them as root, then try again:" >&2
		echo "  apt-get install --no-install-recommends ${lacks[*]}" >&2
		exit 1
	fi
	apt-get update -qq
	DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${lacks[@]}" >/dev/null
fi

# The versions are pinned here and nowhere else; the packages stay out of the tree.
if [ ! -f .tools/node_modules/axe-core/axe.min.js ] || [ ! -d .tools/node_modules/html-validate ]; then
	mkdir -p .tools
	npm install --prefix .tools --no-save --no-audit --no-fund --silent axe-core@4.14.1 html-validate@9.7.1
fi
