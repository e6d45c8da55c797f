import { networkInterfaces } from 'node:os';
import type { IsForbiddenByMac } from '../../../shared/failed-connect';
import { type InterfaceTable, isOnLink } from './on-link-networks';

/**
 * The answer of the switch is there at once. A neighbour that is not there fails with the same number, but not before it
 * was asked for five times, a second apart.
 */
const atOnceMs = 900;

/**
 * Local Network privacy, from macOS 15 on: until the user allows it, a program's connections to the networks that the Mac
 * is on end with EHOSTUNREACH at once. There is nothing that can be asked whether it is so; other targets, loopback and
 * VPNs are not concerned.
 *
 * @returns judges a connection that failed: whether the switch is the cause
 */
export function localNetworkPrivacy(
  platform: NodeJS.Platform,
  interfaces: () => InterfaceTable = networkInterfaces,
): IsForbiddenByMac {
  return ({ errno, address, afterMs }) =>
    platform === 'darwin' &&
    errno === 'EHOSTUNREACH' &&
    address !== undefined &&
    afterMs < atOnceMs &&
    isOnLink(address, interfaces());
}
