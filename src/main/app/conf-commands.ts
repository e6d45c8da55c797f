import { messageOf } from '../../shared/error-text';
import type { Command, CommandResult } from '../../shared/command';
import { formatAccount } from '../../shared/settings';
import { cancelled, done, failed } from './command-result';
import type { CorePorts } from './core-ports';
import type { Credential } from '../upstream/credential';
import type { CredentialSource } from './credential-source';
import { isReady } from './ready-settings';
import type { SettingsCommands } from './settings-commands';
import type { StateKeeper } from './state-keeper';

export interface ConfCommandsOptions {
  readonly ports: CorePorts;
  readonly credentials: CredentialSource;
  readonly state: StateKeeper;
  readonly settings: SettingsCommands;
  /** One change after the other. */
  readonly inOrder: (task: () => Promise<CommandResult>) => Promise<CommandResult>;
}

type ExportCommand = Command & { readonly kind: 'export-cntlm-conf' };

/** A cntlm.conf that is found, taken over, or written. What that takes, zod first of all, is loaded when it is asked for. */
export class ConfCommands {
  readonly #ports: CorePorts;
  readonly #credentials: CredentialSource;
  readonly #state: StateKeeper;
  readonly #settings: SettingsCommands;
  readonly #inOrder: ConfCommandsOptions['inOrder'];
  /** One that the user has pointed at before anything is set up. */
  #chosen: string | undefined;

  constructor({ ports, credentials, state, settings, inOrder }: ConfCommandsOptions) {
    this.#ports = ports;
    this.#credentials = credentials;
    this.#state = state;
    this.#settings = settings;
    this.#inOrder = inOrder;
  }

  /** Looks for what set-up can take over. */
  async lookAround(): Promise<CommandResult> {
    const { cntlmPlaces, findExisting } = await import('./find-existing');
    const places = this.#ports.confPlaces ?? cntlmPlaces;
    const all = this.#chosen === undefined ? places : [this.#chosen, ...places];
    this.#state.store.update({ findings: await findExisting(this.#ports.surroundings, all) });
    return done;
  }

  /** Takes everything over but the account, which goes through set-up. */
  async import(): Promise<CommandResult> {
    const file = await this.#ports.dialogs.openConf();
    if (file === undefined) return cancelled;
    const current = this.#ports.settings.settings();
    const { readConf } = await import('./read-conf');
    const read = await readConf(this.#ports.surroundings, file, current);
    if (read.kind === 'failed') return failed(read.problem);
    if (!isReady(current)) {
      // Before there is an account, taking a file over is setting up, with its hash and one logon.
      this.#chosen = file;
      this.#state.goTo('set-up', true);
      return done;
    }
    const { upstreams, pac, pacFallback, noProxy, port, alsoListen, access, allowed, rules } = read.settings;
    const { socks, tunnels, headers, workstation, ntlmToBasic } = read.settings;
    const roads = { upstreams, pac, pacFallback, noProxy };
    const listening = { port, alsoListen, access, allowed, rules, socks, tunnels };
    const result = await this.#inOrder(() =>
      this.#settings.changeWith({ ...roads, headers, workstation, ntlmToBasic, ...listening }),
    );
    if (result.kind !== 'done') return result;
    for (const { line, matter } of read.remarks) {
      // The account stays the one that is set up.
      if (matter.kind === 'no-username') continue;
      this.#state.addNotice({ kind: 'cntlm-conf', file, line, matter });
    }
    return done;
  }

  /** @returns `exported` with what cntlm has no words for */
  async export({ target, hasHash }: ExportCommand): Promise<CommandResult> {
    const { dialogs, surroundings } = this.#ports;
    const settings = this.#ports.settings.settings();
    let credential: Credential | undefined;
    if (hasHash && settings.account !== undefined) {
      const found = await this.#credentials.find(settings.account, settings.signInMethod);
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
    const { text, gaps } = exportCntlmConf(settings, { target, credential });
    try {
      await surroundings.writeFile(file, text);
    } catch (error) {
      const detail = messageOf(error);
      return failed({ kind: 'settings-not-saved', detail });
    }
    return { kind: 'exported', gaps };
  }
}
