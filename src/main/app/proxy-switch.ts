import type { AppSettings } from '../../shared/app-settings';
import type { CommandResult } from '../../shared/command';
import { leadsToLatchkey } from '../../shared/system-proxy';
import { cancelled, done, failed } from './command-result';
import type { CorePorts } from './core-ports';
import type { EngineKeeper } from './engine-keeper';
import { isReady, type ReadySettings } from './ready-settings';
import type { SettingsKeeper } from './settings-keeper';
import type { StateKeeper } from './state-keeper';

export interface ProxySwitchOptions {
  readonly ports: CorePorts;
  readonly keeper: EngineKeeper;
  readonly settings: SettingsKeeper;
  readonly state: StateKeeper;
}

/**
 * The two switches: the local proxy, and whether this Mac uses it. Where a method has `mayAsk`, it says whether the user has
 * just clicked, so that macOS may ask for an administrator's password.
 */
export class ProxySwitch {
  readonly #ports: CorePorts;
  readonly #keeper: EngineKeeper;
  readonly #settings: SettingsKeeper;
  readonly #state: StateKeeper;

  constructor({ ports, keeper, settings, state }: ProxySwitchOptions) {
    this.#ports = ports;
    this.#keeper = keeper;
    this.#settings = settings;
    this.#state = state;
  }

  async turnOn(): Promise<CommandResult> {
    await this.#settings.save((settings) => ({ ...settings, isOn: true }));
    const { settings } = this.#state.state;
    if (!isReady(settings)) {
      this.#state.goTo('set-up', true);
      return done;
    }
    if (this.#keeper.engine === undefined) await this.start(settings, true);
    return this.outcome();
  }

  async turnOff(): Promise<CommandResult> {
    if (!(await this.stop(true))) return cancelled;
    await this.#settings.save((settings) => ({ ...settings, isOn: false }));
    return done;
  }

  /** Looks for the company proxies again; where the local proxy could not start, it is tried anew. */
  async checkAgain(
    inOrder: (task: () => Promise<CommandResult>) => Promise<CommandResult>,
  ): Promise<CommandResult> {
    const { engine } = this.#keeper;
    if (engine !== undefined) {
      engine.beginEpoch('network-changed');
      return done;
    }
    return this.#state.state.connection.kind === 'failed' ? inOrder(() => this.turnOn()) : done;
  }

  /** What came of a start. */
  outcome(): CommandResult {
    const { connection } = this.#state.state;
    return connection.kind === 'failed' ? failed(connection.problem) : done;
  }

  /** @param onListening called as soon as the local proxy listens, or cannot: the Mac's settings may have to wait for an administrator */
  async start(settings: ReadySettings, mayAsk: boolean, onListening?: () => void): Promise<void> {
    this.#state.onAppEvent({ kind: 'switched-on' });
    this.#state.activity.forgetTunnels();
    await this.#keeper.start(settings);
    onListening?.();
    if (settings.usesSystemProxy && this.#keeper.engine !== undefined) {
      await this.#ports.systemProxy.set(true, { mayAsk });
    }
    await this.#state.refreshAccount();
    this.#state.refresh();
  }

  /**
   * Stops the local proxy, unless the Mac's settings, which lead to it, could not be put back: its programs would be cut off.
   *
   * @returns whether it has stopped
   */
  async stop(mayAsk: boolean): Promise<boolean> {
    if (!(await this.putSettingsBack(mayAsk))) return false;
    await this.#keeper.stop();
    this.#state.activity.forgetTunnels();
    this.#state.activity.forgetProblems();
    this.#state.onAppEvent({ kind: 'switched-off' });
    this.#state.refresh();
    return true;
  }

  /**
   * The last moment at which macOS may ask for an administrator's password: afterwards there is nobody who would know why.
   *
   * @returns `cancelled`: the user stays
   */
  async quit(): Promise<CommandResult> {
    if (await this.putSettingsBack(true)) return done;
    return (await this.#ports.dialogs.quitAnyway()) ? done : cancelled;
  }

  /** Of what comes of it the state tells, which says what is true of the Mac. */
  async switchSystemProxy(isOn: boolean): Promise<CommandResult> {
    const { systemProxy } = this.#ports;
    // While Latchkey is off the switch says what will be, unless there still is something to put back.
    if (isOn && this.#keeper.engine === undefined) {
      await this.#settings.save((settings) => ({ ...settings, usesSystemProxy: true }));
      return done;
    }
    const state = await systemProxy.set(isOn, { mayAsk: true });
    const isCancelled = isOn
      ? state.kind === 'off' || state.kind === 'needs-password'
      : leadsToLatchkey(state);
    await this.#settings.save((settings) => ({ ...settings, usesSystemProxy: isCancelled ? !isOn : isOn }));
    return isCancelled ? cancelled : done;
  }

  /** After a change of the settings while the local proxy runs. */
  async settleSystemProxy(before: AppSettings, settings: AppSettings, mayAsk: boolean): Promise<void> {
    const isSame =
      settings.usesSystemProxy === before.usesSystemProxy &&
      settings.port === before.port &&
      settings.systemProxyMode === before.systemProxyMode &&
      settings.bypassesLocalNetworks === before.bypassesLocalNetworks &&
      settings.bypassesNoProxy === before.bypassesNoProxy &&
      (!settings.bypassesNoProxy || settings.noProxy.join() === before.noProxy.join());
    if (isSame) return;
    if (settings.usesSystemProxy) await this.#ports.systemProxy.set(true, { mayAsk });
    else await this.putSettingsBack(mayAsk);
  }

  /**
   * Puts this Mac's settings back, and leaves the switch for them as it is.
   *
   * @returns whether none of them leads to the local proxy any more
   */
  async putSettingsBack(mayAsk: boolean): Promise<boolean> {
    const { systemProxy } = this.#ports;
    const wasLed = leadsToLatchkey(systemProxy.state());
    const { kind } = systemProxy.state();
    if (!wasLed && kind !== 'taken-over' && kind !== 'needs-password') return true;
    const state = await systemProxy.set(false, { mayAsk });
    return state.kind === 'off' || (state.kind === 'failed' && !wasLed);
  }
}
