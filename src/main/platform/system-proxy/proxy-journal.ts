import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { SystemProxyNote, SystemProxyState, SystemProxyTarget } from '../../../shared/system-proxy';
import { isFields, readJsonFile, writeJsonFile } from '../files/json-file';
import type { ProcessIdentity } from '../macos/process-identity';
import type { ProxyEndpoint, ProxyPhase, ServiceProxies, ServiceRecord } from './service-proxies';

/** What has to be known to put the Mac's proxy settings back. It is there as long as something may have to be put back. */
export interface ProxyJournal {
  readonly version: 1;
  /** Unlike that of any other journal: the restore script belongs to it. */
  readonly id: string;
  readonly owner: ProcessIdentity;
  readonly phase: ProxyPhase;
  readonly target: SystemProxyTarget;
  readonly services: readonly ServiceRecord[];
}

/** What is found where the journal should be. */
export type JournalReading =
  | { readonly kind: 'none' }
  | { readonly kind: 'found'; readonly journal: ProxyJournal }
  /** It has been moved out of the way, to this path. */
  | { readonly kind: 'unreadable'; readonly keptAs: string }
  /** Of a newer Latchkey, and left alone. */
  | { readonly kind: 'newer' };

/** What a journal that could not be written makes of the system proxy. @throws what is no error of the system */
export function journalFailed(error: unknown, notes: readonly SystemProxyNote[]): SystemProxyState {
  if (!(error instanceof Error && 'syscall' in error)) throw error;
  return { kind: 'failed', trouble: { kind: 'journal-not-written', detail: error.message }, notes };
}

/** Keeps the journal in one file: 0600, each version of it written as one step and on the disk before this goes on. */
export class ProxyJournalFile {
  readonly path: string;
  readonly #nowMs: () => number;

  /** @param nowMs the clock on the wall, for the names of journals that cannot be read */
  constructor(path: string, nowMs: () => number) {
    this.path = path;
    this.#nowMs = nowMs;
  }

  /** @throws NodeJS.ErrnoException */
  async read(): Promise<JournalReading> {
    let value: unknown;
    try {
      value = await readJsonFile(this.path);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return this.#keepAside();
    }
    if (value === undefined) return { kind: 'none' };
    if (isFields(value) && typeof value['version'] === 'number' && value['version'] > 1)
      return { kind: 'newer' };
    return isJournal(value) ? { kind: 'found', journal: value } : this.#keepAside();
  }

  /** @throws NodeJS.ErrnoException, as for a full disk; the version before it is there then */
  async write(journal: ProxyJournal): Promise<void> {
    await writeJsonFile(this.path, journal);
    await this.#syncDirectory();
  }

  async remove(): Promise<void> {
    await rm(this.path, { force: true });
    await this.#syncDirectory();
  }

  async #keepAside(): Promise<JournalReading> {
    const keptAs = `${this.path}.unreadable-${this.#nowMs()}`;
    await rename(this.path, keptAs);
    return { kind: 'unreadable', keptAs };
  }

  /** Else a power cut could take back that the file is there. */
  async #syncDirectory(): Promise<void> {
    const directory = await open(dirname(this.path), 'r');
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  }
}

function isText(value: unknown): value is string {
  // A NUL can be no argument of a command.
  return typeof value === 'string' && !value.includes('\0');
}

function isPort(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535;
}

function isList<T>(value: unknown, isItem: (item: unknown) => item is T): value is readonly T[] {
  return Array.isArray(value) && value.every(isItem);
}

function isEndpoint(value: unknown): value is ProxyEndpoint {
  return (
    isFields(value) &&
    typeof value['isOn'] === 'boolean' &&
    isText(value['host']) &&
    isPort(value['port']) &&
    typeof value['isAuthenticated'] === 'boolean'
  );
}

function isProxies(value: unknown): value is ServiceProxies {
  if (!isFields(value)) return false;
  const { web, secureWeb, socks, pac, isAutoDiscovering, bypass } = value;
  return (
    [web, secureWeb, socks].every(isEndpoint) &&
    isFields(pac) &&
    typeof pac['isOn'] === 'boolean' &&
    isText(pac['url']) &&
    typeof isAutoDiscovering === 'boolean' &&
    isList(bypass, isText)
  );
}

function isServiceRecord(value: unknown): value is ServiceRecord {
  return (
    isFields(value) && isText(value['name']) && isProxies(value['earlier']) && isProxies(value['written'])
  );
}

function isTarget(value: unknown): value is SystemProxyTarget {
  if (!isFields(value) || (value['mode'] !== 'manual' && value['mode'] !== 'pac')) return false;
  const { address, bypass } = value;
  return isFields(address) && isText(address['host']) && isPort(address['port']) && isList(bypass, isText);
}

function isJournal(value: unknown): value is ProxyJournal {
  if (!isFields(value) || value['version'] !== 1) return false;
  const { id, owner, phase, target, services } = value;
  return (
    typeof id === 'string' &&
    /^[0-9a-f]+$/.test(id) &&
    isFields(owner) &&
    Number.isInteger(owner['pid']) &&
    Number(owner['pid']) > 0 &&
    isText(owner['startedAt']) &&
    (phase === 'applying' || phase === 'on' || phase === 'restoring') &&
    isTarget(target) &&
    isList(services, isServiceRecord)
  );
}
