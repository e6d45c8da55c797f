import type { CredentialMemory, CredentialOutcome } from '../main/platform/credential-memory';
import { KeychainError } from '../main/platform/keychain-error';
import type { Keychain } from '../main/platform/ports';
import { type Engine, OwnAddressError } from '../main/server/engine';
import { UnknownHostError } from '../main/server/access-list';
import type { Credential } from '../main/upstream/credential';
import { type CalendarDay, localDay } from '../shared/calendar-day';
import type { CredentialCheck } from '../shared/engine-state';
import { passwordAge } from '../shared/password-age';
import { formatAccount, formatHostPort } from '../shared/settings';
import { TaskQueue } from '../shared/task-queue';
import { CliError, messageOf } from './cli-error';
import type { ControlAnswer, ControlCommand } from './control-command';
import type { LoadedConfig } from './load-config';
import { clientAddress, type SystemProxySwitch } from './system-proxy-switch';
import type { Terminal } from './terminal';

export interface SessionOptions {
  readonly engine: Engine;
  readonly memory: CredentialMemory;
  readonly keychain: Keychain;
  /** What the engine was started with. */
  readonly config: LoadedConfig;
  /** Reads the configuration again. @throws CliError with what is wrong in it */
  readonly load: () => Promise<LoadedConfig>;
  /** The maximum age of the password in days, if the user has said one. */
  readonly maxPasswordAgeDays: number | undefined;
  /** The Mac's proxy settings, where there are any. */
  readonly systemProxy?: SystemProxySwitch | undefined;
  readonly terminal: Terminal;
}

/** What can be asked of a running engine: the commands of the control socket, and reading the configuration again. */
export class Session {
  readonly #options: SessionOptions;
  /** What the engine was started with, or was last told. */
  #config: LoadedConfig;
  /** What is in use, in each reading of it that is possible. */
  #current: readonly Credential[];
  /** What may change the credential in use happens one after the other. */
  readonly #tasks = new TaskQueue();

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#config = options.config;
    this.#current = options.config.credentials;
  }

  /** Writes down what became of a credential. */
  rememberOutcome(credential: Credential, outcome: CredentialOutcome): Promise<void> {
    return this.#config.rememberOutcome(credential, outcome);
  }

  /** Never rejects for what can be expected to go wrong: that is an answer, too. */
  async handle(command: ControlCommand, clientLeft?: AbortSignal): Promise<ControlAnswer> {
    const { engine } = this.#options;
    switch (command.kind) {
      case 'status':
        return this.#status();
      case 'credential-set':
        return this.#tasks.run(() => this.#setCredential(command, clientLeft));
      case 'credential-retry':
        return this.#checked(await engine.retryCredential({ url: urlOf(command), signal: clientLeft }));
      case 'credential-pause':
        engine.pause();
        return {
          kind: 'done',
          note: 'no sign-in is made until there is a new password, or `latchkey credential resume`',
        };
      case 'credential-resume':
        engine.resume();
        return { kind: 'done' };
      case 'system-proxy':
        return this.#systemProxy(command);
      case 'reload':
        return this.reload();
    }
  }

  async #systemProxy({
    action,
    mode,
    isLocalDirect,
  }: ControlCommand & { readonly kind: 'system-proxy' }): Promise<ControlAnswer> {
    const { systemProxy, engine } = this.#options;
    if (systemProxy === undefined) return { kind: 'failed', message: 'this system has no such setting' };
    switch (action) {
      case 'on':
        return {
          kind: 'system-proxy',
          state: await systemProxy.turnOn(clientAddress(engine.addresses), { mode, isLocalDirect }),
        };
      case 'off':
        return { kind: 'system-proxy', state: await systemProxy.turnOff() };
      case 'status':
        return { kind: 'system-proxy', state: systemProxy.state() };
    }
  }

  /** Reads the configuration again and applies what has changed, one after the other. Mistakes in it change nothing. */
  reload(): Promise<ControlAnswer> {
    return this.#tasks.run(() => this.#reload());
  }

  async #status(): Promise<ControlAnswer> {
    const { engine, memory, maxPasswordAgeDays } = this.#options;
    const state = engine.state();
    const day = localDay(Date.now());
    const today = await memory.logonsOn(state.account, day);
    const setOn = await memory.passwordSetOn(state.account);
    if (setOn === undefined || maxPasswordAgeDays === undefined) return { kind: 'status', state, today };
    const age = passwordAge({ setOn, maxAgeDays: maxPasswordAgeDays, today: day });
    return { kind: 'status', state, today, password: { setOn, ...age } };
  }

  async #setCredential(
    command: ControlCommand & { readonly kind: 'credential-set' },
    clientLeft: AbortSignal | undefined,
  ): Promise<ControlAnswer> {
    const { engine, memory } = this.#options;
    const { account } = engine.state();
    const name = formatAccount(account);
    if (formatAccount(command.account).toUpperCase() !== name.toUpperCase()) {
      return {
        kind: 'failed',
        message: `this Latchkey signs in as ${name}, not as ${formatAccount(command.account)}`,
      };
    }
    const credential = { account, ntowfv2: Buffer.from(command.ntowfv2, 'hex') };
    const known = await memory.recall(account, credential.ntowfv2);
    if (known?.outcome === 'refused' && command.isAgain !== true) {
      return {
        kind: 'failed',
        message:
          'this password was refused before, or replaced by a newer one, so it was not sent; should it be valid ' +
          'again, give it with `latchkey credential set --again`',
      };
    }
    const result = await engine.setCredential(credential, { url: urlOf(command), signal: clientLeft });
    if (result?.kind === 'refused') await memory.remember(account, credential.ntowfv2, 'refused', Date.now());
    if (result?.kind !== 'accepted') return this.#checked(result);
    const note = await this.#store(credential);
    await this.#tookOver(credential, command.setOn);
    return { kind: 'checked', result, note };
  }

  /** A refusal is worth a word about what it may cost. */
  async #checked(result: CredentialCheck | undefined): Promise<ControlAnswer> {
    if (result === undefined) return { kind: 'failed', message: 'nobody waited for the outcome any more' };
    if (result.kind !== 'refused') return { kind: 'checked', result };
    const { engine, memory } = this.#options;
    const { refused } = await memory.logonsOn(engine.state().account, localDay(Date.now()));
    const times = refused === 1 ? 'once' : `${refused} times`;
    const note = `The company proxy has refused this account ${times} today; many directories lock an account after three.`;
    return { kind: 'checked', result, note };
  }

  async #store({ account, ntowfv2 }: Credential): Promise<string> {
    const name = formatAccount(account);
    try {
      await this.#options.keychain.write(name, ntowfv2.toString('hex').toUpperCase());
      return 'It is in the Keychain, where `latchkey run` finds it the next time.';
    } catch (error) {
      if (!(error instanceof KeychainError)) throw error;
      return `It is kept until this Latchkey ends (${messageOf(error)}); for the next start put the line that \`latchkey hash\` prints into the configuration.`;
    }
  }

  async #tookOver(credential: Credential, setOn: CalendarDay | undefined): Promise<void> {
    const { memory } = this.#options;
    const { account } = credential;
    const replaced = this.#current.filter(({ ntowfv2 }) => !ntowfv2.equals(credential.ntowfv2));
    const isOther = replaced.length === this.#current.length;
    this.#current = [credential];
    // What the user has replaced is dead, however it is read: a later start with the old configuration must not try it.
    for (const { ntowfv2 } of replaced) await memory.remember(account, ntowfv2, 'refused', Date.now());
    const day = setOn ?? (isOther ? localDay(Date.now()) : undefined);
    if (day !== undefined) await memory.rememberPasswordSetOn(account, day);
  }

  async #reload(): Promise<ControlAnswer> {
    const { engine, load, terminal } = this.#options;
    let config: LoadedConfig;
    try {
      config = await load();
      const name = formatAccount(config.settings.account);
      if (name !== formatAccount(engine.state().account)) {
        return this.#notReloaded(`the account is now ${name}: end this Latchkey and start it again`);
      }
      await engine.reconfigure(config.settings);
    } catch (error) {
      const isExpected =
        error instanceof CliError || error instanceof OwnAddressError || error instanceof UnknownHostError;
      if (!isExpected) throw error;
      return this.#notReloaded(error instanceof CliError ? error.lines.join('\n') : messageOf(error));
    }
    terminal.err(
      `latchkey: the configuration was read again; company proxies: ${config.settings.upstreams.map(formatHostPort).join(', ')}`,
    );
    this.#config = config;
    return this.#tryCredentials(config);
  }

  #notReloaded(message: string): ControlAnswer {
    this.#options.terminal.err(`latchkey: nothing was changed: ${message}`);
    return { kind: 'failed', message };
  }

  /** A credential that is new in the configuration is tried; the old one stays until it is accepted. */
  async #tryCredentials({ credentials, areRefused }: LoadedConfig): Promise<ControlAnswer> {
    const isKnown = credentials.some((each) =>
      this.#current.some(({ ntowfv2 }) => ntowfv2.equals(each.ntowfv2)),
    );
    if (isKnown) return { kind: 'done', note: 'the password is the same as before' };
    if (areRefused) return { kind: 'done', note: 'the password in the configuration was refused before' };
    let result: CredentialCheck | undefined;
    for (const credential of credentials) {
      result = await this.#options.engine.setCredential(credential);
      if (result?.kind === 'accepted') {
        await this.#tookOver(credential, undefined);
        return { kind: 'checked', result };
      }
      if (result?.kind !== 'refused') break;
    }
    return result === undefined ? { kind: 'done' } : this.#checked(result);
  }
}

function urlOf({ url }: { readonly url?: string }): URL | undefined {
  return url === undefined ? undefined : new URL(url);
}
