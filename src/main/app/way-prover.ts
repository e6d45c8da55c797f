import { hostPortOf } from '../../shared/address-text';
import type { CommandResult } from '../../shared/command';
import type { EngineEvent } from '../../shared/event';
import { isSameAddress } from '../../shared/is-same-host';
import { leadsToLatchkey } from '../../shared/system-proxy';
import type { PageProof, WayProof } from '../../shared/way-proof';
import { done } from './command-result';
import type { InOrder } from './core-parts';
import type { CorePorts } from './core-ports';
import type { ShellBlockCommands } from './shell-block-commands';
import type { StateKeeper } from './state-keeper';
import { within } from './within';

type Finished = EngineEvent & { readonly kind: 'request-finished' };

export interface WayProverOptions {
  readonly ports: Pick<CorePorts, 'pages' | 'systemProxy'>;
  /** The page. */
  readonly url: URL;
  readonly shellBlock: Pick<ShellBlockCommands, 'terminal'>;
  readonly state: Pick<StateKeeper, 'store'>;
  readonly inOrder: InOrder;
  /** How long after a page its request is awaited among those of the local proxy: both end at about once. Default: 2 s. */
  readonly lateMs?: number;
}

const defaultLateMs = 2_000;
/** A page that does not come is no page, be the company proxy ever so slow. */
const pageMs = 30_000;

/**
 * Fetches a page as an app of this Mac would and one as curl in a new terminal, and tells which way each went. The local proxy
 * itself is the witness: a page that came without its seeing it came another way.
 */
export class WayProver {
  readonly #options: WayProverOptions;
  readonly #closing = new AbortController();
  #witness: ((event: Finished) => void) | undefined;
  #running: Promise<CommandResult> | undefined;
  #isWanted = false;

  constructor(options: WayProverOptions) {
    this.#options = options;
  }

  onEngineEvent(event: EngineEvent): void {
    if (event.kind === 'request-finished') this.#witness?.(event);
  }

  /** Fetches both pages, one after the other, and says in the state how far it is; what is under way is waited for. */
  prove(): Promise<CommandResult> {
    this.#isWanted = true;
    this.#running ??= this.#proveBoth().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  /** Ends what is under way. */
  close(): void {
    this.#closing.abort();
  }

  /** Nobody wants to know any more. */
  dismiss(): void {
    this.#isWanted = false;
    this.#options.state.store.update({ wayProof: undefined });
  }

  async #proveBoth(): Promise<CommandResult> {
    const { ports, url, shellBlock, state, inOrder } = this.#options;
    const { pages, systemProxy } = ports;
    // The Mac's settings and the shell's block are as they were asked for by then.
    await inOrder(() => Promise.resolve(done));
    const { curlBy, ...lines } = await shellBlock.terminal();
    let proof: WayProof = { app: { kind: 'running' }, curl: { kind: 'running' }, curlBy };
    const tell = (change: Partial<WayProof>): void => {
      proof = { ...proof, ...change };
      if (this.#isWanted) state.store.update({ wayProof: proof });
    };
    tell({});
    const asApp = pages?.asApp;
    if (!leadsToLatchkey(systemProxy.state())) tell({ app: { kind: 'not-used' } });
    else if (asApp === undefined) tell({ app: { kind: 'untried', why: 'there is no app here' } });
    else tell({ app: await this.#prove((signal) => asApp(url, signal)) });
    const asCurl = pages?.asCurl;
    if (asCurl === undefined) tell({ curl: { kind: 'untried', why: 'there is no curl here' } });
    else tell({ curl: await this.#prove((signal) => asCurl(url, lines, signal)) });
    return { kind: 'way-proof', proof };
  }

  async #prove(fetchPage: (signal: AbortSignal) => Promise<void>): Promise<PageProof> {
    const { url, lateMs = defaultLateMs } = this.#options;
    const target = hostPortOf(url);
    const seen = new Promise<Finished>((resolve) => {
      this.#witness = (event) => {
        const { target: seenAt } = event;
        if (seenAt !== undefined && isSameAddress(seenAt, target)) resolve(event);
      };
    });
    const begun = process.uptime();
    try {
      const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(pageMs)]);
      const hasCome = await fetchPage(signal).then(
        () => true,
        () => false,
      );
      const durationMs = Math.round((process.uptime() - begun) * 1000);
      const witnessed = this.#closing.signal.aborted ? undefined : await within(lateMs, seen);
      if (witnessed === undefined)
        return hasCome ? { kind: 'around' } : { kind: 'failed', problem: undefined };
      const { problem } = witnessed;
      return hasCome && problem === undefined ? { kind: 'through', durationMs } : { kind: 'failed', problem };
    } finally {
      this.#witness = undefined;
    }
  }
}
