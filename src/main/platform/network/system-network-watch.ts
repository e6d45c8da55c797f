import { interfacesNetworkWatch } from './interfaces-network-watch';
import type { NetworkWatch } from '../ports';
import { scutilNetworkWatch } from './scutil-network-watch';

/**
 * The best way to watch the network that this system has.
 *
 * @param onProblem told with a sentence when it cannot be watched
 */
export function systemNetworkWatch(
  platform: NodeJS.Platform,
  onProblem: (message: string) => void,
): NetworkWatch {
  return platform === 'darwin' ? scutilNetworkWatch({ onProblem }) : interfacesNetworkWatch();
}
