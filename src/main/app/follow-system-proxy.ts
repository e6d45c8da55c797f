import type { CorePorts } from './core-ports';
import type { DayLog } from './day-log';
import { isThisMac } from './is-this-mac';
import type { StateStore } from './state-store';

/**
 * Keeps state and day true to what the port says of the Mac's proxy settings. Who on this Mac has taken them is asked of the system.
 *
 * @returns what ends that
 */
export function followSystemProxy(
  { systemProxy: mac, portHolders }: Pick<CorePorts, 'systemProxy' | 'portHolders'>,
  store: StateStore,
  day: DayLog,
): () => void {
  const endTakings = mac.onTakenBack((holder) => day.takenBack(holder));
  const endChanges = mac.subscribe(() => {
    const systemProxy = mac.state();
    day.takeSystemProxy(systemProxy);
    store.update({ systemProxy, takenBy: undefined });
    if (systemProxy.kind !== 'taken-over' || systemProxy.holder?.kind !== 'proxy') return;
    const { host, port } = systemProxy.holder.address;
    if (!isThisMac(host)) return;
    void portHolders.holderOf(port).then((takenBy) => {
      if (mac.state() === systemProxy) store.update({ takenBy });
    });
  });
  return () => {
    endTakings();
    endChanges();
  };
}
