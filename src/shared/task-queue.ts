/** Runs tasks one after the other: each finds what the one before has left, also when that one has failed. */
export class TaskQueue {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs a task when all before it have ended. Settles as the task does. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const done = this.#last.then(task);
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Resolves when every task so far has ended. Never rejects. */
  async idle(): Promise<void> {
    await this.#last;
  }
}
