import type { AppSettings, SettingsPatch } from '../../shared/app-settings';
import { formatRule } from '../../shared/address-text';
import type { Command, CommandResult } from '../../shared/command';
import type { PacVerdict } from '../../shared/pac';
import { type HostPort, isSameAccount } from '../../shared/settings';
import { TaskQueue } from '../../shared/task-queue';
import { type Shell, terminalCommands } from '../../shared/terminal-commands';
import { createRouter } from '../routing/router';
import { createRuleFinder, UnknownHostError } from '../server/access-list';
import { resolveWithSystem } from '../upstream/name-cache';
import { done, failed } from './command-result';
import type { CorePorts } from './core-ports';
import type { EngineKeeper } from './engine-keeper';
import { isReady } from './ready-settings';
import { isThisMac } from './is-this-mac';
import type { PasswordReminders } from './password-reminders';
import type { ProxySwitch } from './proxy-switch';
import { resolveIpv4 } from './resolve-ipv4';
import type { SettingsKeeper } from './settings-keeper';
import type { StateKeeper } from './state-keeper';
import { accessRules } from './to-engine-settings';

export interface SettingsCommandsOptions {
  readonly ports: CorePorts;
  readonly keeper: EngineKeeper;
  readonly settings: SettingsKeeper;
  readonly state: StateKeeper;
  readonly proxySwitch: ProxySwitch;
  readonly reminders: PasswordReminders;
  /** One change after the other. */
  readonly inOrder: (task: () => Promise<CommandResult>) => Promise<CommandResult>;
}

type Patch = (Command & { readonly kind: 'change-settings' })['patch'];

/** Changes of the settings, by the user or by hand, and what follows from them; and what can be asked of them. */
export class SettingsCommands {
  readonly #ports: CorePorts;
  readonly #keeper: EngineKeeper;
  readonly #settings: SettingsKeeper;
  readonly #state: StateKeeper;
  readonly #switch: ProxySwitch;
  readonly #reminders: PasswordReminders;
  readonly #inOrder: SettingsCommandsOptions['inOrder'];
  /** One after the other: what the first has found refused the second does not send. */
  readonly #reconsiderations = new TaskQueue();

  constructor(options: SettingsCommandsOptions) {
    const { ports, keeper, settings, state, proxySwitch, reminders, inOrder } = options;
    this.#ports = ports;
    this.#keeper = keeper;
    this.#settings = settings;
    this.#state = state;
    this.#switch = proxySwitch;
    this.#reminders = reminders;
    this.#inOrder = inOrder;
  }

  changeWith(patch: Patch): Promise<CommandResult> {
    return this.change((settings) => withPatch(settings, patch));
  }

  /** Applies a change to what runs, then saves it. What is wrong with it changes nothing. */
  async change(change: (settings: AppSettings) => AppSettings): Promise<CommandResult> {
    const before = this.#settings.current;
    const next = change(before);
    const elsewhere = this.#ports.settings.whyNot?.(before, next);
    if (elsewhere !== undefined) return failed(elsewhere);
    const own = next.upstreams.find(({ host, port }) => port === next.port && isThisMac(host));
    if (own !== undefined) return failed({ kind: 'upstream-is-latchkey', upstream: own });
    if (isReady(next)) {
      const problem = await this.#keeper.apply(next);
      if (problem !== undefined) return failed(problem);
    }
    await this.#settings.save(change);
    await this.settle(before, true);
    return done;
  }

  /** Somebody has edited the file. */
  async takeHandEdit(): Promise<CommandResult> {
    const before = this.#state.state.settings;
    const settings = this.#settings.current;
    this.#state.takeSettings(settings);
    let problem;
    if (isReady(settings) && isSameAccount(settings.account, before.account)) {
      problem = await this.#keeper.apply(settings);
      if (problem !== undefined) this.#state.addNotice(problem);
    }
    await this.settle(before, false);
    return problem === undefined ? done : failed(problem);
  }

  /** Reads the settings again, at once. */
  async reload(): Promise<CommandResult> {
    const result = await this.#inOrder(() => this.#readAgain());
    if (result.kind !== 'done') return result;
    // Other changes, and the end, need not wait for a company proxy that says nothing.
    const rejected = await this.#reconsiderations.run(() => this.#keeper.reconsider());
    return { kind: 'reloaded', rejected };
  }

  async #readAgain(): Promise<CommandResult> {
    const problem = await this.#ports.settings.reload();
    if (problem !== undefined) return failed(problem);
    return this.takeHandEdit();
  }

  /** Brings everything in line with the settings. `mayAsk` as in ProxySwitch. */
  async settle(before: AppSettings, mayAsk: boolean): Promise<void> {
    const settings = this.#settings.current;
    const { engine } = this.#keeper;
    const isOtherAccount = !isSameAccount(settings.account, before.account);
    const isFailed = this.#state.state.connection.kind === 'failed';
    if (!isReady(settings)) {
      if (engine !== undefined) await this.#switch.stop(mayAsk);
      this.#state.onAppEvent({ kind: 'forgotten' });
    } else {
      this.#state.onAppEvent({ kind: 'set-up' });
      if (!settings.isOn && (engine !== undefined || isFailed)) await this.#switch.stop(mayAsk);
      else if (settings.isOn && (engine === undefined || isOtherAccount))
        await this.#switch.start(settings, mayAsk);
      else if (settings.isOn) await this.#switch.settleSystemProxy(before, settings, mayAsk);
    }
    if (
      isOtherAccount ||
      settings.maxPasswordAgeDays !== before.maxPasswordAgeDays ||
      settings.remindDays !== before.remindDays
    ) {
      this.#reminders.begin();
    }
    await this.#state.refreshAccount();
    this.#state.refresh();
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
    const resolve = this.#ports.resolver?.resolve ?? resolveWithSystem;
    const route = await createRouter(this.#settings.current, resolve)(targetOf(address));
    if (route.kind === 'direct') return { kind: 'address', route: 'direct', rule: route.rule };
    const url = urlOf(address);
    const pac = url === undefined ? undefined : await askPac(url.href);
    const isDirect =
      pac?.kind === 'ways'
        ? pac.ways[0]?.kind === 'direct'
        : pac?.kind === 'failed' && this.#settings.current.pacFallback === 'direct';
    return {
      kind: 'address',
      route: isDirect ? 'direct' : 'upstream',
      rule: undefined,
      ...(pac === undefined ? {} : { pac }),
    };
  }

  /** Whether a machine with this address may connect, as far as the access rules say. */
  async #tryClient(address: string): Promise<CommandResult> {
    const rules = accessRules(this.#settings.current);
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
    const { port, noProxy } = this.#settings.current;
    return terminalCommands({
      shell: shell ?? this.#ports.shell,
      address: { host: '127.0.0.1', port },
      noProxy,
    });
  }

  setOpenAtLogin(isOn: boolean): CommandResult {
    const { loginItem } = this.#ports;
    loginItem.set(isOn);
    // The system refuses without a word: what it says now is what counts.
    const openAtLogin = loginItem.state();
    this.#state.store.update({ openAtLogin });
    return isOn && openAtLogin !== 'on' ? failed({ kind: 'login-item-refused' }) : done;
  }
}

/** A field that is not there changes nothing. */
function withPatch(settings: AppSettings, patch: Patch): AppSettings {
  const given = Object.entries(patch).filter(([, value]) => value !== undefined);
  return { ...settings, ...(Object.fromEntries(given) as SettingsPatch) };
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
  if (url === undefined) return { host: address.trim(), port: 443 };
  const { hostname, port, protocol } = url;
  const usualPort = protocol === 'http:' ? 80 : 443;
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? usualPort : Number(port) };
}
