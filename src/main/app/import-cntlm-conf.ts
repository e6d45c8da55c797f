import { isEveryAddress, isLoopbackHost } from '../../shared/address-text';
import type { AppSettings } from '../../shared/app-settings';
import { appSettingsSchema } from '../../shared/app-settings-schema';
import type { ConfMatter, ConfRemark } from '../../shared/conf-remark';
import { type CntlmConf, readCntlmConf } from '../cntlm/read-cntlm-conf';
import { confAccess } from './conf-access';
import { type ConfReading, confCredentials } from './conf-credentials';

export type ImportResult =
  | {
      readonly kind: 'read';
      readonly conf: CntlmConf;
      /** What the file says. */
      readonly said: Partial<AppSettings>;
      /** That in place of what was set before. */
      readonly settings: AppSettings;
      /** Likeliest first; none when a password must be typed. Without an account in the file they are nobody's. */
      readonly readings: readonly ConfReading[];
      /** What is said about its lines, in their order. */
      readonly remarks: readonly ConfRemark[];
    }
  /** It has lines that cannot be used: the errors among the remarks, at least one. */
  | { readonly kind: 'bad'; readonly remarks: readonly ConfRemark[] };

/**
 * Takes a cntlm.conf over.
 *
 * @param text the file's bytes as Latin-1 text
 * @param base what is kept where the file says nothing
 */
export function importCntlmConf(text: string, base: AppSettings): ImportResult {
  const { signInMethod: method } = base;
  const { conf, remarks: ofLines } = readCntlmConf(text, method);
  if (conf === undefined) return { kind: 'bad', remarks: ofLines };
  const remarks: ConfRemark[] = [...ofLines];
  const warn = (line: number | undefined, matter: ConfMatter): void => {
    remarks.push({ severity: 'warning', line: line ?? 0, matter });
  };
  const isThisMacDenied = ofLines.some(({ matter }) => matter.kind === 'denies-this-machine');
  const access = confAccess(conf, isThisMacDenied);
  const isHere = conf.listen.some(({ host }) => isLoopbackHost(host) || isEveryAddress(host));
  if (!isHere) warn(conf.listen[0]?.line, { kind: 'listens-here-too' });
  const { readings, isMismatched } = confCredentials(
    conf,
    'auto',
    conf.account ?? { domain: conf.domain, user: '' },
    method,
  );
  if (isMismatched) warn(conf.passNt?.line, { kind: 'hashes-differ' });
  remarks.sort((a, b) => a.line - b.line);
  const lines = {
    ...(conf.account === undefined ? {} : { account: conf.account }),
    upstreams: conf.upstreams,
    ...(conf.pac === undefined ? { pac: '' } : { pac: conf.pac, pacFallback: 'list' }),
    noProxy: conf.noProxy,
    workstation: conf.workstation ?? '',
    ntlmToBasic: conf.ntlmToBasic,
    ...access,
    socksUsers: [...new Set(conf.socksUsers.map(({ user }) => user))],
    headers: conf.headers.map(({ name, value }) => `${name}: ${value}`),
  };
  const parsed = appSettingsSchema.safeParse({ ...base, ...lines });
  if (!parsed.success) {
    const unusable: ConfRemark = { severity: 'error', line: 0, matter: { kind: 'value-unusable' } };
    return { kind: 'bad', remarks: [unusable, ...remarks] };
  }
  const { data: settings } = parsed;
  const said = Object.fromEntries(Object.entries(settings).filter(([name]) => name in lines));
  return { kind: 'read', conf, said, settings, readings, remarks };
}
