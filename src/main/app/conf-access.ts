import { formatListen, formatRule, isEveryAddress, isLoopbackHost } from '../../shared/address-text';
import type { AppSettings } from '../../shared/app-settings';
import type { AccessRule, ListenAddress } from '../../shared/settings';
import type { CntlmConf } from '../cntlm/read-cntlm-conf';

/** Where the app listens, and who may connect. */
type Access = Pick<AppSettings, 'port' | 'alsoListen' | 'access' | 'allowed' | 'rules' | 'socks' | 'tunnels'>;

function isEverybody({ host, prefixLength }: AccessRule): boolean {
  return host === '*' || (prefixLength === 0 && !host.includes(':'));
}

/** The rules of a gateway as the app has them in words of its own; undefined when they are of another kind. */
function namedAccess(rules: readonly AccessRule[]): Pick<AppSettings, 'access' | 'allowed'> | undefined {
  // The first rule that matches decides, and no match allows.
  const end = rules.findIndex(isEverybody);
  const others = end < 0 ? rules : rules.slice(0, end);
  const isOpen = end < 0 || rules[end]?.action === 'allow';
  if (!others.every(({ action }) => action === 'allow')) return undefined;
  if (isOpen) return { access: 'everyone', allowed: [] };
  // The app always lets this Mac in.
  const isOwn = ({ host }: AccessRule): boolean => host === '127.0.0.1' || host === '::1';
  if (!others.some(isOwn)) return undefined;
  const allowed = others
    .filter((rule) => !isOwn(rule))
    .map((rule) => formatRule(rule).replace(/^allow /, ''));
  return { access: 'named', allowed };
}

/**
 * What a cntlm.conf says of ports and clients, in the settings of the app, which mean the same.
 *
 * @param isThisMacDenied whether its rules refuse this machine
 */
export function confAccess(conf: CntlmConf, isThisMacDenied: boolean): Access {
  const { listen, gateway, access: rules, socks, tunnels } = conf;
  const main = listen.find(({ host }) => isLoopbackHost(host) || isEveryAddress(host)) ?? listen[0];
  const port = main?.port ?? 0;
  const isMainEverywhere = isEveryAddress(main?.host) || (gateway && main?.host === undefined);
  // Where no address is said, Gateway says it.
  const said = ({ host, port: of }: ListenAddress): ListenAddress => {
    if (host === undefined) return gateway ? { host: '*', port: of } : { port: of };
    return { host: isEveryAddress(host) ? '*' : host, port: of };
  };
  const isMainSaid = isLoopbackHost(main?.host) || isEveryAddress(main?.host);
  const others = listen.filter((each) => each !== main || !isMainSaid).map(said);
  const further = {
    socks: socks.map((each) => formatListen(said(each))),
    tunnels: tunnels.map((each) => `${formatListen(said(each.listen))}:${formatListen(each.target)}`),
  };
  const everyHost = [...listen, ...socks, ...tunnels.map((each) => each.listen)].map(
    (each) => said(each).host,
  );
  const base = { port, alsoListen: others.map(formatListen), allowed: [], rules: [], ...further };
  if (everyHost.every(isLoopbackHost)) {
    return isThisMacDenied
      ? { ...base, access: 'rules', rules: ['deny *'] }
      : { ...base, access: 'this-mac' };
  }
  const named = isMainEverywhere && everyHost.every(isEveryAddress) ? namedAccess(rules) : undefined;
  if (named !== undefined) return { ...base, ...named };
  return {
    ...base,
    alsoListen: [...(isMainEverywhere ? [formatListen({ host: '*', port })] : []), ...base.alsoListen],
    access: 'rules',
    rules: rules.map(formatRule),
  };
}
