import { type AppSettings, appSettingsSchema } from '../../shared/app-settings';
import type { AccessRule } from '../../shared/settings';
import { type CntlmConf, readCntlmConf } from '../cntlm/read-cntlm-conf';
import { type ConfReading, confCredentials } from './conf-credentials';

/** A line that is not taken over as it stands, and why; line 0 is the file as a whole. */
export interface LeftOut {
  readonly line: number;
  readonly text: string;
}

export type ImportResult =
  | {
      readonly kind: 'read';
      readonly conf: CntlmConf;
      /** What the file says in place of what was set before. */
      readonly settings: AppSettings;
      /** Likeliest first; none when a password must be typed. */
      readonly readings: readonly ConfReading[];
      readonly leftOut: readonly LeftOut[];
    }
  /** The first line that cannot be used. */
  | { readonly kind: 'bad'; readonly line: number; readonly detail: string };

const longestWorkstation = 15;

function isEverybody({ host, prefixLength }: AccessRule): boolean {
  return host === '*' || prefixLength === 0;
}

/** The access rules as the app has them; undefined when they are of another kind. */
function accessOf(conf: CntlmConf): Pick<AppSettings, 'access' | 'allowed'> | undefined {
  if (!conf.gateway) return { access: 'this-mac', allowed: [] };
  // The first rule that matches decides, and no match allows.
  const end = conf.access.findIndex(isEverybody);
  const rules = end < 0 ? conf.access : conf.access.slice(0, end);
  const isOpen = end < 0 || conf.access[end]?.action === 'allow';
  if (rules.every(({ action }) => action === 'allow')) {
    if (isOpen) return { access: 'everyone', allowed: [] };
    const allowed = rules
      .filter(({ host }) => host !== '127.0.0.1')
      .map(({ host, prefixLength }) => (prefixLength === 32 ? host : `${host}/${prefixLength}`));
    return { access: 'named', allowed };
  }
  return undefined;
}

/**
 * Takes a cntlm.conf over.
 *
 * @param text the file's bytes as Latin-1 text
 * @param base what is kept where the file says nothing
 */
export function importCntlmConf(text: string, base: AppSettings): ImportResult {
  const { conf, diagnostics } = readCntlmConf(text);
  if (conf === undefined) {
    const first = diagnostics.find(({ severity }) => severity === 'error');
    return { kind: 'bad', line: first?.line ?? 0, detail: first?.message ?? '' };
  }
  const leftOut: LeftOut[] = diagnostics.map(({ line, message }) => ({ line, text: message }));
  const leave = (message: string): void => {
    leftOut.push({ line: 0, text: message });
  };
  const [listen] = conf.listen;
  if (conf.listen.length > 1) leave('only the first Listen is taken over');
  const isLoopback = listen?.host === undefined || /^(?:127\.|::1$|localhost$)/i.test(listen.host);
  if (!isLoopback && !conf.gateway) leave('the address in Listen is left out; only its port is taken over');
  const access = accessOf(conf);
  if (access === undefined) leave('Allow and Deny are left out, and only this Mac may connect');
  const { workstation = '' } = conf;
  if (workstation.length > longestWorkstation) {
    leave(`Workstation is left out: it is longer than ${longestWorkstation} characters`);
  }
  const { readings, isMismatched } = confCredentials(conf, 'auto');
  if (isMismatched) leave('PassNT and PassNTLMv2 do not belong together; PassNTLMv2 is used');
  const settings = appSettingsSchema.safeParse({
    ...base,
    account: conf.account,
    upstreams: conf.upstreams,
    noProxy: conf.noProxy,
    port: listen?.port ?? base.port,
    workstation: workstation.length > longestWorkstation ? '' : workstation,
    ...(access ?? { access: 'this-mac', allowed: [] }),
  });
  if (!settings.success) return { kind: 'bad', line: 0, detail: 'a value in it cannot be used' };
  return { kind: 'read', conf, settings: settings.data, readings, leftOut };
}
