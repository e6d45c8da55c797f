import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { credentialOf, type Fixture, RawClient, send, startFixture } from '../../../test/engine-fixture';
import { okay, type RawRequest, type RawServer, startRawServer } from '../../../test/raw-server';

/** A type 2 message of 1994: no target info, no names. */
const challenge = Buffer.from(
  '4e544c4d53535000020000000000000028000000050200000123456789abcdef0000000000000000',
  'hex',
).toString('base64');
const asksAgain = 'HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM\r\nContent-Length: 0\r\n\r\n';
const nothing = (): undefined => undefined;

let fixture: Fixture;
let server: RawServer;
/** Requests that carried type 1 and type 3. */
let [ones, threes]: RawRequest[][] = [];
/** What a test does to the answers; undefined as an answer keeps silent. */
let onOne: (request: RawRequest) => Promise<void> | undefined;
let onThree: (request: RawRequest) => Promise<string | undefined> | string | undefined;
let onPlain: (request: RawRequest) => Promise<string | undefined> | string | undefined;

/** A company proxy that asks for NTLM, and lets a test say what becomes of each message. */
beforeEach(async () => {
  [ones, threes] = [[], []];
  onOne = nothing;
  onThree = () => okay();
  onPlain = () => okay();
  server = await startRawServer(async (request) => {
    const token = request.header('proxy-authorization') ?? '';
    if (token.startsWith('NTLM TlRMTVNTUAAB')) {
      ones?.push(request);
      await onOne(request);
      return `HTTP/1.1 407 No\r\nProxy-Authenticate: NTLM ${challenge}\r\nContent-Length: 0\r\n\r\n`;
    }
    if (!token.startsWith('NTLM TlRMTVNTUAAD')) return onPlain(request);
    threes?.push(request);
    return onThree(request);
  });
  fixture = await startFixture({
    settings: { upstreams: [{ host: '127.0.0.1', port: server.port }] },
    engine: { timeouts: { connectMs: 2_000, challengeMs: 15_000 }, checkUrl: new URL('http://check.test/') },
  });
});

afterEach(async () => {
  await fixture.close();
  await server.close();
  expect(fixture.internalErrors).toEqual([]);
});

const ask = (host: string, method = 'GET', body?: string): Promise<number> =>
  send(fixture.port, `http://${host}/`, { method }, body).then(({ status }) => status);
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}
const sent = (): string[] => (threes ?? []).map(({ head }) => `${head.method} ${head.target}`);

/** Holds the challenges of a host until `release` is called. */
function hold(host: string): () => void {
  let release: () => void = nothing;
  const released = new Promise<void>((resolve) => (release = resolve));
  onOne = ({ head }) => (head.target.includes(host) ? released : undefined);
  return release;
}

describe('a logon that has its turn and waits for its challenge', () => {
  it('is not made any more when the sign-in is paused meanwhile', async () => {
    const release = hold('fine.test');
    const asked = ask('fine.test');
    await until(() => ones?.length === 1);
    fixture.engine.pause();
    release();
    await delay(300);
    expect(sent()).toEqual([]);
    fixture.engine.resume();
    expect(await asked).toBe(200);
    expect(sent()).toHaveLength(1);
  });

  it('is not made with a password that was replaced meanwhile', async () => {
    const release = hold('fine.test');
    const asked = ask('fine.test');
    await until(() => ones?.length === 1);
    const next = credentialOf('new password');
    expect(await fixture.engine.setCredential(next)).toEqual({ kind: 'accepted' });
    release();
    expect(await asked).toBe(200);
    // The request went over what the check has signed in.
    expect(sent()).toEqual(['HEAD http://check.test/']);
  });

  it('is not made with a password that was refused meanwhile', async () => {
    const release = hold('check.test');
    let refuse: (answer: string) => void = nothing;
    onThree = () => new Promise<string>((resolve) => (refuse = resolve));
    const first = ask('fine.test');
    await until(() => threes?.length === 1);
    const second = ask('other.test');
    await until(() => ones?.length === 2);
    refuse(asksAgain);
    expect(await first).toBe(502);
    release();
    expect(await second).toBe(502);
    expect(sent()).toEqual(['GET http://fine.test/']);
    expect(fixture.engine.state().credential).toBe('refused');
  });
});

describe('a client that leaves before the logon of its upload is answered', () => {
  it('leaves a connection to the next one', async () => {
    let answer: (said: string) => void = nothing;
    onThree = () => new Promise<string>((resolve) => (answer = resolve));
    const client = new RawClient(fixture.port).write(
      'POST http://fine.test/ HTTP/1.1\r\nHost: fine.test\r\nContent-Length: 200000\r\n\r\nbegun',
    );
    await until(() => threes?.length === 1);
    client.socket.resetAndDestroy();
    await delay(100);
    answer(okay());
    await until(() => fixture.events.some(({ kind }) => kind === 'logon-accepted'));
    await delay(50);
    expect(await ask('fine.test')).toBe(200);
    expect(sent()).toEqual(['HEAD http://fine.test/']);
  });
});

describe('a 407 that asks for nothing', () => {
  it('costs no connection, also where it answers what a logon elsewhere has signed in', async () => {
    onThree = ({ socket, head }) => {
      if (!head.target.includes('evil')) return okay();
      socket.destroy();
      return undefined;
    };
    onPlain = ({ head }) =>
      head.target.includes('evil') ? 'HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n' : okay();
    expect(await ask('evil.test')).toBe(502);
    const before = threes?.length ?? 0;
    expect(await ask('evil.test')).toBe(502);
    expect(await ask('fine.test')).toBe(200);
    expect((threes?.length ?? 0) - before).toBeLessThanOrEqual(1);
  });
});

it('an accepted logon on a challenge that names nothing does not make another domain welcome', async () => {
  const known = {
    challenge: { domain: 'CORP', dnsDomain: 'corp.test', hasTargetInfo: true, hasTimestamp: true },
  };
  const remembered: unknown[] = [];
  await fixture.close();
  fixture = await startFixture({
    settings: { upstreams: [{ host: '127.0.0.1', port: server.port }] },
    engine: { companyProxies: { recall: () => known, remember: (_proxy, facts) => remembered.push(facts) } },
  });
  expect(await ask('fine.test')).toBe(200);
  expect(
    remembered.filter((facts) => typeof facts === 'object' && facts !== null && 'challenge' in facts),
  ).toEqual([]);
});

describe('another network', () => {
  it.each(['POST', 'PATCH', 'LOCK'])('does not make a %s be carried out twice', async (method) => {
    onThree = ({ head }) => (head.method === method ? undefined : okay());
    onPlain = onThree;
    const asked = ask('fine.test', method, method === 'LOCK' ? undefined : 'a body');
    await until(() => threes?.length === 1);
    fixture.engine.beginEpoch('network-changed');
    expect(await asked).toBe(502);
    const isOne = (request: RawRequest): boolean => ones?.includes(request) === true;
    const carriedOut = server.requests.filter((request) => request.head.method === method && !isOne(request));
    expect(carriedOut).toHaveLength(1);
  });

  it('does not end an upload that goes over a connection which is signed in', async () => {
    const client = new RawClient(fixture.port).write(
      `POST http://fine.test/ HTTP/1.1\r\nHost: fine.test\r\nContent-Length: 200000\r\n\r\n${'x'.repeat(100_000)}`,
    );
    await until(() => fixture.events.some(({ kind }) => kind === 'logon-accepted'));
    await delay(200);
    fixture.engine.beginEpoch('network-changed');
    client.write('x'.repeat(100_000));
    expect(await client.until((text) => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 200 /);
    client.destroy();
  });
});
