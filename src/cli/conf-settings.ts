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

/** What the command line has said in place of lines of the file. */
export interface InPlaceOfLines {
  readonly port?: number | undefined;
  readonly socksPort?: number | undefined;
  readonly pac?: string | undefined;
  readonly ntlmToBasic?: true | undefined;
  /** Company proxies of the PAC that may get the sign-in besides those of the Proxy lines. */
  readonly agreed?: readonly Upstream[] | undefined;
}

/**
 * The settings of `latchkey run --config FILE`: what FILE says, which only its owner changes, and what the command line says,
 * which can be changed while it runs and is forgotten with it.
 */
export class ConfSettings implements SettingsStore {
  readonly #file: ConfFile;
  /** What takes the place of the Listen lines. */
  readonly #port: number | undefined;
  /** What takes the place of the SOCKS5Proxy lines. */
  readonly #socksPort: number | undefined;
  /** What takes the place of the Pac line. */
  readonly #pac: string | undefined;
  /** What takes the place of the NTLMToBasic line. */
  readonly #ntlmToBasic: true | undefined;
  /** Besides the Proxy lines: what the command line says, and what was agreed to while it runs. */
  #agreed: readonly Upstream[];
  #own: OwnSettings;
  /** Both together: they are asked for several times for each request. */
  #settings: AppSettings;

  constructor(
    file: ConfFile,
    options: Partial<OwnSettings>,
    { port, socksPort, pac, ntlmToBasic, agreed = [] }: InPlaceOfLines,
  ) {
    this.#file = file;
    this.#port = port;
    this.#socksPort = socksPort;
    this.#pac = pac;
    this.#ntlmToBasic = ntlmToBasic;
    this.#agreed = agreed;
    const { account: _account, ...defaults } = defaultAppSettings;
    this.#own = { ...defaults, isOn: true, ...options };
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
      if (key === 'port' && this.#port !== undefined) {
        return { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: '--port' };
      }
      if (key === 'socks' && this.#socksPort !== undefined) {
        return { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: '--socks' };
      }
      if (key === 'pac' && this.#pac !== undefined) {
        return { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: '--pac' };
      }
      if (key === 'ntlmToBasic' && this.#ntlmToBasic !== undefined) {
        return { kind: 'settings-elsewhere', file: 'the command line', line: 0, keyword: '--ntlm-to-basic' };
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
    const { listen, gateway, access, socks, socksUsers } = this.#file.conf;
    return {
      ...toEngineSettings(settings, account, hostName),
      listen: this.#port === undefined ? listen : [{ port: this.#port }],
      gateway,
      access,
      socks: this.#socksPort === undefined ? socks : [{ port: this.#socksPort }],
      socksUsers,
      tunnels: this.#file.conf.tunnels,
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
      pac: this.#pac ?? conf.pac ?? '',
      ntlmToBasic: this.#ntlmToBasic ?? conf.ntlmToBasic,
      noProxy,
      workstation,
      ...access,
      ...(this.#port === undefined ? {} : { port: this.#port, alsoListen: [] }),
      ...(this.#socksPort === undefined ? {} : { socks: [String(this.#socksPort)] }),
      socksUsers: conf.socksUsers.map(({ user }) => user),
      headers: headers.map(({ name, value }) => `${name}: ${value}`),
    };
  }
}
