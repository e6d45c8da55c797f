import { messageOf } from '../../shared/error-text';
import type { Command, CommandResult } from '../../shared/command';
import { formatAccount, type SocksUser } from '../../shared/settings';
import type { CntlmConf } from '../cntlm/read-cntlm-conf';
import { cancelled, done, failed } from './command-result';
import type { CoreParts } from './core-parts';
import type { Credential } from '../upstream/credential';
import type { CredentialSource } from './credential-source';
import { isReady } from './ready-settings';
import type { SettingsCommands } from './settings-commands';
import type { SocksPasswords } from './socks-passwords';

export interface ConfCommandsOptions extends CoreParts {
  readonly credentials: CredentialSource;
  readonly settingsCommands: SettingsCommands;
  readonly socksPasswords: SocksPasswords;
  /** Takes a file over with one logon. */
  readonly setUp: (command: SetUpCommand) => Promise<CommandResult>;
}

type SetUpCommand = Command & { readonly kind: 'set-up-from-file' };
type ExportCommand = Command & { readonly kind: 'export-cntlm-conf' };
type ConfCommand = Command & {
  readonly kind: 'look-around' | 'set-up-from-file' | 'import-cntlm-conf' | 'export-cntlm-conf';
};

/** A cntlm.conf that is found, taken over, or written. What that takes, zod first of all, is loaded when it is asked for. */
export class ConfCommands {
  readonly #options: ConfCommandsOptions;
  /** One that the user has pointed at before anything is set up. */
  #chosen: string | undefined;

  constructor(options: ConfCommandsOptions) {
    this.#options = options;
  }

  run(command: ConfCommand): Promise<CommandResult> {
    switch (command.kind) {
      case 'look-around':
        return this.#lookAround();
      case 'set-up-from-file':
        return this.#setUpFrom(command);
      case 'import-cntlm-conf':
        return this.#import();
      case 'export-cntlm-conf':
        return this.#export(command);
    }
  }

  /** Looks for what set-up can take over. */
  async #lookAround(): Promise<CommandResult> {
    const { cntlmPlaces, findExisting } = await import('./find-existing');
    const { ports, state } = this.#options;
    const places = ports.confPlaces ?? cntlmPlaces;
    const all = this.#chosen === undefined ? places : [this.#chosen, ...places];
    const findings = await findExisting(ports.surroundings, all);
    state.store.update({ findings });
    return { kind: 'found', findings };
  }

  /** Takes a file over with its account. The passwords of SOCKS5 follow when that was accepted. */
  async #setUpFrom(command: SetUpCommand): Promise<CommandResult> {
    const { ports, settings, setUp } = this.#options;
    const before = settings.current;
    const result = await setUp(command);
    const { current } = settings;
    if (current === before || current.socksUsers.length === 0) return result;
    const { readConf } = await import('./read-conf');
    const read = await readConf(ports.surroundings, command.file, before);
    if (read.kind === 'failed') return failed(read.problem);
    await this.#keepSocksPasswords(read.conf);
    return result;
  }

  /** A Keychain that does not take them is told: these users are not let in. */
  async #keepSocksPasswords({ socksUsers }: CntlmConf): Promise<void> {
    const problem = await this.#options.socksPasswords.set(socksUsers);
    if (problem !== undefined) this.#options.state.addNotice(problem);
  }

  /** Takes everything over but the account, which goes through set-up. */
  async #import(): Promise<CommandResult> {
    const { ports, settings, settingsCommands, state, inOrder } = this.#options;
    const file = await ports.dialogs.openConf();
    if (file === undefined) return cancelled;
    const { current } = settings;
    const { readConf } = await import('./read-conf');
    const read = await readConf(ports.surroundings, file, current);
    if (read.kind === 'failed') return failed(read.problem);
    if (!isReady(current)) {
      // Before there is an account, taking a file over is setting up, with its hash and one logon.
      this.#chosen = file;
      state.goTo('set-up', true);
      return done;
    }
    const { account: _account, upstreams = [], ...said } = read.said;
    await this.#keepSocksPasswords(read.conf);
    const result = await inOrder(() =>
      settingsCommands.change((before) => ({
        ...before,
        ...said,
        // Where its PAC alone says which ones there are, the user has agreed to those that he had.
        upstreams: upstreams.length > 0 ? upstreams : before.upstreams,
      })),
    );
    if (result.kind !== 'done') return result;
    for (const { line, matter } of read.remarks) {
      // The account stays the one that is set up.
      if (matter.kind === 'no-username') continue;
      state.addNotice({ kind: 'cntlm-conf', file, line, matter });
    }
    return done;
  }

  /** @returns `exported` with what cntlm has no words for */
  async #export({ target, hasHash }: ExportCommand): Promise<CommandResult> {
    const { ports, settings: kept, credentials, socksPasswords } = this.#options;
    const { dialogs, surroundings } = ports;
    const settings = kept.current;
    let credential: Credential | undefined;
    let socksUsers: readonly SocksUser[] = [];
    if (hasHash && settings.socksUsers.length > 0) {
      const found = await socksPasswords.find(settings.socksUsers);
      if ('kind' in found) return failed(found);
      socksUsers = found;
    }
    if (hasHash && settings.account !== undefined) {
      const found = await credentials.find(settings.account, settings.signInMethod);
      if (found.kind === 'trouble') return failed(found.problem);
      credential = found.kind === 'found' ? found.credentials[0] : undefined;
      if (credential === undefined) {
        const detail = `it holds nothing for ${formatAccount(settings.account)}`;
        return failed({ kind: 'keychain-failed', detail });
      }
    }
    const file = await dialogs.saveConf();
    if (file === undefined) return cancelled;
    const { exportCntlmConf } = await import('./export-cntlm-conf');
    const { text, gaps } = exportCntlmConf(settings, { target, credential, socksUsers });
    try {
      await surroundings.writeFile(file, text);
    } catch (error) {
      const detail = messageOf(error);
      return failed({ kind: 'settings-not-saved', detail });
    }
    return { kind: 'exported', gaps };
  }
}
