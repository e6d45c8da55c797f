import type { OpenedPac, OpenPacOptions, PacSurroundings } from '../../shared/pac';
import { findOwnAddresses } from './own-addresses';
import { PacKeeper, type PacKeeperOptions, type PacStore } from './pac-keeper';

export interface PacMachine extends PacSurroundings, Pick<PacKeeperOptions, 'lookupMs'> {
  readonly store: PacStore;
  /** All addresses of a name. @throws Error where it has none */
  readonly resolve: (name: string) => Promise<readonly { readonly address: string }[]>;
  /** The authorities that this system trusts, as PEM. */
  readonly certificates: () => string[];
}

/** Whoever sets a PAC up waits for it, as no request does, in milliseconds. */
const patientLookupMs = 20_000;

const noStore: PacStore = { read: () => Promise.resolve(undefined), write: () => Promise.resolve() };

/** Opens a PAC on this machine. In a file of its own, which brings the engine: it is loaded when a PAC is in use. */
export function openPac(options: OpenPacOptions, { resolve, store, ...machine }: PacMachine): OpenedPac {
  const keeper = new PacKeeper({
    ...(options.isKept ? {} : { lookupMs: patientLookupMs }),
    ...machine,
    ...options,
    store: options.isKept ? store : noStore,
    resolve: async (name) => (await resolve(name)).map(({ address }) => address),
    ownAddresses: findOwnAddresses,
  });
  keeper.start();
  return keeper;
}
