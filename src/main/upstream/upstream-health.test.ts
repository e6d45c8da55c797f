import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePorts } from '../../../test/servers/ports';
import type { EngineEvent } from '../../shared/event';
import type { ResolveName } from './name-cache';
import { UpstreamError } from './upstream-error';
import { UpstreamHealth } from './upstream-health';

let events: EngineEvent[];
let health: UpstreamHealth;
const servers: Server[] = [];
/** Connections to the servers, in the order in which they came. */
let accepted: Socket[];
/** The names that were asked for, in order. Each attempt that fails asks anew. */
let questions: string[];
/** Whether `moving.test` has an address. */
let hasMoved: boolean;
/** Whether macOS forbids connections to ports that refuse. */
let isForbidden: boolean;
/** Whether the servers answer what is sent to them. */
let isAnswering: boolean;

/** `silent.test` never gets an address, which takes as long as a host that drops packets; all others are this machine. */
const resolve: ResolveName = (name) => {
  questions.push(name);
  if (name === 'silent.test' || (name === 'moving.test' && !hasMoved)) return new Promise(() => undefined);
  return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
};

function makeHealth(
  ...upstreams: readonly { readonly host: string; readonly port: number }[]
): UpstreamHealth {
  health = new UpstreamHealth({
    upstreams,
    connectMs: 2_000,
    nowMs: () => performance.now(),
    resolve,
    isForbiddenByMac: ({ address }) => isForbidden && address === '127.0.0.1',
    onEvent: (event) => events.push(event),
    problemOf: () => ({ kind: 'internal' }),
  });
  return health;
}

async function listen(port = 0): Promise<number> {
  const server = createServer((socket) => {
    accepted.push(socket);
    socket.on('error', () => undefined).resume();
    if (isAnswering) socket.on('data', () => socket.write('HTTP/1.1 407 Sign in\r\n\r\n'));
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(port, '127.0.0.1', done));
  return (server.address() as AddressInfo).port;
}

/** Lets so much time pass, and the sockets do what they do meanwhile. */
async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 100) {
    await vi.advanceTimersByTimeAsync(100);
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  }
}

const downs = (): number => events.filter(({ kind }) => kind === 'upstream-down').length;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  events = [];
  questions = [];
  accepted = [];
  isAnswering = false;
  isForbidden = false;
  hasMoved = false;
});

afterEach(async () => {
  const closed = health.close();
  await pass(2_000);
  await closed;
  for (const server of servers.splice(0)) server.close();
  vi.useRealTimers();
});

describe('UpstreamHealth', () => {
  it('gives the connection of its probe to the first who needs one, once', async () => {
    const port = await listen();
    makeHealth({ host: 'first.test', port });
    health.beginEpoch();
    await pass(4_000);
    expect(accepted).toHaveLength(1);
    const connected = [await health.connect(), await health.connect()];
    await pass(200);
    expect(accepted).toHaveLength(2);
    for (const { hopSocket } of connected) hopSocket.socket.destroy();
    expect(questions).toHaveLength(1);
  });

  it.each([
    ['nobody comes for a while', () => pass(6_000)],
    [
      'another network begins, where the upstream is not',
      async () => {
        servers[0]?.close();
        await Promise.resolve(health.beginEpoch());
      },
    ],
    [
      'the upstream is another one',
      async () => health.setUpstreams([{ host: 'other.test', port: await listen() }]),
    ],
    ['it is closed', () => health.close()],
  ])('ends the connection of its probe when %s', async (_when, happen) => {
    makeHealth({ host: 'first.test', port: await listen() });
    health.beginEpoch();
    await pass(200);
    const [before] = accepted;
    expect(before?.destroyed).toBe(false);
    await happen();
    await pass(200);
    expect(before?.destroyed).toBe(true);
  });

  it('does not give away a connection of its probe that the upstream has closed', async () => {
    makeHealth({ host: 'first.test', port: await listen() });
    health.beginEpoch();
    await pass(200);
    accepted[0]?.end();
    await pass(200);
    const { hopSocket } = await health.connect();
    expect(accepted).toHaveLength(2);
    hopSocket.socket.destroy();
  });

  it('goes on to the second upstream after one connect time-out, and does not try the first again', async () => {
    const port = await listen();
    makeHealth({ host: 'silent.test', port: 1 }, { host: 'second.test', port });
    const first = health.connect();
    await pass(1_900);
    expect(health.reachability).toBe('unknown');
    await pass(200);
    const { hop, hopSocket } = await first;
    hopSocket.socket.destroy();
    expect(hop.address.host).toBe('second.test');
    const before = questions.filter((name) => name === 'silent.test').length;
    const again = await health.connect();
    again.hopSocket.socket.destroy();
    expect(again.hop.address.host).toBe('second.test');
    expect(questions.filter((name) => name === 'silent.test')).toHaveLength(before);
  });

  it('finds out in the background, so that a request waits no longer than the head start of the first', async () => {
    const port = await listen();
    makeHealth({ host: 'silent.test', port: 1 }, { host: 'second.test', port });
    health.beginEpoch();
    let isKnown = false;
    void health.whenKnown().then(() => {
      isKnown = true;
    });
    await pass(200);
    expect(isKnown).toBe(false);
    await pass(200);
    expect(isKnown).toBe(true);
    expect(health.current?.address.host).toBe('second.test');
  });

  it('probes one that is down with growing pauses', async () => {
    const [port = 0] = await freePorts(1);
    makeHealth({ host: 'dead.test', port });
    health.beginEpoch();
    const probesAfter: number[] = [];
    for (const seconds of [0.5, 1, 2, 4, 8]) {
      await pass(seconds * 1_000);
      probesAfter.push(questions.length);
    }
    // Each probe that fails asks for the name once more: at 0, 1, 3 and 7 s, and the next is due at 15 s.
    const [first = 0] = probesAfter;
    expect(probesAfter.map((count) => count - first)).toEqual([0, 1, 2, 3, 4]);
    expect(downs()).toBe(1);
    expect(health.reachability).toBe('unreachable');
  });

  it('looks at one that macOS forbids again and again, and does not take the Mac for away', async () => {
    const [port = 0] = await freePorts(1);
    isForbidden = true;
    makeHealth({ host: 'forbidden.test', port });
    health.beginEpoch();
    await pass(60_000);
    expect(health.reachability).toBe('forbidden');
    expect(downs()).toBe(1);
    // The user allows it after a minute: nobody waits for another one.
    isForbidden = false;
    await listen(port);
    await pass(2_500);
    expect(health.reachability).toBe('reachable');
  });

  it('tells again when macOS forbids one no more that is down all the same', async () => {
    const [port = 0] = await freePorts(1);
    isForbidden = true;
    makeHealth({ host: 'dead.test', port });
    health.beginEpoch();
    await pass(500);
    isForbidden = false;
    await pass(2_500);
    expect(health.reachability).toBe('unreachable');
    expect(downs()).toBe(2);
  });

  it('goes on to the next where macOS forbids the first, and back once it is allowed', async () => {
    const [port = 0] = await freePorts(1);
    isForbidden = true;
    makeHealth({ host: 'forbidden.test', port }, { host: 'second.test', port: await listen() });
    health.beginEpoch();
    await pass(500);
    expect(health.reachability).toBe('reachable');
    expect(health.current?.address.host).toBe('second.test');
    await listen(port);
    await pass(2_500);
    expect(health.current?.address.host).toBe('forbidden.test');
  });

  it('says that macOS forbids one, whatever is wrong with the others', async () => {
    const [port = 0] = await freePorts(1);
    isForbidden = true;
    makeHealth({ host: 'silent.test', port: 1 }, { host: 'forbidden.test', port });
    const connected = health.connect().catch((error: unknown) => error);
    await pass(2_500);
    expect(await connected).toMatchObject({ code: 'local-network-denied' });
    expect(health.reachability).toBe('forbidden');
  });

  it('returns to the first upstream once it is back', async () => {
    const [dead = 0] = await freePorts(1);
    const port = await listen();
    makeHealth({ host: 'first.test', port: dead }, { host: 'second.test', port });
    health.beginEpoch();
    await pass(500);
    expect(health.current?.address.host).toBe('second.test');
    await listen(dead);
    await pass(3_000);
    expect(health.current?.address.host).toBe('first.test');
    expect(events.map(({ kind }) => kind)).toEqual([
      'upstream-down',
      'reachability',
      'upstream-up',
      'upstream-changed',
    ]);
  });

  it('probes one that refuses once, however many ask', async () => {
    const [port = 0] = await freePorts(1);
    makeHealth({ host: 'dead.test', port });
    health.beginEpoch();
    await pass(500);
    const before = questions.length;
    const all = Promise.allSettled(Array.from({ length: 50 }, () => health.connect()));
    await pass(100);
    expect((await all).map(({ status }) => status)).not.toContain('fulfilled');
    expect(questions.length - before).toBe(1);
  });

  it('keeps what is known of upstreams that stay', async () => {
    const [dead = 0] = await freePorts(1);
    const port = await listen();
    const [first, second] = [
      { host: 'first.test', port: dead },
      { host: 'second.test', port },
    ];
    makeHealth(first, second);
    health.beginEpoch();
    await pass(500);
    health.setUpstreams([second]);
    expect(health.current?.address).toEqual(second);
    health.setUpstreams([first]);
    expect(health.current).toBeUndefined();
    await pass(500);
    expect(health.reachability).toBe('unreachable');
  });

  it('believes one that took connections and did not answer only when it answers again', async () => {
    const [silent, second] = [await listen(), await listen()];
    makeHealth({ host: 'frozen.test', port: silent }, { host: 'second.test', port: second });
    health.beginEpoch();
    await pass(500);
    const hop = health.preferred;
    health.silent(hop, new UpstreamError('silent', hop, 'no answer'));
    expect(health.current?.address.host).toBe('second.test');
    await pass(120_000);
    expect(health.current?.address.host).toBe('second.test');
    isAnswering = true;
    await pass(120_000);
    expect(health.current?.address.host).toBe('frozen.test');
  });

  it('asks for the name again when the time for the connection was over', async () => {
    makeHealth({ host: 'silent.test', port: 1 });
    for (const count of [1, 2]) {
      const connected = health.connect().catch((error: unknown) => error);
      await pass(2_100);
      expect(await connected).toMatchObject({ code: 'connect-timed-out' });
      expect(questions.length).toBeGreaterThanOrEqual(count);
    }
  });

  it('takes what it learned on another network for no answer', async () => {
    const port = await listen();
    makeHealth({ host: 'moving.test', port });
    const connected = health.connect();
    await pass(1_900);
    hasMoved = true;
    health.beginEpoch();
    // The time is over before anything can be found out on the new network.
    vi.advanceTimersByTime(200);
    await pass(500);
    const { hopSocket } = await connected;
    expect(hopSocket.socket.destroy().destroyed).toBe(true);
  });

  it('waits for an upstream until the deadline, and no longer', async () => {
    const [port = 0] = await freePorts(1);
    makeHealth({ host: 'late.test', port });
    health.beginEpoch();
    await pass(500);
    const deadlineMs = performance.now() + 3_000;
    const [early, late] = [health.whenReachable(deadlineMs), health.whenReachable(deadlineMs + 60_000)];
    await pass(4_000);
    expect(await early).toBe(false);
    await listen(port);
    await pass(3_000);
    expect(await late).toBe(true);
  });
});
