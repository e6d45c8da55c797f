import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../e2e/gallery/states';
import type { AppBridge } from '../shared/ipc';
import type { AppState } from '../shared/state';
import { connectAppStore } from './app-store';

const { state: example } = exampleNamed('on', 'en');

function stateAt(revision: number): AppState {
  return { ...example, revision };
}

function createBridge(answer: Promise<AppState>): {
  readonly bridge: AppBridge;
  readonly order: string[];
  readonly push: (state: AppState) => void;
  readonly listenerCount: () => number;
} {
  const listeners = new Set<(state: AppState) => void>();
  const order: string[] = [];
  return {
    order,
    push: (state) => {
      for (const listener of listeners) listener(state);
    },
    listenerCount: () => listeners.size,
    bridge: {
      getState: () => {
        order.push('ask');
        return answer;
      },
      onStateChanged: (listener) => {
        order.push('subscribe');
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      run: ({ kind }) =>
        kind === 'quit' ? Promise.reject(new Error('gone')) : Promise.resolve({ kind: 'done' }),
    },
  };
}

describe('connectAppStore', () => {
  it('subscribes before it asks', () => {
    const { bridge, order } = createBridge(Promise.resolve(stateAt(1)));
    connectAppStore(bridge);
    expect(order).toEqual(['subscribe', 'ask']);
  });

  it('ignores an answer that is older than a change', async () => {
    let resolve: (state: AppState) => void = () => undefined;
    const answer = new Promise<AppState>((settle) => {
      resolve = settle;
    });
    const { bridge, push } = createBridge(answer);
    const { picture } = connectAppStore(bridge);
    push(stateAt(5));
    resolve(stateAt(4));
    await answer;
    await Promise.resolve();
    expect(picture.getState().state?.revision).toBe(5);
    push(stateAt(5));
    push(stateAt(3));
    expect(picture.getState().state?.revision).toBe(5);
    push(stateAt(6));
    expect(picture.getState().state?.revision).toBe(6);
  });

  it('ends its subscription', () => {
    const { bridge, listenerCount } = createBridge(Promise.resolve(stateAt(1)));
    const { close } = connectAppStore(bridge);
    expect(listenerCount()).toBe(1);
    close();
    expect(listenerCount()).toBe(0);
  });

  it('makes a problem of a command that was thrown out', async () => {
    const { bridge } = createBridge(Promise.resolve(stateAt(1)));
    const { run } = connectAppStore(bridge);
    expect(await run({ kind: 'turn-on' })).toEqual({ kind: 'done' });
    expect(await run({ kind: 'quit' })).toEqual({ kind: 'failed', problem: { kind: 'internal' } });
  });
});
