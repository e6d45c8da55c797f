import { constants, open } from 'node:fs/promises';
import { messageOf } from '../../shared/error-text';
import type { PacSource, PacSurroundings } from '../../shared/pac';
import { decodePac } from './decode-pac';
import { fetchPac, type FetchPacOptions } from './fetch-pac';

export interface ReadPac {
  readonly text: string;
  /** The URL or path that it was read from. */
  readonly place: string;
  /** The address of this machine towards the PAC's server; undefined where there is none. */
  readonly localAddress: string | undefined;
}

export interface ReadPacOptions extends PacSurroundings {
  /** Where it was read from the last time. */
  readonly knownPlace?: string | undefined;
  readonly fetch?: FetchPacOptions;
}

const limitBytes = 4 * 1024 * 1024;

/**
 * Reads a PAC from where it is now, never through a proxy.
 *
 * @throws Error with why not, in a few words
 */
export async function readPac(source: PacSource, options: ReadPacOptions): Promise<ReadPac> {
  const places = await placesOf(source, options);
  let failure: unknown = new Error('this computer searches no domain that could have one');
  for (const place of places) {
    try {
      return await readFrom(place, options.fetch);
    } catch (error) {
      failure = places.length === 1 ? error : new Error(`${place}: ${messageOf(error)}`, { cause: error });
    }
  }
  throw failure;
}

async function placesOf(source: PacSource, options: ReadPacOptions): Promise<readonly string[]> {
  switch (source.kind) {
    case 'url':
      return [source.url];
    case 'file':
      return [source.path];
    case 'wpad':
      return wpadPlaces(await options.searchDomains());
    case 'mac':
      return await macPlaces(options);
  }
}

async function macPlaces(options: ReadPacOptions): Promise<readonly string[]> {
  const found = await options.macPac();
  if (found.kind === 'url') return [found.url];
  if (found.kind === 'discovery') return wpadPlaces(await options.searchDomains());
  if (found.kind === 'latchkey' && options.knownPlace !== undefined) return [options.knownPlace];
  throw new Error('the network settings of this Mac name no PAC');
}

/**
 * Automatic discovery by DNS. Only in the domains themselves: one level up, as old programs went, the name may be anybody's. A
 * domain of one label is no company's.
 */
function wpadPlaces(domains: readonly string[]): readonly string[] {
  return [...new Set(domains.map((domain) => domain.toLowerCase().replace(/\.$/, '')))]
    .filter((domain) => /^[\w-]+(?:\.[\w-]+)+$/.test(domain))
    .map((domain) => `http://wpad.${domain}/wpad.dat`);
}

async function readFrom(place: string, options: FetchPacOptions | undefined): Promise<ReadPac> {
  const isFile = place.startsWith('/') || place.startsWith('file:');
  if (isFile) return { text: decodePac(await readBytes(pathOf(place))), place, localAddress: undefined };
  if (!/^https?:/i.test(place) || !URL.canParse(place)) {
    throw new Error('it is no http or https URL and no file');
  }
  const { bytes, charset, localAddress } = await fetchPac(new URL(place), { limitBytes, ...options });
  return { text: decodePac(bytes, charset), place, localAddress };
}

function pathOf(place: string): string {
  if (place.startsWith('/')) return place;
  try {
    return decodeURIComponent(new URL(place).pathname);
  } catch (error) {
    throw new Error('its URL is none of a file', { cause: error });
  }
}

async function readBytes(path: string): Promise<Buffer> {
  // A pipe opens only once somebody writes to it, unless it is not waited for, and ends when he likes.
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await file.stat();
    if (!found.isFile()) throw new Error('it is no file');
    if (found.size > limitBytes) throw new Error(`it has more than ${limitBytes} bytes`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}
