import type { AppSettings } from '../../shared/app-settings';
import type { CommandResult } from '../../shared/command';
import { leadsToLatchkey } from '../../shared/system-proxy';
import { cancelled, done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import { isReady, type ReadySettings } from './ready-settings';

/**
 * The two switches: the local proxy, and whether this Mac uses it. Where a method has `mayAsk`, it says whether the user has
 * just clicked, so that macOS may ask for an administrator's password.
 */
export class ProxySwitch {
  readonly #parts: CoreParts;

  constructor(parts: CoreParts) {
    this.#parts = parts;
  }

  async turnOn(): Promise<CommandResult> {
    const { settings, state, keeper } = this.#parts;
    await settings.save((before) => ({ ...before, isOn: true }));
    const { settings: current } = state.state;
    if (!isReady(current)) {
      state.goTo('set-up', true);
      return done;
    }
    if (keeper.engine === undefined) await this.start(current, true);
    return this.outcome();
  }

  async turnOff(): Promise<CommandResult> {
    if (!(await this.stop(true))) return cancelled;
    await this.#parts.settings.save((before) => ({ ...before, isOn: false }));
    return done;
  }

  /** Looks for the company proxies again; where the local proxy could not start, it is tried anew. */
  async checkAgain(): Promise<CommandResult> {
    const { keeper, state, inOrder } = this.#parts;
    const { engine } = keeper;
    if (engine !== undefined) {
      engine.beginEpoch('network-changed');
      return done;
    }
    return state.state.connection.kind === 'failed' ? inOrder(() => this.turnOn()) : done;
  }

  /** What came of a start. */
  outcome(): CommandResult {
    const { connection } = this.#parts.state.state;
    return connection.kind === 'failed' ? failed(connection.problem) : done;
  }

  /** @param onListening called as soon as the local proxy listens, or cannot: the Mac's settings may have to wait for an administrator */
  async start(settings: ReadySettings, mayAsk: boolean, onListening?: () => void): Promise<void> {
    const { ports, keeper, state } = this.#parts;
    state.onAppEvent({ kind: 'switched-on' });
    state.activity.forgetTunnels();
    await keeper.start(settings);
    onListening?.();
    if (settings.usesSystemProxy && keeper.engine !== undefined) {
      await ports.systemProxy.set(true, { mayAsk });
    }
    await state.refreshAccount();
    state.refresh();
  }

  /**
   * Stops the local proxy, unless the Mac's settings, which lead to it, could not be put back: its programs would be cut off.
   *
   * @returns whether it has stopped
   */
  async stop(mayAsk: boolean): Promise<boolean> {
    if (!(await this.putSettingsBack(mayAsk))) return false;
    const { keeper, state } = this.#parts;
    await keeper.stop();
    state.activity.forgetTunnels();
    state.activity.forgetProblems();
    state.onAppEvent({ kind: 'switched-off' });
    state.refresh();
    return true;
  }

  /**
   * The last moment at which macOS may ask for an administrator's password: afterwards there is nobody who would know why.
   *
   * @returns `cancelled`: the user stays
   */
  async quit(): Promise<CommandResult> {
    if (await this.putSettingsBack(true)) return done;
    return (await this.#parts.ports.dialogs.quitAnyway()) ? done : cancelled;
  }

  /** Of what comes of it the state tells, which says what is true of the Mac. */
  async switchSystemProxy(isOn: boolean): Promise<CommandResult> {
    const { ports, keeper, settings } = this.#parts;
    // While Latchkey is off the switch says what will be, unless there still is something to put back.
    if (isOn && keeper.engine === undefined) {
      await settings.save((before) => ({ ...before, usesSystemProxy: true }));
      return done;
    }
    const state = await ports.systemProxy.set(isOn, { mayAsk: true });
    const isCancelled = isOn
      ? state.kind === 'off' || state.kind === 'needs-password'
      : leadsToLatchkey(state);
    await settings.save((before) => ({ ...before, usesSystemProxy: isCancelled ? !isOn : isOn }));
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
    if (settings.usesSystemProxy) await this.#parts.ports.systemProxy.set(true, { mayAsk });
    else await this.putSettingsBack(mayAsk);
  }

  /**
   * Puts this Mac's settings back, and leaves the switch for them as it is.
   *
   * @returns whether none of them leads to the local proxy any more
   */
  async putSettingsBack(mayAsk: boolean): Promise<boolean> {
    const { systemProxy } = this.#parts.ports;
    const wasLed = leadsToLatchkey(systemProxy.state());
    const { kind } = systemProxy.state();
    if (!wasLed && kind !== 'taken-over' && kind !== 'needs-password') return true;
    const state = await systemProxy.set(false, { mayAsk });
    return state.kind === 'off' || (state.kind === 'failed' && !wasLed);
  }
}
