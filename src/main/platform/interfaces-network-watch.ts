import { networkInterfaces } from 'node:os';
import { DebouncedListeners } from './debounced-listeners';
import type { NetworkWatch } from './ports';

const lookEveryMs = 2_000;
const settleMs = 1_000;

/**
 * Looks at the addresses of this machine every two seconds, for systems without a better way. A VPN adds an address, and
 * so does a Wi-Fi; a change of resolvers alone is not seen.
 *
 * @param look what the addresses are now
 */
export function interfacesNetworkWatch(look: typeof networkInterfaces = networkInterfaces): NetworkWatch {
  const listeners = new DebouncedListeners(settleMs);
  let last = addressesOf(look());
  const timer = setInterval(() => {
    const now = addressesOf(look());
    if (now === last) return;
    last = now;
    listeners.trigger();
  }, lookEveryMs).unref();
  return {
    subscribe: (listener) => listeners.add(listener),
    close: () => {
      clearInterval(timer);
      listeners.clear();
      return Promise.resolve();
    },
  };
}

/** All addresses that lead to somewhere. Link-local ones come and go with AWDL and the like, and lead to no proxy. */
function addressesOf(interfaces: ReturnType<typeof networkInterfaces>): string {
  return Object.entries(interfaces)
    .flatMap(([name, list = []]) =>
      list
        .filter(({ internal, address }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
        .map(({ cidr, address }) => `${name} ${cidr ?? address}`),
    )
    .toSorted()
    .join('\n');
}
