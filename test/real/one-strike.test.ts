import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { openTunnel, requestVia } from '../servers/clients';
import { hammer, hammerFor } from '../servers/hammer';
import { pseudoRandomSha256 } from '../servers/pseudo-random';
import { requireDomain } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';
import { makeServerFolder, removeServerFolder } from '../servers/server-folder';
import { startCntlm } from '../servers/start-cntlm';
import { type Domain, type DomainAccountState, startDomain } from '../servers/start-domain';
import { startDrippingOrigin } from '../servers/start-dripping-origin';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { policyHost, type Squid, startSquid } from '../servers/start-squid';

const isPossible = requireDomain('cntlm');
const password = 'Passw0rd!';
const newPassword = 'N3w-Passw0rd!';
/** Making a domain takes some seconds, and another test may have one. */
const startTimeoutMs = 900_000;
const scenarioTimeoutMs = 900_000;

describe.skipIf(!isPossible)('one strike, before squid and a Samba domain that locks after three', () => {
  let domain: Domain;
  let squid: Squid;
  let origin: Origin;
  let page: string;
  let users = 0;

  beforeAll(async () => {
    domain = await startDomain();
    [squid, origin] = await Promise.all([startSquid({ directory: domain, helpers: 30 }), startOrigin()]);
    page = `http://127.0.0.1:${origin.port}/bytes/1000`;
  }, startTimeoutMs);
  afterAll(async () => {
    await Promise.all([squid?.close(), origin?.close()]);
    await domain?.close();
  }, startTimeoutMs);

  const newUser = async (): Promise<string> => {
    users += 1;
    const user = `user${users}`;
    await domain.createUser(user, password);
    return user;
  };
  const startFor = (user: string, text: string, stateDirectory?: string): Promise<Latchkey> =>
    startLatchkey({
      config: `Username ${user}\nDomain CORP\nPassword ${text}\nProxy 127.0.0.1:${squid.port}\n`,
      ...(stateDirectory === undefined ? {} : { stateDirectory }),
    });
  const badLogons = (user: string): number =>
    domain.logons(user).filter(({ status }) => status !== 'NT_STATUS_OK').length;
  const get = async (port: number, url = page): Promise<number> => (await requestVia(port, url)).status;

  /** `latchkey credential ...` for a running one, as a user types it. */
  const credential = (
    stateDirectory: string,
    args: readonly string[],
    input = '',
  ): ReturnType<typeof runCommand> =>
    runCommand(process.execPath, [resolve('out/cli/latchkey.cjs'), 'credential', ...args], {
      input,
      env: { LATCHKEY_STATE_DIR: stateDirectory },
    });

  it(
    'a stale password costs one logon under 200 clients for 30 s, and none after a restart',
    async () => {
      const user = await newUser();
      const state = makeServerFolder('state');
      try {
        const first = await startFor(user, 'stale', state);
        const statuses = await hammerFor(30_000, { proxyPort: first.port, clients: 200, url: page });
        expect([...statuses.keys()]).toEqual([502]);
        // Each of them has asked again.
        expect(statuses.get(502)).toBeGreaterThan(400);
        expect(await first.close()).toBe(0);
        expect(badLogons(user)).toBe(1);
        const second = await startFor(user, 'stale', state);
        expect([
          ...(await hammerFor(2_000, { proxyPort: second.port, clients: 200, url: page })).keys(),
        ]).toEqual([502]);
        expect(second.output()).toContain('is not sent again');
        expect(await second.close()).toBe(0);
        expect(badLogons(user)).toBe(1);
        expect(await domain.status(user)).toEqual({ badPasswordCount: 1, isLocked: false });
      } finally {
        removeServerFolder(state);
      }
    },
    scenarioTimeoutMs,
  );

  it(
    'the same locks the account behind cntlm',
    async () => {
      const user = await newUser();
      const cntlm = await startCntlm({ domain: 'CORP', user, password: 'stale' }, squid.port);
      try {
        await hammerFor(2_000, { proxyPort: cntlm.port, clients: 20, url: page });
        expect(badLogons(user)).toBeGreaterThan(3);
        expect((await domain.status(user)).isLocked).toBe(true);
      } finally {
        await cntlm.close();
      }
    },
    scenarioTimeoutMs,
  );

  it(
    'a password that changes under 50 clients costs at most two, and nothing drops',
    async () => {
      const user = await newUser();
      const state = makeServerFolder('state');
      const pieces = 160;
      const length = pieces * 262_144;
      const download = await startDrippingOrigin(length, 50);
      const latchkey = await startFor(user, password, state);
      try {
        const tunnel = await openTunnel(latchkey.port, `127.0.0.1:${download.port}`);
        const arrived = sha256Of(tunnel);
        let isOver = false;
        const statuses: number[] = [];
        const hammered = hammer({
          proxyPort: latchkey.port,
          clients: 50,
          url: page,
          isOver: () => isOver,
          onStatus: (status) => statuses.push(status),
        });
        while (statuses.length < 100) await delay(10);
        expect(new Set(statuses)).toEqual(new Set([200]));
        await domain.setPassword(user, newPassword);
        while (!statuses.includes(502)) await delay(10);
        await delay(1_000);
        expect(badLogons(user)).toBeGreaterThanOrEqual(1);
        expect(badLogons(user)).toBeLessThanOrEqual(2);
        expect((await domain.status(user)).isLocked).toBe(false);
        const set = await credential(state, ['set', '--port', String(latchkey.port)], `${newPassword}\n`);
        expect(set.stderr + set.stdout).toMatch(/accepted|in use/);
        expect(set.exitCode).toBe(0);
        const before = statuses.length;
        while (statuses.length < before + 300) await delay(10);
        // Those that were under way when the new password came may have been refused before it.
        expect(new Set(statuses.slice(before + 60))).toEqual(new Set([200]));
        isOver = true;
        await hammered;
        expect(badLogons(user)).toBeLessThanOrEqual(2);
        expect(await arrived).toEqual({ bytes: length, sha256: pseudoRandomSha256(length) });
      } finally {
        await download.close();
        expect(await latchkey.close()).toBe(0);
        removeServerFolder(state);
      }
    },
    scenarioTimeoutMs,
  );

  it(
    'a password that is changed after `credential pause` costs none: requests wait',
    async () => {
      const user = await newUser();
      const state = makeServerFolder('state');
      const latchkey = await startFor(user, password, state);
      try {
        const port = ['--port', String(latchkey.port)];
        expect((await credential(state, ['pause', ...port])).exitCode).toBe(0);
        await domain.setPassword(user, newPassword);
        const waiting = [get(latchkey.port), get(latchkey.port)];
        expect((await credential(state, ['set', ...port], `${newPassword}\n`)).exitCode).toBe(0);
        expect(await Promise.all(waiting)).toEqual([200, 200]);
        expect(badLogons(user)).toBe(0);
      } finally {
        expect(await latchkey.close()).toBe(0);
        removeServerFolder(state);
      }
    },
    scenarioTimeoutMs,
  );

  it('a wrong new password costs one, and the old one stays in use', async () => {
    const user = await newUser();
    const state = makeServerFolder('state');
    const latchkey = await startFor(user, password, state);
    try {
      expect(await get(latchkey.port)).toBe(200);
      const set = await credential(state, ['set', '--port', String(latchkey.port)], 'mistyped\n');
      expect(set.exitCode).toBe(1);
      expect(set.stderr + set.stdout).toContain('refused');
      expect(badLogons(user)).toBe(1);
      await openTunnel(latchkey.port, `127.0.0.1:${origin.port}`).then((socket) => socket.destroy());
      expect(badLogons(user)).toBe(1);
    } finally {
      expect(await latchkey.close()).toBe(0);
      removeServerFolder(state);
    }
  });

  it.each<DomainAccountState | 'locked'>(['must-change', 'expired', 'disabled', 'account-expired', 'locked'])(
    'an account that is %s costs one, then it is quiet, and the sentence claims no more than is known',
    async (accountState) => {
      const user = await newUser();
      if (accountState === 'locked') {
        const cntlm = await startCntlm({ domain: 'CORP', user, password: 'stale' }, squid.port);
        for (let count = 0; count < 3; count += 1) await get(cntlm.port);
        await cntlm.close();
      } else await domain.setState(user, accountState);
      const before = badLogons(user);
      const latchkey = await startFor(user, password);
      try {
        for (let count = 0; count < 5; count += 1) expect(await get(latchkey.port)).toBe(502);
        expect(badLogons(user)).toBe(before + 1);
        expect(latchkey.output()).toMatch(
          /may be wrong or expired, the account locked or disabled, or the proxy cannot reach its domain controller/,
        );
      } finally {
        expect(await latchkey.close()).toBe(0);
      }
    },
    scenarioTimeoutMs,
  );

  it(
    'a domain controller that is down costs one, and the user can have it tried again when it is back',
    async () => {
      const user = await newUser();
      const state = makeServerFolder('state');
      await domain.stopController();
      const already = await squid.logonCount();
      const latchkey = await startFor(user, password, state);
      try {
        for (let count = 0; count < 5; count += 1) expect(await get(latchkey.port)).toBe(502);
        expect(await squid.logonCount()).toBe(already + 1);
        await domain.startController();
        const retry = await credential(state, ['retry', '--port', String(latchkey.port), '--url', page]);
        expect(retry.exitCode).toBe(0);
        expect(await get(latchkey.port)).toBe(200);
        expect(badLogons(user)).toBe(0);
      } finally {
        expect(await latchkey.close()).toBe(0);
        removeServerFolder(state);
      }
    },
    scenarioTimeoutMs,
  );

  it('a URL that is refused by policy costs one more, once, and stops nobody', async () => {
    const user = await newUser();
    const latchkey = await startFor(user, password);
    try {
      expect(await get(latchkey.port)).toBe(200);
      const before = domain.logons(user).length;
      const answers = await Promise.all([
        get(latchkey.port),
        ...Array.from({ length: 10 }, () => get(latchkey.port, `http://${policyHost}/`)),
      ]);
      expect(answers).toEqual([200, ...Array.from({ length: 10 }, () => 403)]);
      for (let count = 0; count < 10; count += 1) {
        expect(await get(latchkey.port, `http://${policyHost}/`)).toBe(403);
        expect(await get(latchkey.port)).toBe(200);
      }
      // Its own, the second opinion, and what the page beside it may have needed.
      expect(domain.logons(user).length - before).toBeLessThanOrEqual(3);
      expect(badLogons(user)).toBe(0);
    } finally {
      expect(await latchkey.close()).toBe(0);
    }
  });
});

/** Reads a tunnel to its end. */
async function sha256Of(socket: Socket): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}
