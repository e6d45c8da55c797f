import { assertNever } from '../../problem';
import { formatAccount, formatHostPort, type Account, type HostPort } from '../../settings';
import type { ProxyHolder } from '../../system-proxy';
import { days } from '../numbers/en';
import { allowLocalNetwork } from '../problems/en';

function taken(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'Another program has switched its proxy off';
    case 'proxy':
      return `Another program has set its proxy to ${formatHostPort(holder.address)}`;
    case 'pac':
      return `Another program has given it the PAC ${holder.url}`;
    case 'auto-discovery':
      return 'Another program has switched to automatic proxy discovery';
    default:
      return assertNever(holder);
  }
}

function inFront(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'No proxy is in force at the moment, as with some VPNs';
    case 'proxy':
      return `A VPN or a profile puts ${formatHostPort(holder.address)} in front`;
    case 'pac':
      return `A VPN or a profile puts the PAC ${holder.url} in front`;
    case 'auto-discovery':
      return 'A VPN or a profile puts automatic proxy discovery in front';
    default:
      return assertNever(holder);
  }
}

export const connection = {
  on: 'Latchkey is on',
  onForTerminals: 'On for terminals',
  macElsewhere: 'This Mac goes another way',
  macTaken: (holder: ProxyHolder | undefined): string =>
    `${taken(holder)}. Terminals still go through Latchkey.`,
  macBehind: (holder: ProxyHolder | undefined): string =>
    `${inFront(holder)}. Terminals go through Latchkey.`,
  macWantsPassword:
    'macOS will ask for an administrator’s password before it uses Latchkey. Terminals go through it already.',
  macRefused: 'Its proxy settings could not be changed. Terminals go through Latchkey.',
  off: 'Latchkey is off',
  starting: 'Starting…',
  needsSetUp: 'Latchkey is not set up',
  signInPaused: 'Sign-in is paused',
  signInHeld: 'Sign-in is on hold',
  passwordNeeded: 'Password needed',
  couldNotStart: 'Latchkey could not start',
  offSentence: 'Programs that use Latchkey cannot connect',
  offSystemProxySentence: 'This Mac’s own proxy settings are back in place',
  offNotPutBack: 'This Mac’s proxy settings still lead to Latchkey',
  needsSetUpSentence: 'A company proxy and an account are needed',
  waitingFor: (upstream: HostPort | undefined): string =>
    upstream === undefined
      ? 'Waiting for the company proxy to answer'
      : `Waiting for ${formatHostPort(upstream)} to answer`,
  askingKeychain: 'The Keychain has not answered yet: macOS may be asking you',
  signedIn: (upstream: HostPort, account: Account | undefined): string =>
    account === undefined
      ? `Signed in to ${formatHostPort(upstream)}`
      : `Signed in to ${formatHostPort(upstream)} as ${formatAccount(account)}`,
  expiring: (account: Account | undefined, daysLeft: number): string => {
    const left =
      daysLeft < 0
        ? 'This password is older than your limit.'
        : daysLeft === 0
          ? 'This is the last day of this password.'
          : `This password has ${days(daysLeft)} left.`;
    return account === undefined ? `Signed in. ${left}` : `Signed in as ${formatAccount(account)}. ${left}`;
  },
  notSignedIn: (upstream: HostPort): string =>
    `Using ${formatHostPort(upstream)}. No sign-in was needed so far.`,
  direct: 'Off the company network: going direct',
  holding: (seconds: number): string => `Off the company network: requests wait up to ${seconds} s for it`,
  refusing: 'Off the company network: requests are refused until it is back',
  localNetwork: 'Local network blocked',
  localNetworkSentence:
    'macOS does not let Latchkey connect to the company proxy, which is on this Mac’s own network',
  localNetworkRemedy: allowLocalNetwork,
  paused: 'Latchkey does not sign in until you give it the new password',
  spared: (upstream: HostPort): string =>
    `${formatHostPort(upstream)} left sign-ins without an answer. Latchkey waits, to spare the account.`,
  sparedElse: 'Sign-ins were left without an answer. Latchkey waits, to spare the account.',
  passwordMissing: (account: Account | undefined): string =>
    account === undefined
      ? 'There is no password on this Mac yet'
      : `There is no password for ${formatAccount(account)} on this Mac yet`,
  passwordRefused: 'The company proxy no longer accepts this password',
};
