import type { AppSettings } from '../../shared/app-settings';
import type { CommandResult } from '../../shared/command';
import { type Account, formatAccount } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import { cancelled, done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import { isReady } from './ready-settings';
import { keychainProblem } from './keychain-problem';
import { defaultKeychainWaitMs } from './keychain-wait';
import type { PasswordReminders } from './password-reminders';
import type { ProxySwitch } from './proxy-switch';
import type { SettingsCommands } from './settings-commands';
import { within } from './within';

export interface AccountCommandsOptions extends CoreParts {
  readonly settingsCommands: SettingsCommands;
  readonly proxySwitch: ProxySwitch;
  readonly reminders: PasswordReminders;
}

/** An account that is set up, whose password was kept, or that is forgotten. */
export class AccountCommands {
  readonly #options: AccountCommandsOptions;
  #isClosed = false;

  constructor(options: AccountCommandsOptions) {
    this.#options = options;
  }

  close(): void {
    this.#isClosed = true;
  }

  /** Starts the local proxy anew with what set-up has found, once the credential has been stored. */
  async takeOver(
    store: () => Promise<void>,
    change: (settings: AppSettings) => AppSettings,
  ): Promise<CommandResult> {
    const { ports, keeper, settings, settingsCommands, state, proxySwitch } = this.#options;
    const before = settings.current;
    await keeper.stop();
    const { check } = state.state;
    if (check.kind === 'finished' && check.result === 'accepted') keeper.signedIn(check.upstream);
    await store();
    await settings.save(change);
    await settingsCommands.settle(before, true);
    // The user has cancelled macOS's question: his terminals alone are to use it.
    if (settings.current.usesSystemProxy && state.state.systemProxy.kind === 'off')
      await settings.save((saved) => ({ ...saved, usesSystemProxy: false }));
    // While the user is there: macOS asks for its permission when there is a notification to show.
    if (!isReady(before)) ports.notifications.show({ kind: 'introduction' });
    return proxySwitch.outcome();
  }

  /** A credential was stored, or kept for the session for this reason. */
  async onKept(problem: AppProblem | undefined): Promise<void> {
    // The user may answer macOS after that.
    if (this.#isClosed) return;
    const { state, reminders } = this.#options;
    state.replaceNotices(({ kind }) => kind.startsWith('keychain-'), problem);
    reminders.begin();
    await state.refreshAccount();
  }

  async forget(): Promise<CommandResult> {
    const { ports, keeper, settings, state, proxySwitch, reminders, onInternalError } = this.#options;
    const { account } = settings.current;
    if (account === undefined) return done;
    if (!(await proxySwitch.stop(true))) return cancelled;
    keeper.forget();
    state.activity.forgetProblems();
    const removed = this.#removeSecret(account);
    const outcome = await within(ports.keychainWaitMs ?? defaultKeychainWaitMs, removed);
    await settings.save(({ account: _account, ...rest }) => ({
      ...rest,
      isOn: false,
      // Whoever is set up next has not chosen it.
      signInMethod: 'NTLMv2',
      ntlmToBasic: false,
    }));
    state.onAppEvent({ kind: 'forgotten' });
    reminders.begin();
    await state.refreshAccount();
    if (outcome !== undefined) return outcome;
    // macOS is asking the user, for as long as it may take: nothing else waits for that.
    void removed
      .then((late) => {
        if (late.kind === 'failed' && !this.#isClosed) state.addNotice(late.problem);
      })
      .catch(onInternalError);
    return done;
  }

  async #removeSecret(account: Account): Promise<CommandResult> {
    try {
      await this.#options.ports.keychain.remove(formatAccount(account));
      return done;
    } catch (error) {
      return failed(keychainProblem(error));
    }
  }
}
