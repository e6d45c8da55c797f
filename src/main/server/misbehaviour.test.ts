import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../../../test/company-proxy/misbehaviour';
import { type Fixture, RawClient, send, startFixture, testTimeouts } from '../../../test/engine-fixture';

let fixture: Fixture;

async function start(misbehaviour: Misbehaviour): Promise<Fixture> {
  // What comes byte by byte takes long on a busy machine.
  const challengeMs = misbehaviour.dripMs === undefined ? testTimeouts.challengeMs : 15_000;
  fixture = await startFixture({
    proxy: { misbehaviour },
    engine: { timeouts: { ...testTimeouts, challengeMs } },
  });
  return fixture;
}

/** A CONNECT through the local proxy: what comes until the tunnel is open, or the connection ends. */
async function tunnel(): Promise<string> {
  const target = `127.0.0.1:${fixture.origin.port}`;
  const client = new RawClient(fixture.port).write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const text = await client.until((received) => received.includes('\r\n\r\n'));
  client.destroy();
  return text;
}

afterEach(async () => {
  await fixture.close();
  expect(fixture.internalErrors).toEqual([]);
});

describe('a company proxy that can be dealt with', () => {
  it.each<[string, Misbehaviour]>([
    ['offers Negotiate first, in a line of its own', { negotiateFirst: 'separate-line' }],
    ['offers Negotiate first, in the same line', { negotiateFirst: 'same-line' }],
    ['closes once behind its challenge', { closeAfterChallenge: { times: 1 } }],
    ['closes once when type 3 comes', { closeOnAuthenticate: { times: 1 } }],
    ['closes after each response and says so', { closeAfterResponse: 'announced' }],
    ['closes after each response without a word', { closeAfterResponse: 'silent' }],
    ['speaks HTTP/1.0', { http10: true }],
    ['sends a chunked 407', { challengeBody: 'chunked' }],
    ['sends a 407 without a length and stays open', { challengeBody: 'unframed-open' }],
    ['sends a 407 with a body of 1 MiB', { challengeBody: 'one-mebibyte' }],
    ['sends a 407 with an empty body', { challengeBody: 'empty' }],
    ['answers type 1 with success', { answersTypeOne: true }],
    ['asks for no authentication', { noAuthentication: true }],
    ['sends 100 Continue before the 407', { interim: 'continue' }],
    ['sends 103 Early Hints before the 407', { interim: 'early-hints' }],
    ['sends the 407 byte by byte', { dripMs: 1 }],
    ['sends a challenge without target info', { challenge: 'no-target-info' }],
    ['does not tell its time', { challenge: 'no-timestamp' }],
    ['has 3 kB of target info', { challenge: 'long-target-info' }],
    ['knows no Unicode', { challenge: 'oem-only' }],
    ['wants key exchange', { challenge: 'key-exchange' }],
    ['forgets who it is after each request', { forgetsAfterRequests: 1 }],
    // Not so soon that a busy machine would meet it in the middle of a logon.
    ['closes idle connections soon', { closesIdleAfterMs: 500 }],
  ])('%s', async (_title, misbehaviour) => {
    const { port, url, proxy, origin } = await start(misbehaviour);
    for (let round = 0; round < 2; round += 1) {
      expect((await send(port, url('/bytes/70000'))).body).toHaveLength(70_000);
      // Small enough to be sent twice, should the connection be of no use.
      const body = randomBytes(60_000);
      const posted = await send(port, url('/echo'), { method: 'POST' }, body);
      expect(JSON.parse(posted.text)).toMatchObject({ length: 60_000 });
      expect(await tunnel()).toMatch(/^HTTP\/1\.1 200 /);
      // Until those that are idle are closed, where that is so.
      await new Promise((resolve) => setTimeout(resolve, 2 * (misbehaviour.closesIdleAfterMs ?? 0)));
    }
    expect(origin.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
  });
});

describe('a body', () => {
  it.each<[string, Misbehaviour]>([
    ['that asks for nothing', { noAuthentication: true }],
    ['that answers type 1 with success', { answersTypeOne: true }],
    ['that demands a sign-in', {}],
    ['that closes once behind its challenge', { closeAfterChallenge: { times: 1 } }],
  ])('sent first to a company proxy %s is carried out once, and whole', async (_title, misbehaviour) => {
    const { port, url, origin } = await start(misbehaviour);
    // Small enough to be sent twice: the connection may be closed when some of it is on its way already.
    const posted = await send(port, url('/echo'), { method: 'POST' }, randomBytes(60_000));
    expect(JSON.parse(posted.text)).toMatchObject({ length: 60_000 });
    expect(origin.requests.filter(({ method }) => method !== 'HEAD').map(({ method }) => method)).toEqual([
      'POST',
    ]);
  });
});

describe('a company proxy that cannot be dealt with', () => {
  it.each<[string, Misbehaviour, number | readonly number[], RegExp]>([
    [
      'closes behind every challenge',
      { closeAfterChallenge: { times: 99 } },
      [502, 503],
      /connection_terminated/,
    ],
    ['closes on every type 3', { closeOnAuthenticate: { times: 99 } }, 503, /connection_terminated/],
    ['closes behind an unframed 407', { challengeBody: 'unframed-closed' }, 502, /connection_terminated/],
    ['sends a 407 without an end', { challengeBody: 'endless' }, 502, /http_protocol_error|read_timeout/],
    ['resets on accept', { resetAt: 'accept' }, 502, /connection_terminated|connection_refused/],
    ['resets on type 1', { resetAt: 'type-1' }, 502, /connection_terminated/],
    ['resets in the middle of its challenge', { resetAt: 'mid-challenge' }, 502, /connection_terminated/],
    ['resets on type 3', { resetAt: 'type-3' }, 503, /connection_terminated/],
    ['resets in the middle of the head', { resetAt: 'mid-head' }, 502, /connection_terminated/],
    ['says nothing on accept', { silentAt: 'accept' }, 504, /connection_read_timeout/],
    ['says nothing to type 1', { silentAt: 'type-1' }, 504, /connection_read_timeout/],
    ['says nothing to type 3', { silentAt: 'type-3' }, 504, /connection_read_timeout/],
    ['sends a truncated challenge', { challenge: 'truncated' }, 502, /challenge that cannot be used/],
    ['sends hostile lengths', { challenge: 'hostile-lengths' }, 502, /challenge that cannot be used/],
    ['sends garbage for base64', { challenge: 'garbage-base64' }, 502, /challenge that cannot be used/],
    ['sends an empty challenge', { challenge: 'empty' }, 502, /challenge that cannot be used/],
    ['sends type 1 back', { challenge: 'type-1' }, 502, /challenge that cannot be used/],
    ['sends a challenge of 300 kB', { challenge: 'huge' }, 502, /http_protocol_error/],
    ['offers Basic only', { challenge: 'ntlm-missing' }, 502, /does not offer NTLM .it offers: Basic/],
    ['sends two lengths', { response: 'two-lengths' }, 502, /http_protocol_error/],
    ['sends an oversized head', { response: 'huge-head' }, 502, /http_protocol_error/],
    ['sends garbage', { response: 'garbage' }, 502, /http_protocol_error|connection_terminated|read_timeout/],
  ])('%s', async (_title, misbehaviour, status, words) => {
    const { port, url, proxy } = await start(misbehaviour);
    const reply = await send(port, url('/'));
    expect([status].flat()).toContain(reply.status);
    expect(reply.headers['proxy-status']).toMatch(words);
    // Inside a tunnel nobody looks at what is sent.
    if (misbehaviour.response === undefined) expect(await tunnel()).toMatch(/^HTTP\/1\.1 50[234] /);
    // And as soon as it behaves again, so does everything else.
    proxy.misbehave({});
    // Logons that were lost may count against the account: the next one has to be asked for.
    if (fixture.events.some(({ kind }) => kind === 'logon-unanswered')) {
      expect(await fixture.engine.retryCredential({ url: new URL(url('/')) })).toEqual({ kind: 'accepted' });
    }
    expect((await send(port, url('/'))).status).toBe(200);
    expect(proxy.logons.filter(({ accepted }) => !accepted)).toEqual([]);
  });

  it('cuts an answer in the middle: the client can tell', async () => {
    const { port, url } = await start({ resetAt: 'mid-body' });
    await expect(send(port, url('/bytes/100000'))).rejects.toThrow();
  });

  it('answers before it has the body: the client gets the answer', async () => {
    const { port, url } = await start({ answersBeforeBody: true });
    const client = new RawClient(port).write(
      `POST ${url('/echo')} HTTP/1.1\r\nHost: x\r\nContent-Length: 50000000\r\n\r\n${'x'.repeat(100_000)}`,
    );
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 413 /);
    client.destroy();
  });

  it('resets a tunnel: the client sees its end', async () => {
    const { origin } = await start({ resetAt: 'tunnel' });
    const target = `127.0.0.1:${origin.port}`;
    const client = new RawClient(fixture.port).write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
    await client.until((text) => text.includes('\r\n\r\n'));
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.untilEnd();
    expect(client.hasEnded).toBe(true);
  });
});

describe('an account that is', () => {
  it.each(['expired', 'locked', 'disabled', 'must-change'] as const)(
    '%s costs one logon, and then none',
    async (state) => {
      const { port, url, proxy } = await start({});
      proxy.setState({ domain: 'CORP', user: 'alice' }, state);
      for (let count = 0; count < 5; count += 1) expect((await send(port, url('/'))).status).toBe(502);
      expect(proxy.logons).toHaveLength(1);
    },
  );
});
