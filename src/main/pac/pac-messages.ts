/** What an answer has come from besides the host that was asked for: by what it may be kept. */
export interface PacLooks {
  /** More of the address than its host: an answer for one path is not one for another. */
  readonly url: boolean;
  /** The answer may be another in a minute. */
  readonly time: boolean;
  /** `Math.random`: the answer may be another the next time. */
  readonly random: boolean;
  /** The addresses of this machine. */
  readonly ownAddresses: boolean;
  /** The names that were looked up, in their order. */
  readonly names: readonly string[];
}

/** What the thread is started with. */
export interface PacThreadData {
  readonly module: WebAssembly.Module;
  /** Answers of the main thread: `answerState`, `answerLength`, then bytes of UTF-8. */
  readonly shared: SharedArrayBuffer;
  readonly memoryBytes: number;
}

/** Places of 32 bits in the shared memory, and what follows them. */
export const answerState = 0;
export const answerLength = 1;
export const answerStart = 8;
export const sharedBytes = 64 * 1024;

/** What stands in `answerState`: nothing yet, an answer, or that this question is to be given up until the name is known. */
export const answerIsAwaited = 0;
export const answerIsThere = 1;
export const answerIsLate = 2;

/** To the thread. @param now in ms since 1970; undefined: as it is */
export type PacQuestion =
  | { readonly kind: 'load'; readonly text: string; readonly now: number | undefined }
  | { readonly kind: 'find'; readonly url: string; readonly host: string; readonly now: number | undefined };

/** From the thread. */
export type PacReply =
  | { readonly kind: 'started' }
  /** It waits for the addresses of a name, or of this machine where there is none. */
  | { readonly kind: 'addresses-wanted'; readonly name: string | undefined }
  | {
      readonly kind: 'done';
      readonly answer: string | null;
      /** The line on which FindProxyForURL has returned it; undefined where that is not known. */
      readonly line: number | undefined;
      readonly lookedAt: PacLooks;
      readonly said: readonly string[];
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      readonly line: number | undefined;
      readonly said: readonly string[];
    }
  /** It has run to its end without an address that was late: what it has answered is worth nothing. */
  | { readonly kind: 'given-up'; readonly name: string }
  /** The engine is not to be asked again. */
  | { readonly kind: 'broken'; readonly message: string };
