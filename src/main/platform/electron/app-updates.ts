import { TaskQueue } from '../../../shared/task-queue';
import type { UpdateStep, UpdateTrouble } from '../../../shared/updates';
import type { Updates } from '../app-ports';
import { isFields } from '../files/json-file';
import { MemoryFile } from '../files/memory-file';
import { type Offer, UpdateError, type Updater } from './updater';

export interface AppUpdatesOptions {
  /** Where is kept when the feed was asked, and what was to be installed. */
  readonly path: string;
  /** Of this app. */
  readonly version: string;
  /** Loads what fetches; called when it is first needed. @throws Error */
  readonly openUpdater: () => Promise<Updater>;
  /** Ends Latchkey in order, and leaves the last step to whoever is given; comes up again when that fails. */
  readonly endBy: (last: (onFailure: (error: unknown) => void) => void) => void;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** For the log. */
  readonly report: (message: string) => void;
}

interface Memory {
  readonly version: 1;
  readonly lookedAtMs?: number;
  /** Latchkey has ended to install this, and what it was before. */
  readonly installing?: { readonly from: string; readonly to: string };
}

const longestDetail = 200;

function isMemory(value: unknown): value is Memory {
  if (!isFields(value) || value['version'] !== 1) return false;
  const { lookedAtMs = 0, installing = { from: '', to: '' } } = value;
  return (
    Number.isSafeInteger(lookedAtMs) &&
    isFields(installing) &&
    typeof installing['from'] === 'string' &&
    typeof installing['to'] === 'string'
  );
}

/** The update of the packaged app: what the feed offers, loaded and found good, and what became of the last one. */
export class AppUpdates implements Updates {
  readonly #options: AppUpdatesOptions;
  readonly #file: MemoryFile<Memory>;
  readonly #listeners = new Set<() => void>();
  readonly #end = new AbortController();
  readonly #writes = new TaskQueue();
  #memory: Memory;
  #step: UpdateStep = { kind: 'none' };
  #updater: Promise<Updater> | undefined;
  #looking: Promise<void> | undefined;
  #loading: Promise<void> = Promise.resolve();

  private constructor(options: AppUpdatesOptions, file: MemoryFile<Memory>, memory: Memory) {
    this.#options = options;
    this.#file = file;
    const { installing, ...others } = memory;
    this.#memory = others;
    if (installing === undefined) return;
    void this.#keep();
    if (installing.from === options.version)
      this.#step = this.#failed('not-installed', installing.to, 'the version before it has come up again');
  }

  /** Reads what became of an update that was to be installed. Never rejects. */
  static async open(options: AppUpdatesOptions): Promise<AppUpdates> {
    const file = new MemoryFile(options.path, {
      isSound: isMemory,
      subject: 'updates',
      onProblem: options.report,
    });
    const nothing: Memory = { version: 1 };
    const memory = await file.read().catch((error: unknown) => {
      file.tellOnce(error);
      return undefined;
    });
    return new AppUpdates(options, file, memory ?? nothing);
  }

  state(): ReturnType<Updates['state']> {
    const { lookedAtMs } = this.#memory;
    return { step: this.#step, ...(lookedAtMs === undefined ? {} : { lookedAtMs }) };
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  look(port: number | undefined): Promise<void> {
    if (this.#end.signal.aborted || this.#step.kind === 'loading') return Promise.resolve();
    this.#looking ??= this.#look(port).finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  install(): void {
    const step = this.#step;
    if (step.kind !== 'ready') return;
    const { version: from, endBy } = this.#options;
    const { lookedAtMs } = this.#memory;
    const installing = { from, to: step.version };
    this.#memory = { version: 1, ...(lookedAtMs === undefined ? {} : { lookedAtMs }), installing };
    void this.#keep().then(async () => {
      const updater = await this.#open();
      endBy((onFailure) => updater.install(onFailure));
    });
  }

  async close(): Promise<void> {
    this.#end.abort();
    this.#listeners.clear();
    await Promise.all([this.#loading, this.#writes.idle()]);
  }

  async #look(port: number | undefined): Promise<void> {
    const before = this.#step;
    // What is ready stays to be seen, and may be waited with.
    if (before.kind !== 'ready') this.#set({ kind: 'looking' });
    let offer: Offer | undefined;
    try {
      offer = await (await this.#open()).look(port);
    } catch (error) {
      // What is ready stays so without a feed.
      this.#set(before.kind === 'ready' ? before : this.#failed('feed', undefined, error));
      return;
    }
    // A feed that takes its time is not waited for by the end.
    if (this.#end.signal.aborted) return;
    const { nowMs } = this.#options;
    this.#memory = { ...this.#memory, lookedAtMs: nowMs() };
    void this.#keep();
    if (before.kind === 'ready' && (offer === undefined || offer.version === before.version)) {
      this.#set(before);
    } else if (offer === undefined) {
      this.#set({ kind: 'none' });
    } else {
      this.#set({ kind: 'loading', version: offer.version, share: 0 });
      this.#loading = this.#load(offer, port !== undefined);
    }
  }

  async #load({ version, notes }: Offer, isByLatchkey: boolean): Promise<void> {
    const { signal } = this.#end;
    try {
      const updater = await this.#open();
      await updater.load((share) => {
        if (this.#step.kind === 'loading') this.#set({ kind: 'loading', version, share });
      }, signal);
      this.#set({ kind: 'ready', version, notes, isByLatchkey });
    } catch (error) {
      this.#set(this.#failed('interrupted', version, error));
    }
  }

  /** What could not be opened is tried anew the next time. */
  #open(): Promise<Updater> {
    this.#updater ??= this.#options.openUpdater().catch((error: unknown) => {
      this.#updater = undefined;
      throw error;
    });
    return this.#updater;
  }

  /** @param why where the error does not say it */
  #failed(why: UpdateTrouble, version: string | undefined, error: unknown): UpdateStep {
    // What follows is for who debugs the updater.
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n', 1);
    const detail = line.slice(0, longestDetail).trim();
    const problem = {
      kind: 'update-failed',
      why: error instanceof UpdateError ? error.why : why,
      version,
      detail,
    } as const;
    if (!this.#end.signal.aborted)
      this.#options.report(
        `update${version === undefined ? '' : ` to ${version}`}: ${problem.why}: ${detail}`,
      );
    return { kind: 'failed', problem };
  }

  #set(step: UpdateStep): void {
    this.#step = step;
    for (const listener of this.#listeners) listener();
  }

  /** Never rejects: without the file the feed is asked once more, and a failed installation is not told. */
  #keep(): Promise<void> {
    // One after the other: the last one counts.
    return this.#writes.run(() =>
      this.#file.write(this.#memory).catch((error: unknown) => this.#file.tellOnce(error)),
    );
  }
}
