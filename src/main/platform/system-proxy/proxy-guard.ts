import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type LockWait, takeDirectoryLock } from '../files/directory-lock';
import { macEnvironment } from '../macos/mac-locale';
import { isSameProcess, type ProcessIdentity } from '../macos/process-identity';
import { type JournalReading, type ProxyJournal, ProxyJournalFile } from './proxy-journal';
import { restoreScript, watchdogScript } from './restore-script';
import { codeOf } from '../../../shared/error-code';

export interface ProxyGuardOptions {
  /** The folder of journal, script and lock. */
  readonly directory: string;
  /** The path of networksetup, for the watchdog. */
  readonly networksetup: string;
  readonly owner: ProcessIdentity;
  /** The clock on the wall. */
  readonly nowMs: () => number;
  /** Told before and after each change of the journal. */
  readonly onStep?: (step: string) => void;
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

/**
 * Sees to it that the Mac's proxy settings can be put back, whatever becomes of this process: the journal for the next
 * start, a script beside it, and a watchdog that runs the script when this process is gone.
 */
export class ProxyGuard {
  readonly path: string;
  readonly #options: ProxyGuardOptions;
  readonly #file: ProxyJournalFile;
  readonly #script: string;
  readonly #lock: string;
  #watchdog: ChildProcess | undefined;
  /** Of the journal that this process has written. */
  #lastId: string | undefined;

  constructor(options: ProxyGuardOptions) {
    this.#options = options;
    this.path = join(options.directory, 'system-proxy.json');
    this.#file = new ProxyJournalFile(this.path, options.nowMs);
    this.#script = join(options.directory, 'system-proxy-restore.sh');
    this.#lock = join(options.directory, 'system-proxy.lock');
  }

  /**
   * Runs an action while no other process, watchdogs included, works on the Mac's proxy settings.
   *
   * @returns undefined when another Latchkey did for all of `waitMs`
   * @throws NodeJS.ErrnoException; the AbortError of the signal
   */
  async alone<T>(wait: LockWait, action: () => Promise<T>): Promise<{ readonly value: T } | undefined> {
    let release: (() => Promise<void>) | undefined;
    try {
      release = await takeDirectoryLock(this.#lock, this.#options.owner, wait);
    } catch (error) {
      if (!noRoom.has(codeOf(error) ?? '')) throw error;
      // A full disk must not keep the settings from being put back.
      return { value: await action() };
    }
    if (release === undefined) return undefined;
    try {
      return { value: await action() };
    } finally {
      await release();
    }
  }

  /** This process. */
  get owner(): ProcessIdentity {
    return this.#options.owner;
  }

  /** Whether this process has written a journal, or taken it over. */
  isMine({ owner }: ProxyJournal): boolean {
    return isSameProcess(owner, this.#options.owner);
  }

  /** @throws NodeJS.ErrnoException */
  read(): Promise<JournalReading> {
    return this.#file.read();
  }

  /** Writes the journal and the script that belongs to it. @throws NodeJS.ErrnoException, as for a full disk */
  async write(journal: ProxyJournal): Promise<void> {
    const earlierId = this.#lastId ?? journal.id;
    const { onStep } = this.#options;
    onStep?.(`before the journal says ${journal.phase}`);
    const text = restoreScript(journal, { journal: this.path, lock: this.#lock }, earlierId);
    const draft = `${this.#script}.new`;
    await writeFile(draft, text, { mode: 0o600 });
    // First, and for both of them: there is no moment at which a journal has no script.
    await rename(draft, this.#script);
    await this.#file.write(journal);
    this.#lastId = journal.id;
    onStep?.(`after the journal says ${journal.phase}`);
  }

  /** Starts the watchdog, unless there is one. It outlives this process, and ends by itself. */
  watch(): void {
    if (this.#watchdog !== undefined) return;
    const { owner, networksetup } = this.#options;
    const args = ['-c', watchdogScript, 'latchkey-watchdog', String(owner.pid), owner.startedAt];
    // In a session of its own: what is sent to the terminal's processes is not for it.
    const child = spawn('/bin/sh', [...args, this.#script, networksetup], {
      stdio: ['pipe', 'ignore', 'ignore'],
      env: macEnvironment(),
      detached: true,
      cwd: '/',
    });
    child
      .on('error', () => undefined)
      .once('exit', () => {
        if (this.#watchdog === child) this.#watchdog = undefined;
      });
    child.stdin?.on('error', () => undefined);
    // Neither keeps this process from ending.
    child.unref();
    (child.stdin as { unref?: () => void } | null)?.unref?.();
    this.#watchdog = child;
  }

  /**
   * Runs the restore script while this process does nothing else, if there is something of its own to put back.
   *
   * @returns whether everything is put back
   */
  restoreNow(timeoutMs: number): boolean {
    const { owner, networksetup } = this.#options;
    try {
      const { owner: writer } = JSON.parse(readFileSync(this.path, 'utf8')) as ProxyJournal;
      if (!isSameProcess(writer, owner)) return true;
      // The script would wait for a lock that nobody can release meanwhile.
      if (Number(readFileSync(join(this.#lock, 'pid'), 'utf8')) === owner.pid) {
        rmSync(this.#lock, { recursive: true, force: true });
      }
    } catch (error) {
      // No journal, or no lock, or one that is just being made: the script sees to it.
      if (!(error instanceof SyntaxError) && codeOf(error) === undefined) throw error;
    }
    if (!existsSync(this.path)) return true;
    spawnSync('/bin/sh', [this.#script, networksetup], {
      stdio: 'ignore',
      env: macEnvironment(),
      cwd: '/',
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    const isBack = !existsSync(this.path);
    if (isBack) this.dismiss();
    return isBack;
  }

  /** Everything is put back: nothing is kept any more. */
  async remove(): Promise<void> {
    const { onStep } = this.#options;
    onStep?.('before the journal is removed');
    await this.#file.remove();
    this.#lastId = undefined;
    await rm(this.#script, { force: true });
    this.dismiss();
    onStep?.('after the journal is removed');
  }

  /** Lets the watchdog go once there is nothing left for it to do. */
  dismiss(): void {
    this.#watchdog?.stdin?.end();
    this.#watchdog = undefined;
  }
}
