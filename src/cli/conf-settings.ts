import { confAccess } from '../main/app/conf-access';
import { type ToEngineSettings, toEngineSettings } from '../main/app/to-engine-settings';
import type { SettingsStore } from '../main/platform/ports';
import { type AppSettings, defaultAppSettings } from '../shared/app-settings';
import { formatUpstream, type Upstream } from '../shared/settings';
import type { AppProblem } from '../shared/app-problem';
import type { ConfFile } from './conf-file';

/** The keywords that say what a setting is; those that no keyword of cntlm's says are options of the command line. */
const keywords = {
  account: ['Username', 'Domain'],
  upstreams: ['Proxy'],
  pac: ['Pac', 'PacFile'],
  noProxy: ['NoProxy'],
  port: ['Listen'],
  alsoListen: ['Listen'],
  access: ['Gateway'],
  allowed: ['Allow', 'Deny'],
  rules: ['Allow', 'Deny'],
  socks: ['SOCKS5Proxy'],
  socksUsers: ['SOCKS5Users', 'SOCKS5User'],
  tunnels: ['Tunnel'],
  headers: ['Header'],
  workstation: ['Workstation'],
  ntlmToBasic: ['NTLMToBasic'],
} as const satisfies Partial<Record<keyof AppSettings, readonly string[]>>;

type FileSettings = Pick<AppSettings, keyof typeof keywords>;
/** Those that no keyword says. */
export type OwnSettings = Omit<AppSettings, keyof typeof keywords>;

/** The options of the command line that take the place of lines. */
const options = {
  port: '--port',
  socks: '--socks',
  pac: '--pac',
  ntlmToBasic: '--ntlm-to-basic',
} as const satisfies Partial<Record<keyof FileSettings, string>>;

/** What the command line says in place of lines of the file. */
export type InPlaceOfLines = Partial<Pick<AppSettings, keyof typeof options>>;

/**
 * The settings of `latchkey run --config FILE`: what FILE says, which only its owner changes, and what the command line says,
 * which can be changed while it runs and is forgotten with it.
 */
export class ConfSettings implements SettingsStore {
  readonly #file: ConfFile;
  readonly #inPlace: InPlaceOfLines;
  /** Besides the Proxy lines: what the command line says, and what was agreed to while it runs. */
  #agreed: readonly Upstream[];
  #own: OwnSettings;
  /** Both together: they are asked for several times for each request. */
  #settings: AppSettings;

  /**
   * @param said what no keyword of the file says
   * @param agreed company proxies of the PAC that may get the sign-in besides those of the Proxy lines
   */
  constructor(
    file: ConfFile,
    said: Partial<OwnSettings>,
    inPlace: InPlaceOfLines,
    agreed: readonly Upstream[] = [],
  ) {
    this.#file = file;
    this.#inPlace = inPlace;
    this.#agreed = agreed;
    const { account: _account, ...defaults } = defaultAppSettings;
    this.#own = { ...defaults, isOn: true, ...said };
    this.#settings = this.#together();
  }

  get path(): string {
    return this.#file.path;
  }

  settings(): AppSettings {
    return this.#settings;
  }

  notices(): readonly AppProblem[] {
    return [];
  }

  /** Of FILE's settings none is changed, as `whyNot` says beforehand, but for who else may get the sign-in. */
  update(change: (settings: AppSettings) => AppSettings): Promise<undefined> {
    const next = change(this.settings());
    this.#agreed = next.upstreams.slice(this.#file.conf.upstreams.length);
    const own = Object.entries(next).filter(([key]) => !(key in keywords));
    this.#own = Object.fromEntries(own) as unknown as OwnSettings;
    this.#settings = this.#together();
    return Promise.resolve(undefined);
  }

  whyNot(before: AppSettings, after: AppSettings): AppProblem | undefined {
    for (const key of Object.keys(keywords) as (keyof typeof keywords)[]) {
      if (JSON.stringify(before[key]) === JSON.stringify(after[key])) continue;
      if (key === 'upstreams' && this.#isOnlyAgreed(after)) continue;
      const option = key in this.#inPlace ? options[key as keyof InPlaceOfLines] : undefined;
      if (option !== undefined) {
        return { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: option };
      }
      return { kind: 'settings-elsewhere', file: this.path, ...this.#file.lineOf(...keywords[key]) };
    }
    return undefined;
  }

  async reload(): Promise<AppProblem | undefined> {
    const problem = await this.#file.reload(({ upstreams }) =>
      upstreams.length + this.#agreed.length > 0 ? undefined : { kind: 'no-proxy-beside-pac' },
    );
    this.#settings = this.#together();
    return problem;
  }

  /** Nobody watches FILE: it is read again at a SIGHUP, or when it is asked for. */
  subscribe(): () => void {
    return () => undefined;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** FILE can say more than the settings of the app: the passwords of SOCKS5, and the line of each port. */
  readonly toEngineSettings: ToEngineSettings = (settings, account, hostName) => {
    const { listen, gateway, access, socks, socksUsers, tunnels } = this.#file.conf;
    return {
      ...toEngineSettings(settings, account, hostName),
      ...('port' in this.#inPlace ? {} : { listen }),
      ...('socks' in this.#inPlace ? {} : { socks }),
      gateway,
      access,
      socksUsers,
      tunnels,
    };
  };

  /** Whether the company proxies are those of the file, and those agreed to behind them. */
  #isOnlyAgreed({ upstreams }: AppSettings): boolean {
    const ofFile = this.#file.conf.upstreams;
    return (
      upstreams.length > 0 && JSON.stringify(upstreams.slice(0, ofFile.length)) === JSON.stringify(ofFile)
    );
  }

  #together(): AppSettings {
    return { ...this.#own, ...this.#fromFile() };
  }

  #fromFile(): FileSettings {
    const { conf } = this.#file;
    const { upstreams, noProxy, headers, workstation = '' } = conf;
    const access = confAccess(conf, false);
    const names = new Set(upstreams.map(formatUpstream));
    return {
      account: this.#file.account,
      upstreams: [...upstreams, ...this.#agreed.filter((each) => !names.has(formatUpstream(each)))],
      pac: conf.pac ?? '',
      ntlmToBasic: conf.ntlmToBasic,
      noProxy,
      workstation,
      ...access,
      socksUsers: conf.socksUsers.map(({ user }) => user),
      headers: headers.map(({ name, value }) => `${name}: ${value}`),
      ...('port' in this.#inPlace ? { alsoListen: [] } : {}),
      ...this.#inPlace,
    };
  }
}
