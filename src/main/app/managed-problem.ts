import { isSameHost } from '../../shared/is-same-host';
import type { ManagedSettings } from '../../shared/managed';
import type { Account, HostPort } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';

/**
 * Why nobody may be signed in with this: whoever manages the settings has said to which company proxies, and in which domain. Undefined
 * where it may be. Asked before a logon is spent.
 */
export function managedProblem(
  { settings, accountDomain, by, contact }: ManagedSettings,
  { upstreams, account }: { readonly upstreams: readonly HostPort[]; readonly account: Account },
): AppProblem | undefined {
  const agreed = settings.upstreams;
  const isElsewhere =
    agreed !== undefined && !upstreams.every((each) => agreed.some((one) => isSameHost(one, each)));
  if (isElsewhere) return { kind: 'setting-managed', name: 'upstreams', by, contact };
  const isForeign =
    accountDomain !== undefined && accountDomain.toUpperCase() !== account.domain.toUpperCase();
  return isForeign ? { kind: 'setting-managed', name: 'account', by, contact } : undefined;
}
