import { trustedCertificates } from '../main/upstream/trusted-certificates';
import { PacMemory } from '../main/platform/files/pac-memory';
import { systemPacSurroundings } from '../main/platform/network/system-pac-surroundings';
import type { ResolveName } from '../main/upstream/name-cache';
import type { OpenPac } from '../shared/pac';

/**
 * Opens PACs where there is no desktop. The engine is loaded when the first one is opened.
 *
 * @param directory where the last one that was of use is kept
 * @param warn told where it cannot be
 */
export function headlessPac(
  directory: string,
  warn: (message: string) => void,
  resolve: ResolveName,
): OpenPac {
  return async (asked) => {
    const { openPac } = await import('../main/pac/open-pac');
    return openPac(asked, {
      ...systemPacSurroundings({ platform: process.platform }),
      store: new PacMemory(directory, warn),
      resolve,
      certificates: trustedCertificates,
    });
  };
}
