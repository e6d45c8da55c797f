import { join } from 'node:path';
import { type CommandResult, runCommand } from './run-command';
import { makeServerFolder, removeServerFolder } from './server-folder';

/** The empty line is the keyring's password. The bus ends with this shell, and the keyring with the bus. */
const session = `
printf '\\n' | gnome-keyring-daemon --foreground --unlock --components=secrets >"$HOME/keyring.log" 2>&1 &
keyring=$!
trap 'kill "$keyring"' EXIT
tries=0
until dbus-send --session --print-reply --dest=org.freedesktop.DBus / org.freedesktop.DBus.NameHasOwner \\
  string:org.freedesktop.secrets 2>&1 | grep -q 'boolean true'; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { cat "$HOME/keyring.log" >&2; exit 125; }
  sleep 0.05
done
"$@"
`;

/**
 * Runs a command in a D-Bus session of its own, with a Secret Service (gnome-keyring) that is unlocked, empty and gone
 * afterwards. Its exit code is 125 when the Secret Service does not come up.
 */
export async function runWithSecretService(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<CommandResult> {
  const home = makeServerFolder('secret-service');
  try {
    return await runCommand('dbus-run-session', ['--', 'bash', '-c', session, 'session', command, ...args], {
      HOME: home,
      XDG_DATA_HOME: join(home, 'data'),
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      XDG_RUNTIME_DIR: home,
      ...env,
    });
  } finally {
    removeServerFolder(home);
  }
}
