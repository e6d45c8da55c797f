import type { SystemProxyState } from '../../../shared/system-proxy';
import type { SystemProxy } from '../ports';

const unsupported: SystemProxyState = { kind: 'unsupported', notes: [] };

/** Where the proxy setting of the system cannot be switched. */
export function unsupportedSystemProxy(): SystemProxy {
  return {
    state: () => unsupported,
    set: () => Promise.resolve(unsupported),
    endQuestion: () => undefined,
    recover: () => Promise.resolve(unsupported),
    check: () => Promise.resolve(unsupported),
    asksForPassword: () => Promise.resolve(undefined),
    restoreNow: () => undefined,
    subscribe: () => () => undefined,
    onTakenBack: () => () => undefined,
    close: () => Promise.resolve(unsupported),
  };
}
