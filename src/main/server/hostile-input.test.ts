import { Agent } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Fixture, RawClient, send, startFixture } from '../../../test/engine-fixture';
import { type ScriptedUpstream, startScriptedUpstream } from '../../../test/scripted-upstream';
import { encodeChallengeMessage } from '../ntlm/challenge-message';
import { mutateBytes } from '../../../test/mutate-bytes';
import { pseudoRandomNumbers } from '../../../test/servers/pseudo-random';
import { isComplete } from '../../../test/is-complete';

/** All of them take a minute. */
const rounds = isComplete ? 50_000 : 5_000;
const lanes = 32;
const timeoutMs = 1_800_000;

let fixture: Fixture;
let upstream: ScriptedUpstream | undefined;

afterEach(async () => {
  await fixture.close();
  await upstream?.close();
  upstream = undefined;
  expect(fixture.internalErrors).toEqual([]);
});

/** Does something for each round, a bounded number at a time. */
async function inLanes(action: (random: () => number) => Promise<void>): Promise<void> {
  const lane = async (seed: number): Promise<void> => {
    const random = pseudoRandomNumbers(seed);
    for (let round = 0; round < rounds / lanes; round += 1) await action(random);
  };
  await Promise.all(Array.from({ length: lanes }, (_, seed) => lane(seed + 1)));
}

async function startBefore(answer: Parameters<typeof startScriptedUpstream>[0]): Promise<Fixture> {
  upstream = await startScriptedUpstream(answer);
  fixture = await startFixture({
    settings: { upstreams: [{ host: upstream.host, port: upstream.port }] },
    // Most logons here are lost, and the account would be spared for half an hour: one that passes in a blink.
    engine: { monotonicMs: () => performance.now() * 1_000_000 },
  });
  return fixture;
}

const page = Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');

describe('hostile input', () => {
  it(
    'from clients: every mutated head gets an answer or a closed connection',
    async () => {
      // The upstream dials nobody: a mutated target must not become a connection to somewhere.
      const { port } = await startBefore(() => ({ bytes: page, isLast: false }));
      const heads = [
        'GET http://origin.test/path?query HTTP/1.1\r\nHost: origin.test\r\nUser-Agent: test\r\nAccept: */*\r\n\r\n',
        'POST http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
        'PUT http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello',
        'CONNECT origin.test:443 HTTP/1.1\r\nHost: origin.test:443\r\nProxy-Authorization: NTLM TlRMTVNTUAAB\r\n\r\n',
        'GET http://origin.test/ HTTP/1.1\r\nHost: origin.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
      ].map((head) => Buffer.from(head));
      let ended = 0;
      await inLanes(async (random) => {
        const original = heads[Math.floor(random() * heads.length)] ?? Buffer.alloc(0);
        const client = new RawClient(port);
        client.socket.end(mutateBytes(original, random));
        await client.untilEnd();
        client.destroy();
        ended += 1;
      });
      expect(ended).toBeGreaterThanOrEqual(rounds);
    },
    timeoutMs,
  );

  it(
    'from upstreams: every mutated challenge and head leads to an answer',
    async () => {
      const challenge = encodeChallengeMessage({
        flags: 0xe2898235,
        serverChallenge: Buffer.alloc(8, 1),
        targetName: 'CORP',
        targetInfo: [
          { id: 2, value: Buffer.from('CORP', 'utf16le') },
          { id: 7, value: Buffer.alloc(8, 2) },
        ],
      });
      const random = pseudoRandomNumbers(99);
      const refusal = (token: Buffer): Buffer =>
        Buffer.from(
          `HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: NTLM ${token.toString('base64')}\r\nContent-Length: 4\r\n\r\nbody`,
        );
      let isSound = false;
      const { port } = await startBefore((head) => {
        if (isSound) return { bytes: page, isLast: false };
        const isTypeThree = head.includes('NTLM TlRMTVNTUAAD');
        if (isTypeThree) return { bytes: mutateBytes(page, random), isLast: true };
        if (random() < 0.5) return { bytes: refusal(mutateBytes(challenge, random)), isLast: false };
        return { bytes: mutateBytes(refusal(challenge), random), isLast: true };
      });
      const agent = new Agent({ keepAlive: true, maxSockets: lanes });
      const statuses = new Map<number, number>();
      await inLanes(async () => {
        // A body that ends before its length cuts the client off as well: that is an answer, too.
        const status = await send(port, 'http://origin.test/', { agent }).then(
          (reply) => reply.status,
          () => 0,
        );
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      });
      agent.destroy();
      expect([...statuses.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
        rounds - lanes,
      );
      expect(statuses.get(502)).toBeGreaterThan(rounds / 10);
      expect(statuses.get(500)).toBeUndefined();
      isSound = true;
    },
    timeoutMs,
  );
});
