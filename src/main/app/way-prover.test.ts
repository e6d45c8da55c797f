import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../shared/event';
import type { Problem } from '../../shared/problem';
import type { SystemProxyState } from '../../shared/system-proxy';
import type { WayProof } from '../../shared/way-proof';
import { unsupportedSystemProxy } from '../platform/system-proxy/unsupported-system-proxy';
import type { PageFetchers } from '../platform/app-ports';
import { done } from './command-result';
import { StateStore } from './state-store';
import { fakeState } from '../../../test/fake-core';
import { WayProver } from './way-prover';

const url = new URL('http://page.test/');
const on: SystemProxyState = { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] };

function finished(change: Partial<EngineEvent & { kind: 'request-finished' }> = {}): EngineEvent {
  return {
    kind: 'request-finished',
    id: 1,
    method: 'GET',
    target: { host: 'page.test', port: 80 },
    route: undefined,
    status: 200,
    durationMs: 1,
    problem: undefined,
    bytes: { down: 1, up: 1 },
    trace: [],
    ...change,
  };
}

/** A prover whose two pages do this; each is given what tells it of a request that the local proxy has seen. */
function proverWith(
  pages: { app?: (see: (event: EngineEvent) => void) => Promise<void>; curl?: () => Promise<void> },
  systemProxy: SystemProxyState = on,
) {
  const store = new StateStore(fakeState);
  const see = (event: EngineEvent): void => prover.onEngineEvent(event);
  const { app, curl = () => Promise.resolve(see(finished())) } = pages;
  const fetchers: PageFetchers = {
    ...(app === undefined ? {} : { asApp: () => app(see) }),
    asCurl: curl,
  };
  const prover: WayProver = new WayProver({
    ports: { pages: fetchers, systemProxy: { ...unsupportedSystemProxy(), state: () => systemProxy } },
    url,
    shellBlock: {
      terminal: () => Promise.resolve({ shell: 'zsh', lines: '', curlBy: { kind: 'commands' } }),
    },
    state: { store },
    lateMs: 1,
    inOrder: async (task) => (await task(), done),
  });
  const prove = async (): Promise<WayProof> => {
    const result = await prover.prove();
    if (result.kind !== 'way-proof') throw new Error(result.kind);
    return result.proof;
  };
  return { prover, prove, store };
}

describe('WayProver', () => {
  it('takes a page for proved when the local proxy has seen it', async () => {
    const { prove, store } = proverWith({ app: (see) => Promise.resolve(see(finished())) });
    const proof = await prove();
    expect(proof).toMatchObject({ app: { kind: 'through' }, curl: { kind: 'through' } });
    expect(store.state.wayProof).toEqual(proof);
  });

  it.each([
    ['none', undefined],
    ['another host', finished({ target: { host: 'other.test', port: 80 } })],
    ['another port', finished({ target: { host: 'page.test', port: 81 } })],
  ])('says of a page that it came another way when the local proxy has seen %s', async (_what, event) => {
    const app = (see: (event: EngineEvent) => void): Promise<void> => {
      if (event !== undefined) see(event);
      return Promise.resolve();
    };
    expect((await proverWith({ app }).prove()).app).toEqual({ kind: 'around' });
  });

  it('tells what was in the way', async () => {
    const problem: Problem = { kind: 'internal' };
    const app = (see: (event: EngineEvent) => void): Promise<void> => {
      see(finished({ status: 502, problem }));
      return Promise.resolve();
    };
    const curl = (): Promise<void> => Promise.reject(new Error('no page'));
    expect(await proverWith({ app, curl }).prove()).toMatchObject({
      app: { kind: 'failed', problem },
      curl: { kind: 'failed', problem: undefined },
    });
  });

  it('fetches nothing as an app whose settings lead elsewhere', async () => {
    let count = 0;
    const app = (): Promise<void> => Promise.resolve(void (count += 1));
    const proof = await proverWith({ app }, { kind: 'off', notes: [] }).prove();
    expect(proof).toMatchObject({ app: { kind: 'not-used' }, curl: { kind: 'through' } });
    expect(count).toBe(0);
  });

  it('says what it has nothing to try with', async () => {
    expect((await proverWith({}).prove()).app.kind).toBe('untried');
  });

  it('says no more in the state once nobody wants to know', async () => {
    const { prover, prove, store } = proverWith({
      app: (see) => {
        prover.dismiss();
        return Promise.resolve(see(finished()));
      },
    });
    expect((await prove()).app.kind).toBe('through');
    expect(store.state.wayProof).toBeUndefined();
  });
});
