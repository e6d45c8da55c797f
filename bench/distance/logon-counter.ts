/** What a proxy has been asked since the last look, as seen from where its clients are. */
export interface WireCounts {
  readonly connections: number;
  /** Type 3 messages: what a directory may count. */
  readonly logons: number;
  /** The most of them that were sent and not yet answered at the same time. */
  readonly mostUnanswered: number;
}

const typeThree = 'Proxy-Authorization: NTLM TlRMTVNTUAAD';

/** Counts the logons that go over the connections of one wire. */
export class LogonCounter {
  #connections = 0;
  #logons = 0;
  #unanswered = 0;
  #mostUnanswered = 0;

  onConnection(): ConnectionLogons {
    this.#connections += 1;
    return new ConnectionLogons((change) => {
      if (change > 0) this.#logons += 1;
      this.#unanswered += change;
      this.#mostUnanswered = Math.max(this.#mostUnanswered, this.#unanswered);
    });
  }

  /** Counts begin anew. */
  take(): WireCounts {
    const counts = {
      connections: this.#connections,
      logons: this.#logons,
      mostUnanswered: this.#mostUnanswered,
    };
    this.#connections = 0;
    this.#logons = 0;
    this.#mostUnanswered = this.#unanswered;
    return counts;
  }
}

/** One connection, on which one logon at most waits for its answer. */
class ConnectionLogons {
  readonly #onChange: (change: 1 | -1) => void;
  #tail = '';
  #isWaiting = false;

  constructor(onChange: (change: 1 | -1) => void) {
    this.#onChange = onChange;
  }

  /** The message may come in pieces. */
  onRequestBytes(bytes: Buffer): void {
    const text = this.#tail + bytes.toString('latin1');
    this.#tail = text.slice(1 - typeThree.length);
    if (this.#isWaiting || !text.includes(typeThree)) return;
    this.#tail = '';
    this.#isWaiting = true;
    this.#onChange(1);
  }

  /** Any byte is the answer, and so is the end of the connection. */
  onAnswer(): void {
    if (!this.#isWaiting) return;
    this.#isWaiting = false;
    this.#onChange(-1);
  }
}
