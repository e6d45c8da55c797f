import { app, powerMonitor } from 'electron';
import { closeInTime } from './close-in-time';

/** A session that has not ended by then goes on. */
const sessionEndMs = 30_000;
/** Whoever was to end the app and has not by then has failed. */
const lastStepMs = 60_000;

export interface AppEndOptions {
  /** Whether a setting of this Mac leads to Latchkey. */
  readonly isInUse: () => boolean;
  /** Puts this Mac's settings back while this process does nothing else. */
  readonly restoreNow: () => void;
  /** Has this Mac use Latchkey again. */
  readonly useAgain: () => Promise<unknown>;
  /** Asks whether it may end, as far as there is something to ask. */
  readonly mayQuit: () => Promise<boolean>;
  /** The user does not want it to end after all. */
  readonly onStay: () => void;
  /** Takes from the screen what would tell of what is being closed. */
  readonly onBegin: () => void;
  readonly close: () => Promise<unknown>;
  /** Everything is closed: what keeps the app goes. */
  readonly onClosed: () => void;
  /** Whether something that cannot be called off would keep the process after its end. */
  readonly isHeld: () => boolean;
  readonly onInternalError: (error: unknown) => void;
}

/**
 * How the app ends. The user is asked, then everything is closed in its time, and then Electron quits; a signal does the same
 * without a question. The end of the session waits for nothing: whoever keeps an app from quitting then keeps the Mac from
 * being shut down. In each order this Mac's proxy settings are back before the process is gone.
 */
export class AppEnd {
  readonly #options: AppEndOptions;
  #phase: 'running' | 'ending' | 'ended' = 'running';
  #isAsking = false;
  /** Runs while the session of the user ends. */
  #sessionEnd: NodeJS.Timeout | undefined;
  /** Whether the Mac used Latchkey before the session began to end. */
  #wasInUse = false;
  /** The end itself, once everything is closed. */
  #last: () => void = () => app.quit();

  constructor(options: AppEndOptions) {
    this.#options = options;
    powerMonitor.on('shutdown', () => this.#endSession());
    app.on('before-quit', (event) => this.#beforeQuit(event));
    app.on('quit', () => {
      // Everything is closed, or the session ends. SIGKILL needs nobody's answer.
      if (options.isHeld()) process.kill(process.pid, 'SIGKILL');
    });
    // Electron has handlers of its own on a Mac, which come to the same.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  }

  /** Whether nothing may keep the windows from closing any more. */
  get isLeaving(): boolean {
    return this.#phase === 'ended' || this.#sessionEnd !== undefined;
  }

  /** The user wants it to end. He is asked once: a second wish while the first is followed changes nothing. */
  async quit(startsAgain = false): Promise<void> {
    if (this.#isAsking || this.#phase !== 'running') return;
    this.#isAsking = true;
    const mayQuit = await this.#options.mayQuit().finally(() => (this.#isAsking = false));
    // A signal has not waited for the answer.
    if (this.#phase !== 'running') return;
    if (!mayQuit) {
      this.#options.onStay();
      return;
    }
    if (startsAgain) app.relaunch();
    app.quit();
  }

  /**
   * Closes everything as quitting does, asking nobody, and leaves the end itself to somebody else, as to what installs an update. When
   * that fails Latchkey comes up again.
   */
  endBy(last: (onFailure: (error: unknown) => void) => void): void {
    if (this.#phase !== 'running') return;
    let hasFailed = false;
    const onFailure = (error: unknown): void => {
      if (hasFailed) return;
      hasFailed = true;
      this.#options.onInternalError(error);
      app.relaunch();
      app.quit();
    };
    this.#last = () => {
      setTimeout(() => onFailure(new Error('nothing has ended Latchkey')), lastStepMs).unref();
      last(onFailure);
    };
    app.quit();
  }

  #beforeQuit(event: { preventDefault: () => void }): void {
    const { restoreNow, onBegin, close, onClosed, onInternalError } = this.#options;
    if (this.#phase === 'ended') return;
    if (this.#sessionEnd !== undefined) {
      // A start that was under way may have set them since.
      restoreNow();
      return;
    }
    event.preventDefault();
    if (this.#phase === 'ending') return;
    this.#phase = 'ending';
    onBegin();
    void closeInTime(close, onInternalError).then(() => {
      this.#phase = 'ended';
      onClosed();
      this.#last();
    });
  }

  #endSession(): void {
    const { isInUse, restoreNow, useAgain, onInternalError } = this.#options;
    // It may begin to end a second time, before it is known that it has not the first time.
    this.#wasInUse = isInUse() || (this.#sessionEnd !== undefined && this.#wasInUse);
    clearTimeout(this.#sessionEnd);
    restoreNow();
    // Another app may have kept the session from ending.
    this.#sessionEnd = setTimeout(() => {
      this.#sessionEnd = undefined;
      if (this.#wasInUse) useAgain().catch(onInternalError);
    }, sessionEndMs).unref();
  }
}
