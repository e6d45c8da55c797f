import { isIP } from 'node:net';
import { decodePac } from '../../main/pac/decode-pac';
import { fetchPac } from '../../main/pac/fetch-pac';
import { findOwnAddresses } from '../../main/pac/own-addresses';
import { PacEngine } from '../../main/pac/pac-engine';
import { PacError } from '../../main/pac/pac-error';
import { CliError, exitCodes } from '../cli-error';
import { readConfBytes } from '../conf-file';
import { LookupProcess } from '../lookup-process';
import { usageError } from '../option-values';
import type { Terminal } from '../terminal';
import { messageOf } from '../../shared/error-text';

export interface PacOptions {
  /** `NAME=ADDRESS` for each name that resolves; then nothing else does. */
  readonly resolve?: readonly string[] | undefined;
  readonly myIp?: readonly string[] | undefined;
  /** In ms since 1970. */
  readonly now?: number | undefined;
  readonly json?: boolean | undefined;
}

/** How docs/command-line.md has it. */
type Row =
  | { readonly url: string; readonly answer: string | null }
  | { readonly url: string; readonly error: string; readonly line: number | null };

/** `latchkey pac`: what a PAC answers for each address, in their order, and with what the script keeps from one to the next. */
export async function pac(
  place: string,
  urls: readonly string[],
  options: PacOptions,
  terminal: Terminal,
): Promise<number> {
  const given = options.resolve?.map(parseResolvedName);
  const ownAddresses = options.myIp?.map(parseAddress);
  const { text, localAddress } = await read(place);
  const lookups = new LookupProcess();
  const engine = new PacEngine({
    resolve:
      given === undefined
        ? async (name) => (await lookups.resolve(name)).map(({ address }) => address)
        : givenNames(given),
    ownAddresses: async () =>
      ownAddresses ?? [...new Set([localAddress ?? [], await findOwnAddresses()].flat())],
    ...(options.now === undefined ? {} : { now: () => options.now ?? 0 }),
  });
  const tell = (said: readonly string[]): void => {
    for (const line of said) terminal.err(`latchkey: the script says: ${line}`);
  };
  try {
    const rows = await ask(engine, text, urls, tell);
    for (const line of options.json === true ? [JSON.stringify(rows, undefined, 2)] : rows.map(asLine)) {
      terminal.out(line);
    }
    const failed = rows.filter((row) => 'error' in row).length;
    if (failed === 0) return exitCodes.ok;
    const which = rows.length === 1 ? 'the address' : `${failed} of ${rows.length} addresses`;
    throw new CliError(exitCodes.failure, `the script has failed for ${which}`);
  } finally {
    await Promise.all([engine.close(), lookups.close()]);
  }
}

/** @throws CliError when it cannot be had */
async function read(
  place: string,
): Promise<{ readonly text: string; readonly localAddress?: string | undefined }> {
  if (!/^https?:\/\//i.test(place)) return { text: decodePac(await readConfBytes(place)) };
  if (!URL.canParse(place)) throw new CliError(exitCodes.badConfiguration, `'${place}' is not a URL`);
  try {
    const { bytes, charset, localAddress } = await fetchPac(new URL(place));
    return { text: decodePac(bytes, charset), localAddress };
  } catch (error) {
    throw new CliError(exitCodes.failure, `${place} cannot be fetched: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

type ResolvedName = readonly [name: string, address: string];

function parseResolvedName(text: string): ResolvedName {
  const [, name, address = ''] = /^([^=\s]+)=(.*)$/.exec(text) ?? [];
  if (name !== undefined && isIP(address) !== 0) return [plainName(name), address];
  throw usageError(`--resolve takes a name and its address, as a.example=10.1.2.3, not '${text}'`);
}

function parseAddress(text: string): string {
  if (isIP(text) !== 0) return text;
  throw usageError(`--my-ip takes an IP address, not '${text}'`);
}

function plainName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

function givenNames(given: readonly ResolvedName[]): (name: string) => Promise<readonly string[]> {
  return (name) =>
    Promise.resolve(given.filter(([each]) => each === plainName(name)).map(([, address]) => address));
}

async function ask(
  engine: PacEngine,
  text: string,
  urls: readonly string[],
  tell: (said: readonly string[]) => void,
): Promise<readonly Row[]> {
  const rowOf = (url: string, error: unknown): Row => {
    if (!(error instanceof PacError)) throw error;
    return { url, error: error.message, line: error.line ?? null };
  };
  try {
    tell(await engine.load(text));
  } catch (error) {
    if (error instanceof PacError) tell(error.said);
    return urls.map((url) => rowOf(url, error));
  }
  const rows: Row[] = [];
  for (const url of urls) {
    try {
      const { answer, said } = await engine.find(new URL(url));
      tell(said);
      rows.push({ url, answer });
    } catch (error) {
      if (error instanceof PacError) tell(error.said);
      rows.push(rowOf(url, error));
    }
  }
  return rows;
}

function asLine(row: Row): string {
  if (!('error' in row)) return row.answer ?? 'null';
  return row.line === null ? `error: ${row.error}` : `error in line ${row.line}: ${row.error}`;
}
