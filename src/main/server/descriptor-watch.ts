import { type FileHandle, open } from 'node:fs/promises';
import { codeOf } from '../../shared/error-code';

/** How often it is looked at most, and for how long it must not have been seen to be news again. */
const lookEveryMs = 1_000;
const recoveredMs = 60_000;

/** Whether there are no file descriptors left for a connection, in this process or on this machine. */
export function isOutOfDescriptors(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'EMFILE' || code === 'ENFILE';
}

export interface DescriptorWatchOptions {
  /** A monotonic clock in milliseconds. */
  readonly nowMs: () => number;
  /** Told once, and again only after it has been over for a minute. */
  readonly onExhausted: () => void;
  /** Takes a descriptor. Default: opens a file that every system has. */
  readonly take?: () => Promise<Pick<FileHandle, 'close'>>;
}

/**
 * Notices that descriptors have run out. A connection that cannot be accepted for want of one is no event: libuv closes it
 * and says nothing. So whoever accepts one asks whether there is another.
 */
export class DescriptorWatch {
  readonly #options: DescriptorWatchOptions;
  readonly #take: () => Promise<Pick<FileHandle, 'close'>>;
  #lastSeenMs: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: DescriptorWatchOptions) {
    this.#options = options;
    this.#take = options.take ?? (() => open('/dev/null'));
  }

  /** Something has failed for want of a descriptor. */
  seen(): void {
    const nowMs = this.#options.nowMs();
    const isNews = this.#lastSeenMs === undefined || nowMs - this.#lastSeenMs > recoveredMs;
    this.#lastSeenMs = nowMs;
    if (isNews) this.#options.onExhausted();
  }

  /** Looks within a second, once for all who ask meanwhile. */
  lookSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#look();
    }, lookEveryMs).unref();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  async #look(): Promise<void> {
    try {
      const file = await this.#take();
      await file.close();
    } catch (error) {
      // Whatever else may be wrong with the file is not of interest here.
      if (isOutOfDescriptors(error)) this.seen();
    }
  }
}
