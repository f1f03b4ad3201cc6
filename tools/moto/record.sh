#!/bin/sh
# Records the answers of moto (an independent imitation of AWS, in Python) to the calls of calls.ts, for the comparison in
# test/rehearsal/wire.test.ts. Needs Python 3.10 or newer with venv, and the package index.
# Usage: tools/moto/record.sh [FOLDER]   (default: test/rehearsal/recordings)
set -eu

version=5.2.5
root=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
folder=${1:-"$root/test/rehearsal/recordings"}
work=$(mktemp -d)
server=
cleanup() {
  if [ -n "$server" ]; then kill "$server" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check "moto[server]==$version"
port=$("$work/venv/bin/python" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$work/venv/bin/moto_server" --host 127.0.0.1 --port "$port" >"$work/moto.log" 2>&1 &
server=$!

tries=0
until "$work/venv/bin/python" -c "import urllib.request; urllib.request.urlopen('http://127.0.0.1:$port/moto-api/')" 2>/dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -ge 60 ] || ! kill -0 "$server" 2>/dev/null; then
    echo "moto did not start:" >&2
    cat "$work/moto.log" >&2
    exit 1
  fi
  sleep 0.5
done

"$root/node_modules/.bin/node" --disable-warning=ExperimentalWarning "$root/tools/moto/record.ts" \
  "http://127.0.0.1:$port" "$version" "$folder"
