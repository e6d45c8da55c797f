import type { SystemProxyNote, SystemProxyState } from '../../../shared/system-proxy';
import { runAsAdministrator } from '../macos/administrator-dialog';
import type { MacCommand } from '../macos/run-mac-command';
import { Networksetup, NetworksetupError, type NetworkService } from './networksetup';
import { isReached, type ServiceProxies, type ServiceRecord } from './service-proxies';

export interface NetworkServicesOptions {
  readonly networksetup: MacCommand;
  /** Its time-out is that of the person who is asked. */
  readonly osascript: MacCommand;
  /** Told before and after each command. */
  readonly onStep?: (step: string) => void;
}

/** What a piece of work on the Mac's proxy settings may do, and what it has to tell. */
export interface ProxyWork {
  /** Whether an administrator's password may be asked for. */
  readonly mayAsk: boolean;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  /** Ends the question for the password alone, as if it were cancelled. */
  readonly question?: AbortSignal;
  readonly notes: SystemProxyNote[];
  /** What was so before: who cancels the question for the password leaves it as it was. */
  readonly before: SystemProxyState;
}

/** What is to become of a service. */
export interface ServicePlan {
  readonly record: ServiceRecord;
  readonly goal: ServiceProxies;
  readonly commands: readonly (readonly string[])[];
}

/** A service that is not as it should be, and what it is like; undefined when that cannot be had. */
export interface WrongService {
  readonly record: ServiceRecord;
  readonly current: ServiceProxies | undefined;
}

/** What has become of plans. */
export type PlanOutcome =
  /** @param failures what networksetup said of the services that it did not change */
  | { readonly kind: 'done'; readonly failures: ReadonlyMap<string, string> }
  | { readonly kind: 'no-rights' }
  | { readonly kind: 'cancelled' };

/** Said of a service where networksetup itself has said nothing. */
export const notKept = 'they do not stay as they are set';

/** The network services of this Mac: reads their proxy settings, and carries out what is planned for them. */
export class NetworkServices {
  readonly #options: NetworkServicesOptions;
  readonly #networksetup: Networksetup;

  constructor(options: NetworkServicesOptions) {
    this.#options = options;
    this.#networksetup = new Networksetup(options.networksetup);
  }

  /** All services in their order, those that are disabled as well. @throws NetworksetupError */
  list({ signal }: ProxyWork): Promise<NetworkService[]> {
    return this.#networksetup.services(signal);
  }

  /** The settings of a service; undefined with a note when they cannot be had. @throws NetworksetupError missing */
  async read(name: string, { signal, notes }: ProxyWork): Promise<ServiceProxies | undefined> {
    try {
      return await this.#networksetup.proxies(name, signal);
    } catch (error) {
      if (!(error instanceof NetworksetupError) || error.code === 'missing') throw error;
      notes.push({ kind: 'service-refused', service: name, detail: error.message });
      return undefined;
    }
  }

  /** Reads back. Returns the services that are not as they should be, with a note for each. */
  async verify(
    plans: readonly ServicePlan[],
    failures: ReadonlyMap<string, string>,
    work: ProxyWork,
  ): Promise<WrongService[]> {
    const wrong: WrongService[] = [];
    for (const { record, goal, commands } of plans) {
      if (commands.length === 0) continue;
      const current = await this.read(record.name, { ...work, notes: [] });
      if (current !== undefined && isReached(current, goal)) continue;
      wrong.push({ record, current });
      const detail = failures.get(record.name) ?? notKept;
      work.notes.push({ kind: 'service-refused', service: record.name, detail });
    }
    return wrong;
  }

  /**
   * Runs the commands of all plans. A service that refuses one is left out from then on; when macOS wants an administrator,
   * what is left goes through one dialog.
   */
  async carryOut(plans: readonly ServicePlan[], prompt: string, work: ProxyWork): Promise<PlanOutcome> {
    const failures = new Map<string, string>();
    const queue = plans.flatMap(({ record, commands }) =>
      commands.map((args) => ({ name: record.name, args })),
    );
    for (const [index, { name, args }] of queue.entries()) {
      if (failures.has(name)) continue;
      this.#options.onStep?.(`before ${args.join(' ')}`);
      try {
        await this.#networksetup.run(args, work.signal);
      } catch (error) {
        if (!(error instanceof NetworksetupError) || error.code === 'missing') throw error;
        if (error.code === 'no-rights') {
          const rest = queue.slice(index).filter((each) => !failures.has(each.name));
          return this.#ask(
            rest.map((each) => each.args),
            prompt,
            failures,
            work,
          );
        }
        failures.set(name, error.message);
      }
      this.#options.onStep?.(`after ${args.join(' ')}`);
    }
    return { kind: 'done', failures };
  }

  async #ask(
    commands: readonly (readonly string[])[],
    prompt: string,
    failures: Map<string, string>,
    { mayAsk, signal, question }: ProxyWork,
  ): Promise<PlanOutcome> {
    if (!mayAsk) return { kind: 'no-rights' };
    const { osascript, networksetup } = this.#options;
    const batch = commands.map((args) => [networksetup.file, ...args]);
    const asking = question === undefined ? signal : AbortSignal.any([signal, question]);
    const answer = await runAsAdministrator(osascript, batch, prompt, asking);
    if (answer.kind === 'cancelled' || (answer.kind === 'failed' && question?.aborted === true))
      return { kind: 'cancelled' };
    if (answer.kind === 'failed') {
      for (const [, name = ''] of commands) failures.set(name, answer.detail);
    }
    return { kind: 'done', failures };
  }
}
