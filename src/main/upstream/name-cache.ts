import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';

/** Resolves a name to all of its addresses, in the order in which they are to be tried. */
export type ResolveName = (name: string) => Promise<readonly LookupAddress[]>;

/** Asks the system's resolver. @throws NodeJS.ErrnoException ENOTFOUND and others */
export const resolveWithSystem: ResolveName = (name) =>
  new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });

/**
 * The addresses of the company proxies: asked once for each network, and again when a connection to them fails. A new
 * connection then never waits for a resolver, and another network's answer is never used.
 */
export class NameCache {
  readonly #resolve: ResolveName;
  readonly #answers = new Map<string, Promise<readonly LookupAddress[]>>();

  constructor(resolve: ResolveName = resolveWithSystem) {
    this.#resolve = resolve;
  }

  /** For net.connect. */
  readonly lookup: LookupFunction = (name, options, callback) => {
    void answerLookup(this.#ask(name), options.all === true, callback);
  };

  /**
   * Asks again what is known of a name, as its addresses do not answer.
   *
   * @returns whether there are other addresses now, so that it is worth another try
   */
  async refresh(name: string): Promise<boolean> {
    if (isIP(name) !== 0) return false;
    const before = this.#answers.get(name);
    if (before === undefined) return false;
    this.#answers.delete(name);
    const [old, fresh] = await Promise.all([textOf(before), textOf(this.#ask(name))]);
    return fresh !== '' && fresh !== old;
  }

  /** Forgets what is known of a name: its addresses do not answer. */
  forget(name: string): void {
    this.#answers.delete(name);
  }

  /** Forgets everything: another network may have other answers. */
  clear(): void {
    this.#answers.clear();
  }

  #ask(name: string): Promise<readonly LookupAddress[]> {
    const known = this.#answers.get(name);
    if (known !== undefined) return known;
    const answer = this.#resolve(name);
    this.#answers.set(name, answer);
    // What could not be resolved is asked again the next time.
    answer.catch(() => {
      if (this.#answers.get(name) === answer) this.#answers.delete(name);
    });
    return answer;
  }
}

/** Tells net.connect what has been found: all addresses or the first one, or why there is none. Never rejects. */
export async function answerLookup(
  answer: Promise<readonly LookupAddress[]>,
  wantsAll: boolean,
  callback: Parameters<LookupFunction>[2],
): Promise<void> {
  let addresses: readonly LookupAddress[];
  try {
    addresses = await answer;
  } catch (error) {
    callback(error as NodeJS.ErrnoException, '', 0);
    return;
  }
  const [first] = addresses;
  if (first === undefined) callback(Object.assign(new Error('no address'), { code: 'ENOTFOUND' }), '', 0);
  else if (wantsAll) callback(null, Array.from(addresses));
  else callback(null, first.address, first.family);
}

/** The addresses as text that can be compared; empty when there are none. */
async function textOf(answer: Promise<readonly LookupAddress[]>): Promise<string> {
  try {
    return (await answer).map(({ address }) => address).join(' ');
  } catch {
    // A name without an address: whoever connects is told so by net.connect.
    return '';
  }
}
