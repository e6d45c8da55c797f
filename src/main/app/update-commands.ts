import type { Command, CommandResult } from '../../shared/command';
import type { UpdateProblem } from '../../shared/updates';
import type { Updates } from '../platform/app-ports';
import { done, failed } from './command-result';
import type { InOrder } from './core-parts';
import type { CorePorts } from './core-ports';
import type { EngineKeeper } from './engine-keeper';
import type { ProxySwitch } from './proxy-switch';
import type { StateKeeper } from './state-keeper';

export interface UpdateCommandsOptions {
  readonly ports: Pick<CorePorts, 'updates' | 'settings' | 'battery' | 'version'>;
  readonly keeper: Pick<EngineKeeper, 'engine'>;
  readonly state: Pick<StateKeeper, 'state' | 'store' | 'addNotice'>;
  readonly proxySwitch: Pick<ProxySwitch, 'putSettingsBack'>;
  readonly inOrder: InOrder;
  /** Wall clock, milliseconds since 1970. */
  readonly nowMs: () => number;
  /** From 0 to 1. Default: of this machine. */
  readonly random?: () => number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
/** Not at the start, when everybody wants something of the company proxy; and not all Macs of a company in one minute. */
const firstMs = 10 * minuteMs;
const firstJitterMs = 50 * minuteMs;
const everyMs = 24 * hourMs;
const jitterMs = 2 * hourMs;
/** How often it is looked whether it is time: the clock of a Mac that sleeps goes on, a timer does not. */
const lookEveryMs = 5 * minuteMs;
/** Nothing was carried for so long: it is quiet. */
const quietMs = 5_000;
const sampleMs = 1_000;

/** The update of the app: looked for once a day and when it is asked for, installed when the user wants it. */
export class UpdateCommands {
  readonly #options: UpdateCommandsOptions;
  readonly #updates: Updates | undefined;
  readonly #random: () => number;
  #unsubscribe: (() => void) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueMs = Number.POSITIVE_INFINITY;
  #quietTimer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(options: UpdateCommandsOptions) {
    this.#options = options;
    this.#updates = options.ports.updates;
    this.#random = options.random ?? Math.random;
  }

  begin(): void {
    const updates = this.#updates;
    if (updates === undefined) return;
    this.#unsubscribe = updates.subscribe(() => this.#tell());
    const { nowMs } = this.#options;
    const { lookedAtMs = Number.NEGATIVE_INFINITY } = updates.state();
    this.#dueMs = Math.max(
      nowMs() + firstMs + this.#random() * firstJitterMs,
      // One from the future is of a clock that was wrong.
      Math.min(lookedAtMs, nowMs()) + everyMs + this.#random() * jitterMs,
    );
    this.#timer = setInterval(() => void this.#lookIfDue(updates), lookEveryMs).unref();
  }

  async run(
    command: Command & { readonly kind: 'check-for-updates' | 'install-update' },
  ): Promise<CommandResult> {
    const updates = this.#updates;
    if (updates === undefined) return failed({ kind: 'updates-unsupported' });
    const { by, contact, names } = this.#options.state.state.managed;
    if (names.includes('checksForUpdates') && !this.#isDaily)
      return failed({ kind: 'setting-managed', name: 'checksForUpdates', by, contact });
    if (command.kind === 'check-for-updates') {
      await this.#look(updates);
      const { step } = updates.state();
      return step.kind === 'failed' ? failed(step.problem) : done;
    }
    if (command.when === 'never') {
      this.#wait(undefined);
      return done;
    }
    const { step } = updates.state();
    if (step.kind !== 'ready')
      return failed({ kind: 'not-a-latchkey-task', detail: 'no update is ready to be installed' });
    if (command.when === 'now') {
      const result = await this.#putSettingsBack(updates, true);
      this.#isDue = result.kind === 'done';
      return result;
    }
    this.#wait(updates);
    return done;
  }

  /** Whoever has asked for it gets the answer first: what is to be installed now begins with the end of Latchkey. */
  endIfDue(): void {
    if (!this.#isDue) return;
    this.#isDue = false;
    this.#updates?.install();
  }

  /** Looks no more, and waits for nothing. */
  close(): void {
    this.#unsubscribe?.();
    clearInterval(this.#timer);
    this.#stopWaiting();
  }

  get #isDaily(): boolean {
    return this.#options.ports.settings.settings().checksForUpdates;
  }

  async #lookIfDue(updates: Updates): Promise<void> {
    const { nowMs, ports } = this.#options;
    if (nowMs() < this.#dueMs || !this.#isDaily || ports.battery.isOn()) return;
    await this.#look(updates);
  }

  async #look(updates: Updates): Promise<void> {
    this.#dueMs = this.#options.nowMs() + everyMs + this.#random() * jitterMs;
    await updates.look(this.#options.keeper.engine?.addresses[0]?.port);
  }

  #tell(): void {
    const updates = this.#updates;
    if (updates === undefined) return;
    const state = updates.state();
    if (state.step.kind !== 'ready') this.#stopWaiting();
    this.#options.state.store.update({
      updates: { ...state, waitsForQuiet: this.#quietTimer !== undefined },
    });
  }

  #stopWaiting(): void {
    clearInterval(this.#quietTimer);
    this.#quietTimer = undefined;
  }

  /** Installs it once nothing is carried; undefined: waits no more. */
  #wait(updates: Updates | undefined): void {
    this.#stopWaiting();
    if (updates !== undefined) {
      let last = this.#carried();
      let quietForMs = 0;
      this.#quietTimer = setInterval(() => {
        const carried = this.#carried();
        quietForMs = carried === last ? quietForMs + sampleMs : 0;
        last = carried;
        // With the local proxy off there is nobody to be waited for.
        if (quietForMs < quietMs && carried !== undefined) return;
        this.#wait(undefined);
        void this.#installUnseen(updates);
      }, sampleMs).unref();
    }
    this.#tell();
  }

  /** Bytes in both directions since some moment; undefined while the local proxy is off. */
  #carried(): number | undefined {
    const traffic = this.#options.keeper.engine?.traffic();
    return traffic === undefined ? undefined : traffic.down + traffic.up;
  }

  /** The user may have gone: macOS asks him nothing, and what fails stands in the panel. */
  async #installUnseen(updates: Updates): Promise<void> {
    const result = await this.#putSettingsBack(updates, false);
    if (result.kind === 'failed') this.#options.state.addNotice(result.problem);
    else updates.install();
  }

  /** The last thing that may fail. @param mayAsk whether the user has just clicked, so that macOS may ask for an administrator's password */
  #putSettingsBack(updates: Updates, mayAsk: boolean): Promise<CommandResult> {
    return this.#options.inOrder(async () => {
      const { step } = updates.state();
      if (step.kind !== 'ready') return done;
      if (!(await this.#options.proxySwitch.putSettingsBack(mayAsk))) {
        const problem: UpdateProblem = {
          kind: 'update-failed',
          why: 'settings-not-back',
          version: step.version,
          detail: '',
        };
        return failed(problem);
      }
      return done;
    });
  }
}
