import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { ntHash, ntowfv2 } from '../ntlm/ntowf';
import type { EngineEvent } from '../../shared/event';
import { CredentialGate } from './credential-gate';
import { defaultHopTimeouts } from './hop-timeouts';
import type { Answer } from './http-connection';
import { OutgoingRequest } from './outgoing-request';
import { UpstreamRoad } from './upstream-road';

const account = { domain: 'CORP', user: 'alice' };
const hash = (password: string): Buffer => ntowfv2(ntHash(password), account);

let origin: Origin;
let proxy: CompanyProxy;
let road: UpstreamRoad;
let events: EngineEvent[];

function makeRoad(
  passwords: readonly string[],
  ports: readonly number[] = [proxy.port],
  keepsWarm = false,
): UpstreamRoad {
  const candidates = passwords.map((password) => ({
    account,
    method: 'NTLMv2' as const,
    secret: hash(password),
  }));
  return new UpstreamRoad({
    upstreams: ports.map((port) => ({ host: '127.0.0.1', port })),
    gate: new CredentialGate({ candidates, maxWaitMs: 5_000, nowMs: () => performance.now() }),
    workstation: 'TEST',
    timeouts: defaultHopTimeouts,
    keepsWarm: () => keepsWarm,
    entropy: { randomBytes, nowMs: Date.now },
    monotonicMs: () => performance.now(),
    onEvent: (event) => events.push(event),
    problemOf: ({ code, hop }) =>
      code === 'connection-refused' ? { kind: code, hop } : { kind: 'internal' },
  });
}

const get = (): OutgoingRequest =>
  new OutgoingRequest('GET', `http://127.0.0.1:${origin.port}/`, ['Host', `127.0.0.1:${origin.port}`]);

/** Reads an answer to its end and gives its connection back. */
function finish(answer: Answer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sink = { data: () => undefined, end: () => resolve(answer.head.status), fail: reject };
    answer.connection.readBody(answer, sink, (isReusable) => road.release(answer, isReusable));
  });
}

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password: 'right' }] });
  events = [];
});

afterEach(async () => {
  await road.close();
  await proxy.close();
  await origin.close();
});

describe('UpstreamRoad', () => {
  it('does not end a connection for a request that is over', async () => {
    road = makeRoad(['right']);
    const first = get();
    await finish(await road.send(first));
    first.abort();
    expect(await finish(await road.send(get()))).toBe(200);
    expect(proxy.connectionCount).toBe(1);
  });

  it('ends the connection of a request whose client has left', async () => {
    road = makeRoad(['right']);
    const request = get();
    const answer = await road.send(request);
    request.abort();
    await expect(finish(answer)).rejects.toMatchObject({
      code: expect.stringMatching(/aborted|closed-early/) as string,
    });
    expect(await finish(await road.send(get()))).toBe(200);
    expect(proxy.connectionCount).toBe(2);
  });

  it('sees a logon to its end although the client has left in the middle', async () => {
    road = makeRoad(['right']);
    const request = get();
    const sent = road.send(request);
    while (!events.some(({ kind }) => kind === 'logon-sent')) await new Promise(setImmediate);
    request.abort();
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
    expect(events.map(({ kind }) => kind).filter((kind) => kind.startsWith('logon'))).toEqual([
      'logon-sent',
      'logon-accepted',
    ]);
    expect(proxy.logons).toHaveLength(1);
  });

  it('tries a second reading of the hash once, within the same request', async () => {
    road = makeRoad(['wrong', 'right']);
    expect(await finish(await road.send(get()))).toBe(200);
    expect(proxy.logons.map(({ accepted }) => accepted)).toEqual([false, true]);
  });

  it('goes to the next upstream when the first cannot be reached, and stays there', async () => {
    road = makeRoad(['right'], [1, proxy.port]);
    road.beginEpoch(false);
    expect(await finish(await road.send(get()))).toBe(200);
    expect(await finish(await road.send(get()))).toBe(200);
    expect(proxy.connectionCount).toBe(1);
    expect(road.currentUpstream?.port).toBe(proxy.port);
    expect(events.filter(({ kind }) => kind === 'upstream-down')).toHaveLength(1);
  });

  it('hands no connection to another company proxy than that of now to whoever waits', async () => {
    const other = await startCompanyProxy({ accounts: [{ ...account, password: 'right' }] });
    try {
      road = makeRoad(['right'], [proxy.port], true);
      const held = await road.send(get());
      proxy.misbehave({ slowLogonMs: 300 });
      const isSpare = (event: EngineEvent): boolean =>
        event.kind === 'logon-sent' && event.reason === 'spare';
      while (!events.some(isSpare)) await new Promise(setImmediate);
      const waiting = road.send(get());
      road.setUpstreams([{ host: '127.0.0.1', port: other.port }]);
      const { connection } = await waiting;
      expect(connection.hop.address.port).toBe(other.port);
      connection.destroy();
      held.connection.destroy();
    } finally {
      await other.close();
    }
  });

  it('sends nothing over a connection that comes about after the end', async () => {
    road = makeRoad(['right']);
    const sent = road.send(get());
    await road.close();
    await expect(sent).rejects.toMatchObject({ code: 'aborted' });
    expect(proxy.connectionCount).toBe(0);
  });

  it('says why when no upstream can be reached', async () => {
    road = makeRoad(['right'], [1]);
    await expect(road.send(get())).rejects.toMatchObject({ code: 'connection-refused' });
    expect(road.reachability).toBe('unreachable');
    expect(events.map(({ kind }) => kind)).toEqual(['upstream-down', 'reachability']);
  });
});
