import { formatRule, hostPortOf } from '../../shared/address-text';
import type { AppSettings } from '../../shared/app-settings';
import type { Command, CommandResult } from '../../shared/command';
import { defined } from '../../shared/defined';
import type { PacVerdict } from '../../shared/pac';
import { type HostPort, isSameAccount } from '../../shared/settings';
import { TaskQueue } from '../../shared/task-queue';
import { type Shell, terminalCommands } from '../../shared/terminal-commands';
import { createRouter } from '../routing/router';
import { createRuleFinder, UnknownHostError } from '../server/access-list';
import { resolveWithSystem } from '../upstream/name-cache';
import { done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import { isReady } from './ready-settings';
import { isThisMac } from './is-this-mac';
import type { PasswordReminders } from './password-reminders';
import type { ProxySwitch } from './proxy-switch';
import { resolveIpv4 } from './resolve-ipv4';
import { accessRules } from './to-engine-settings';

export interface SettingsCommandsOptions extends CoreParts {
  readonly proxySwitch: ProxySwitch;
  readonly reminders: PasswordReminders;
}

type Patch = (Command & { readonly kind: 'change-settings' })['patch'];

/** Changes of the settings, by the user or by hand, and what follows from them; and what can be asked of them. */
export class SettingsCommands {
  readonly #options: SettingsCommandsOptions;
  /** One after the other: what the first has found refused the second does not send. */
  readonly #reconsiderations = new TaskQueue();

  constructor(options: SettingsCommandsOptions) {
    this.#options = options;
  }

  changeWith(patch: Patch): Promise<CommandResult> {
    // A field that is not there changes nothing.
    return this.change((settings) => ({ ...settings, ...defined(patch) }));
  }

  /** Applies a change to what runs, then saves it. What is wrong with it changes nothing. */
  async change(change: (settings: AppSettings) => AppSettings): Promise<CommandResult> {
    const { ports, settings, keeper } = this.#options;
    const before = settings.current;
    const next = change(before);
    const elsewhere = ports.settings.whyNot?.(before, next);
    if (elsewhere !== undefined) return failed(elsewhere);
    const own = next.upstreams.find(({ host, port }) => port === next.port && isThisMac(host));
    if (own !== undefined) return failed({ kind: 'upstream-is-latchkey', upstream: own });
    if (isReady(next)) {
      const problem = await keeper.apply(next);
      if (problem !== undefined) return failed(problem);
    }
    await settings.save(change);
    await this.settle(before, true);
    return done;
  }

  /** Somebody has edited the file. */
  async takeHandEdit(): Promise<CommandResult> {
    const { state, keeper } = this.#options;
    const before = state.state.settings;
    const settings = this.#options.settings.current;
    state.takeSettings(settings);
    let problem;
    if (isReady(settings) && isSameAccount(settings.account, before.account)) {
      problem = await keeper.apply(settings);
      if (problem !== undefined) state.addNotice(problem);
    }
    await this.settle(before, false);
    return problem === undefined ? done : failed(problem);
  }

  /** Reads the settings again, at once. */
  async reload(): Promise<CommandResult> {
    const { inOrder, keeper } = this.#options;
    const result = await inOrder(() => this.#readAgain());
    if (result.kind !== 'done') return result;
    // Other changes, and the end, need not wait for a company proxy that says nothing.
    const rejected = await this.#reconsiderations.run(() => keeper.reconsider());
    return { kind: 'reloaded', rejected };
  }

  async #readAgain(): Promise<CommandResult> {
    const problem = await this.#options.ports.settings.reload();
    if (problem !== undefined) return failed(problem);
    return this.takeHandEdit();
  }

  /** Brings everything in line with the settings. `mayAsk` as in ProxySwitch. */
  async settle(before: AppSettings, mayAsk: boolean): Promise<void> {
    const { keeper, state, proxySwitch, reminders } = this.#options;
    const settings = this.#options.settings.current;
    const { engine } = keeper;
    const isOtherAccount = !isSameAccount(settings.account, before.account);
    const isFailed = state.state.connection.kind === 'failed';
    if (!isReady(settings)) {
      if (engine !== undefined) await proxySwitch.stop(mayAsk);
      state.onAppEvent({ kind: 'forgotten' });
    } else {
      state.onAppEvent({ kind: 'set-up' });
      if (!settings.isOn && (engine !== undefined || isFailed)) await proxySwitch.stop(mayAsk);
      else if (settings.isOn && (engine === undefined || isOtherAccount))
        await proxySwitch.start(settings, mayAsk);
      else if (settings.isOn) await proxySwitch.settleSystemProxy(before, settings, mayAsk);
    }
    if (
      isOtherAccount ||
      settings.maxPasswordAgeDays !== before.maxPasswordAgeDays ||
      settings.remindDays !== before.remindDays
    ) {
      reminders.begin();
    }
    await state.refreshAccount();
    state.refresh();
  }

  /** @param askPac what the PAC says to a URL; undefined where there is none */
  run(
    command: Command & { readonly kind: 'try-address' | 'try-client' },
    askPac: (url: string) => Promise<PacVerdict | undefined>,
  ): Promise<CommandResult> {
    return command.kind === 'try-address'
      ? this.#tryAddress(command.address, askPac)
      : this.#tryClient(command.address);
  }

  /**
   * What the no-proxy rules say to a URL, `host:port`, or a host, which is taken for that of a page, and else the PAC.
   */
  async #tryAddress(
    address: string,
    askPac: (url: string) => Promise<PacVerdict | undefined>,
  ): Promise<CommandResult> {
    const { ports, settings } = this.#options;
    const resolve = ports.resolver?.resolve ?? resolveWithSystem;
    const route = await createRouter(settings.current, resolve)(targetOf(address));
    if (route.kind === 'direct') return { kind: 'address', route: 'direct', rule: route.rule };
    const url = urlOf(address);
    const pac = url === undefined ? undefined : await askPac(url.href);
    const isDirect =
      pac?.kind === 'ways'
        ? pac.ways[0]?.kind === 'direct'
        : pac?.kind === 'failed' && settings.current.pacFallback === 'direct';
    return {
      kind: 'address',
      route: isDirect ? 'direct' : 'upstream',
      rule: undefined,
      ...(pac === undefined ? {} : { pac }),
    };
  }

  /** Whether a machine with this address may connect, as far as the access rules say. */
  async #tryClient(address: string): Promise<CommandResult> {
    const rules = accessRules(this.#options.settings.current);
    try {
      const rule = (await createRuleFinder(rules, resolveIpv4))(address);
      const isAllowed = rule?.action !== 'deny';
      return { kind: 'client', isAllowed, rule: rule === undefined ? undefined : formatRule(rule) };
    } catch (error) {
      if (error instanceof UnknownHostError) return failed({ kind: 'unknown-host', host: error.host });
      throw error;
    }
  }

  terminalCommands(shell: Shell | undefined): string {
    const { ports, settings } = this.#options;
    const { port, noProxy } = settings.current;
    return terminalCommands({ shell: shell ?? ports.shell, address: { host: '127.0.0.1', port }, noProxy });
  }

  setOpenAtLogin(isOn: boolean): CommandResult {
    const { ports, state } = this.#options;
    const { loginItem } = ports;
    loginItem.set(isOn);
    // The system refuses without a word: what it says now is what counts.
    const openAtLogin = loginItem.state();
    state.store.update({ openAtLogin });
    return isOn && openAtLogin !== 'on' ? failed({ kind: 'login-item-refused' }) : done;
  }
}

/** What a user types: a URL, `host:port`, or the name of a page's host. */
function urlOf(address: string): URL | undefined {
  const text = address.trim();
  const url = URL.canParse(text) && text.includes('://') ? text : `https://${text}`;
  return URL.canParse(url) ? new URL(url) : undefined;
}

/** Host and port of what a user types. */
function targetOf(address: string): HostPort {
  const url = urlOf(address);
  return url === undefined ? { host: address.trim(), port: 443 } : hostPortOf(url);
}
