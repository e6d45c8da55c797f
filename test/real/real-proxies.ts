import { type ApacheAccount, startApache } from '../servers/start-apache';
import { startSquid } from '../servers/start-squid';

/** A company proxy of somebody else's making, which knows one account. */
export interface RealProxy extends ApacheAccount {
  readonly port: number;
  readonly requests: () => Promise<readonly RealProxyRequest[]>;
  /** Type 3 messages so far. */
  readonly logonCount: () => Promise<number>;
  readonly close: () => Promise<void>;
}

interface RealProxyOptions extends Partial<ApacheAccount> {
  /** How many logons can be under way. Default 40. */
  readonly logonsAtOnce?: number;
}

interface RealProxyRequest {
  readonly method: string;
  readonly message: 'type 1' | 'type 3' | undefined;
}

/** For `requireServers`. */
export const realProxyPrograms = [
  'squid',
  'ntlm_auth',
  'apache2',
  'Apache GSSAPI module',
  'gss-ntlmssp',
] as const;

/** NTLM as Samba has it, and as gss-ntlmssp has it: what both take is no peculiarity of one. */
export const realProxies = [
  {
    server: 'squid and ntlm_auth',
    isSamba: true,
    start: ({ logonsAtOnce = 40, ...account }: RealProxyOptions = {}): Promise<RealProxy> =>
      startSquid({ helpers: logonsAtOnce, ...account }),
  },
  {
    server: 'Apache and gss-ntlmssp',
    isSamba: false,
    start: async (options: RealProxyOptions = {}): Promise<RealProxy> => {
      const { domain = 'CORP', user = 'alice', password = 'Passw0rd!' } = options;
      const apache = await startApache({
        accounts: [{ domain: user.includes('@') ? '' : domain, user, password }],
      });
      return { ...apache.proxy, close: apache.close };
    },
  },
];
