import type { CredentialStanding, EngineState } from '../../shared/engine-state';
import { formatAccount, formatHostPort, type HostPort, type OffNetwork } from '../../shared/settings';

const standingWords: Readonly<Record<CredentialStanding, string>> = {
  unproven: 'not tried yet on this network',
  proven: 'accepted',
  suspect: 'refused for one address; being looked into',
  refused: 'refused; it is not sent again',
};

const awayWords: Readonly<Record<OffNetwork, string>> = {
  direct: 'so requests go direct',
  refuse: 'so requests are refused',
  wait: 'so requests wait',
};

/** What the local proxy's own page says of how it is. */
export function statusFacts(state: EngineState, upstreams: readonly HostPort[]): [string, string][] {
  const { account, credential, isPaused } = state;
  return [
    ['Company proxy', companyProxyWords(state, upstreams)],
    ['Account', formatAccount(account)],
    ['Password', isPaused ? 'being changed; signing in is paused' : standingWords[credential]],
  ];
}

function companyProxyWords(state: EngineState, upstreams: readonly HostPort[]): string {
  const names = upstreams.map(formatHostPort).join(', ');
  if (state.companyProxy === 'forbidden') return `${names}; macOS does not let Latchkey reach it`;
  if (state.companyProxy !== 'unreachable') return names;
  return `${names}; none can be reached, ${awayWords[state.offNetwork]}`;
}
