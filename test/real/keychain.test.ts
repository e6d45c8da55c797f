import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireServers } from '../servers/require-servers';
import { type Nginx, smallFileLength, startNginx } from '../servers/start-nginx';
import { type Squid, startSquid } from '../servers/start-squid';
import { runWithSecretService } from '../servers/with-secret-service';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers(
  'squid',
  'ntlm_auth',
  'nginx',
  'nginx echo module',
  'openssl',
  'curl',
  'keytar',
  'dbus-run-session',
  'dbus-send',
  'gnome-keyring-daemon',
);

/** Saves the hash, starts Latchkey on a configuration without one, fetches a page, ends Latchkey. */
const session = `
set -euo pipefail
node=$1 latchkey=$2 conf=$3 url=$4 log=$5
"$node" "$latchkey" hash --domain CORP --user alice --save
: >"$log"
"$node" "$latchkey" run --config "$conf" --port 0 --no-warm-connections 2>"$log" </dev/null &
running=$!
trap 'kill "$running" 2>/dev/null || true' EXIT
for _ in {1..200}; do
  port=$(sed -n 's/^latchkey: listening on 127\\.0\\.0\\.1:\\([0-9]*\\)$/\\1/p' "$log")
  if [[ -n $port ]] || ! kill -0 "$running" 2>/dev/null; then break; fi
  sleep 0.05
done
curl -s --max-time 15 --noproxy '' -x "http://127.0.0.1:$port" "$url"
kill "$running"
wait "$running"
`;

describe.skipIf(!isPossible)('the Keychain, here a Secret Service', () => {
  let nginx: Nginx;
  let squid: Squid;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-keychain-'));
    // The password is nowhere in this repository: what is found of it afterwards was written by Latchkey.
    const password = randomBytes(12).toString('hex');
    [nginx, squid] = await Promise.all([startNginx(), startSquid({ helpers: 2, password })]);
    writeFileSync(join(folder, 'cntlm.conf'), cntlmConf(squid));
  });
  afterAll(async () => {
    await Promise.all([nginx?.close(), squid?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const run = (...script: readonly string[]): ReturnType<typeof runWithSecretService> =>
    runWithSecretService(
      'bash',
      [
        '-c',
        ...script,
        'session',
        process.execPath,
        resolve('out/cli/latchkey.cjs'),
        join(folder, 'cntlm.conf'),
        `${nginx.url}/small.txt`,
        join(folder, 'log'),
      ],
      { input: `${squid.password}\n`, env: { LATCHKEY_STATE_DIR: join(folder, 'state') } },
    );

  it('keeps the hash that `latchkey hash --save` made, and `latchkey run` finds it', async () => {
    const { exitCode, stdout, stderr } = await run(session);
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    expect(stdout).toHaveLength(smallFileLength);
    expect(stderr).toContain('the hash of CORP\\alice is in the Keychain');
    expect(stderr + readFileSync(join(folder, 'log'), 'utf8')).not.toContain(squid.password);
    expect(await squid.logonCount()).toBe(1);
  });

  it('says what to do when it has no hash', async () => {
    const { exitCode, stderr } = await run('exec "$1" "$2" run --config "$3" --port 0');
    expect(exitCode).toBe(2);
    expect(stderr).toContain('latchkey hash --domain CORP --user alice --save');
  });
});
