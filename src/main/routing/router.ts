import type { EngineSettings, HostPort } from '../../shared/settings';
import { NoProxyRules } from './no-proxy-rules';

/** What is done with a request, and by which rule. */
export type Route = { readonly kind: 'upstream' } | { readonly kind: 'direct'; readonly rule: string };

/** Decides by the target, at once where no name is to be looked up. */
export type Router = (target: HostPort) => Route | Promise<Route>;

/** How long a name may take before it counts as one that no network holds, in milliseconds. */
const lookupMs = 2_000;

/**
 * A router for the no-proxy rules: the first that fits sends the request directly. Names are compared as they are written; only
 * where the user wants that, one that no rule fits is looked up, and its addresses are compared with the networks.
 *
 * @param resolve the addresses of a name
 */
export function createRouter(
  { noProxy, resolvesNames }: Pick<EngineSettings, 'noProxy' | 'resolvesNames'>,
  resolve: (name: string) => Promise<readonly { readonly address: string }[]>,
): Router {
  const rules = new NoProxyRules(noProxy);
  const looksUp = resolvesNames && rules.hasNetworks;
  const routeOf = (rule: string | undefined): Route =>
    rule === undefined ? { kind: 'upstream' } : { kind: 'direct', rule };
  return (target) => {
    const rule = rules.find(target);
    if (rule !== undefined || !looksUp) return routeOf(rule);
    return withinTime(resolve(target.host)).then((addresses) =>
      routeOf(
        addresses
          .map(({ address }) => rules.findAddress(address, target.port))
          .find((found) => found !== undefined),
      ),
    );
  };
}

/** What comes of a look-up, and nothing when it fails or takes too long: the company proxy knows more names. */
async function withinTime<Address>(answer: Promise<readonly Address[]>): Promise<readonly Address[]> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<readonly Address[]>((resolve) => {
    timer = setTimeout(() => resolve([]), lookupMs);
  });
  try {
    return await Promise.race([answer.catch(() => []), tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
