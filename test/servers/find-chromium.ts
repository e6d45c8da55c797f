import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The program of the Chromium that is installed, or that E2E_CHROMIUM names; undefined when there is none. */
export function findChromium(): string | undefined {
  return process.env['E2E_CHROMIUM'] ?? places.find((place) => existsSync(place));
}
