#!/usr/bin/env bash
# with-secret-service.sh COMMAND [ARGUMENT...]
# Runs a command in a D-Bus session of its own, with a Secret Service (gnome-keyring) that is unlocked, empty and gone
# afterwards. Exits as the command does; with 125 when the Secret Service does not come up.
set -euo pipefail

if [[ ${LATCHKEY_SECRET_SESSION:-} != inside ]]; then
  home=$(mktemp -d)
  trap 'rm -rf "$home"' EXIT
  export LATCHKEY_SECRET_SESSION=inside HOME=$home XDG_RUNTIME_DIR=$home
  export XDG_DATA_HOME=$home/data XDG_CACHE_HOME=$home/cache XDG_CONFIG_HOME=$home/config
  dbus-run-session -- bash "${BASH_SOURCE[0]}" "$@"
  exit
fi

# The empty line is the keyring's password.
printf '\n' | gnome-keyring-daemon --foreground --unlock --components=secrets >"$HOME/keyring.log" 2>&1 &
keyring=$!
trap 'kill "$keyring" 2>/dev/null || true' EXIT
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \
  string:org.freedesktop.secrets 2>/dev/null | grep -q 'boolean true'; do
  tries=$((tries + 1))
  if ((tries == 200)); then
    cat "$HOME/keyring.log" >&2
    exit 125
  fi
  sleep 0.05
done
"$@"
