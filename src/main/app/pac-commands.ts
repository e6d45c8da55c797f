import type { Command, CommandResult } from '../../shared/command';
import type { PacVerdict } from '../../shared/pac';
import type { Upstream } from '../../shared/settings';
import type { Step } from '../../shared/state';
import { done } from './command-result';
import type { CoreParts } from './core-parts';
import type { PacInUse } from './pac-in-use';
import type { SettingsCommands } from './settings-commands';
import { isSameHost } from '../../shared/is-same-host';

export interface PacCommandsOptions extends CoreParts {
  readonly pac: PacInUse;
  readonly settingsCommands: SettingsCommands;
}

type PacCommand = Command & { readonly kind: 'look-at-pac' | 'answer-proxy' | 'refresh-pac' };

/** What is asked about a PAC, and which of the company proxies that it names may get the sign-in. */
export class PacCommands {
  readonly #options: PacCommandsOptions;

  constructor(options: PacCommandsOptions) {
    this.#options = options;
  }

  run(command: PacCommand): Promise<CommandResult> {
    switch (command.kind) {
      case 'look-at-pac':
        return this.#look(command.pac);
      case 'answer-proxy':
        return this.#options.inOrder(() => this.#answer(command));
      case 'refresh-pac':
        return this.#refresh();
    }
  }

  async #answer({ upstream, isAgreed }: Command & { readonly kind: 'answer-proxy' }): Promise<CommandResult> {
    const { state, settingsCommands } = this.#options;
    const without = (list: readonly Upstream[]): Upstream[] =>
      list.filter((each) => !isSameHost(each, upstream));
    const result = await settingsCommands.change((settings) =>
      isAgreed
        ? {
            ...settings,
            upstreams: [...settings.upstreams, upstream],
            refusedProxies: without(settings.refusedProxies),
          }
        : { ...settings, refusedProxies: [...without(settings.refusedProxies), upstream] },
    );
    if (result.kind === 'done') state.store.update({ askedProxies: without(state.state.askedProxies) });
    return result;
  }

  async #look(source: string): Promise<CommandResult> {
    return { kind: 'pac', ...(await this.#options.pac.look(source)) };
  }

  async #refresh(): Promise<CommandResult> {
    await this.#options.pac.refresh();
    return done;
  }

  /**
   * What the PAC of the settings is like, for the doctor; undefined where there is none.
   *
   * @param nowMs milliseconds since 1970
   */
  async examine(url: string, nowMs: number): Promise<Step | undefined> {
    const { pac, settings } = this.#options;
    const { pac: source, upstreams } = settings.current;
    if (source === '') return undefined;
    const { examinePac } = await import('./examine-pac');
    return examinePac(pac, { source, upstreams, url, nowMs });
  }

  /** What the PAC of the settings says to an address; undefined where there is none. */
  async verdict(url: string): Promise<PacVerdict | undefined> {
    const { pac, settings } = this.#options;
    const { pac: source } = settings.current;
    return source === '' ? undefined : (await pac.ask(source, [url])).verdicts[0];
  }
}
