import type { SystemProxy } from './ports';

/** Where the proxy setting of the system cannot be switched. */
export function unsupportedSystemProxy(): SystemProxy {
  return {
    state: () => ({ kind: 'unsupported' }),
    set: () => Promise.resolve(undefined),
    subscribe: () => () => undefined,
    close: () => Promise.resolve(),
  };
}
