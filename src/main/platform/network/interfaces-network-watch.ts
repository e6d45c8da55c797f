import { networkInterfaces } from 'node:os';
import { DebouncedListeners } from '../debounced-listeners';
import type { NetworkWatch } from '../ports';

const settleMs = 1_000;

/**
 * Looks at the addresses of this machine again and again, for systems without a better way. A VPN adds an address, and so
 * does a Wi-Fi; a change of resolvers alone is not seen, nor another network that gives the same address.
 *
 * @param look what the addresses are now; when it throws, nothing is known to have changed
 */
export function interfacesNetworkWatch(
  look: typeof networkInterfaces = networkInterfaces,
  lookEveryMs = 5_000,
): NetworkWatch {
  const listeners = new DebouncedListeners(settleMs);
  let last = addressesOf(look);
  const timer = setInterval(() => {
    const now = addressesOf(look);
    if (now === undefined || now === last) return;
    // Without a last look there is nothing that it could differ from.
    if (last !== undefined) listeners.trigger();
    last = now;
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

/**
 * All addresses that lead to somewhere, in an order of their own. Link-local ones lead to no proxy, and those of awdl, llw
 * and utun interfaces come and go on one and the same network, with AirDrop and the like.
 */
function addressesOf(look: typeof networkInterfaces): string | undefined {
  let interfaces: ReturnType<typeof networkInterfaces>;
  try {
    interfaces = look();
  } catch {
    return undefined;
  }
  return Object.entries(interfaces)
    .flatMap(([name, list = []]) =>
      list
        .filter(({ internal, address }) => !internal && !/^(fe[89ab].:|169\.254\.)/i.test(address))
        .map(({ cidr, address }) => `${name} ${cidr ?? address}`),
    )
    .toSorted()
    .join('\n');
}
