import { assertNever } from '../problem';
import { macRoad } from '../mac-road';
import { type AppState, type OnRoute, isPasswordExpiring, isSignedIn } from '../state';
import { isSystemProxyLost } from '../system-proxy-switch';
import { leadsToLatchkey } from '../system-proxy';
import type { Words } from './en';
import { wordsFor } from './words-for';

/** The form of a state: told apart in grey, so that colour only repeats it. */
export type ConnectionShape = 'ok' | 'off' | 'busy' | 'direct' | 'waiting' | 'warn' | 'bad';

/** What tray and panel say of the connection. */
export interface ConnectionText {
  readonly shape: ConnectionShape;
  /** Two or three words: `Latchkey is on`. */
  readonly headline: string;
  /** A lone sentence has no full stop; two have. */
  readonly sentence: string;
  /** Both, for the tray icon and for VoiceOver. */
  readonly tooltip: string;
}

type Described = Pick<
  AppState,
  'connection' | 'account' | 'settings' | 'systemProxy' | 'notifications' | 'language'
>;

/** In the last days the password is the first thing to see; before that the row of the password says it. */
const lastDays = 2;

/** Whether the hero says that the password is about to expire. */
export function isInLastDays(
  state: Pick<AppState, 'connection' | 'account' | 'settings' | 'systemProxy'>,
): boolean {
  const { connection, account } = state;
  const road = macRoad(state).kind;
  return (
    isSignedIn(connection) &&
    (road === 'latchkey' || road === 'own' || road === 'unsupported') &&
    isPasswordExpiring(state) &&
    (account?.daysLeft ?? lastDays + 1) <= lastDays
  );
}

function whileOn(state: Described, route: OnRoute, words: Words): Omit<ConnectionText, 'tooltip'> {
  const said = words.connection;
  const account = state.account?.account ?? state.settings.account;
  const road = macRoad(state);
  switch (road.kind) {
    case 'taken':
      return { shape: 'warn', headline: said.macElsewhere, sentence: said.macTaken(road.holder) };
    case 'behind':
      return { shape: 'direct', headline: said.macElsewhere, sentence: said.macBehind(road.holder) };
    case 'refused':
      return {
        shape: 'warn',
        headline: said.macElsewhere,
        sentence: road.wantsPassword ? said.macWantsPassword : said.macRefused,
      };
    case 'own':
    case 'latchkey':
    case 'unsupported':
    case 'changing': {
      const headline = road.kind === 'own' ? said.onForTerminals : said.on;
      if (route.kind === 'direct') return { shape: 'direct', headline, sentence: said.direct };
      if (isInLastDays(state)) {
        return { shape: 'warn', headline, sentence: said.expiring(account, state.account?.daysLeft ?? 0) };
      }
      return {
        shape: 'ok',
        headline,
        sentence: route.hasSignedIn
          ? said.signedIn(route.upstream, account)
          : said.notSignedIn(route.upstream),
      };
    }
    default:
      return assertNever(road);
  }
}

function parts(state: Described, words: Words): Omit<ConnectionText, 'tooltip'> {
  const { connection, settings, systemProxy } = state;
  const account = state.account?.account ?? settings.account;
  const said = words.connection;
  switch (connection.kind) {
    case 'off':
      if (leadsToLatchkey(systemProxy)) {
        return { shape: 'warn', headline: said.off, sentence: said.offNotPutBack };
      }
      return {
        shape: 'off',
        headline: said.off,
        sentence:
          settings.usesSystemProxy && systemProxy.kind !== 'unsupported'
            ? said.offSystemProxySentence
            : said.offSentence,
      };
    case 'needs-setup':
      return { shape: 'off', headline: said.needsSetUp, sentence: said.needsSetUpSentence };
    case 'starting':
      return {
        shape: 'busy',
        headline: said.starting,
        sentence:
          connection.isAskingKeychain === true ? said.askingKeychain : said.waitingFor(settings.upstreams[0]),
      };
    case 'on':
      return whileOn(state, connection.route, words);
    case 'waiting':
      switch (connection.why.kind) {
        case 'network':
          return {
            shape: 'waiting',
            headline: said.on,
            sentence:
              settings.offNetwork === 'wait' ? said.holding(settings.offNetworkWaitSeconds) : said.refusing,
          };
        case 'local-network':
          return { shape: 'warn', headline: said.localNetwork, sentence: said.localNetworkSentence };
        case 'paused':
          return { shape: 'waiting', headline: said.signInPaused, sentence: said.paused };
        case 'account-spared': {
          const { problem } = connection.why;
          if (problem.kind === 'other-domain') {
            const { title, sentence } = words.problem(problem);
            return { shape: 'warn', headline: title, sentence };
          }
          return {
            shape: 'warn',
            headline: said.signInHeld,
            sentence: 'hop' in problem ? said.spared(problem.hop.address) : said.sparedElse,
          };
        }
        default:
          return assertNever(connection.why);
      }
    case 'password-needed':
      switch (connection.why.kind) {
        case 'missing':
          return { shape: 'warn', headline: said.passwordNeeded, sentence: said.passwordMissing(account) };
        case 'refused':
          return { shape: 'warn', headline: said.passwordNeeded, sentence: said.passwordRefused };
        case 'keychain': {
          const { title, sentence } = words.problem(connection.why.problem);
          return { shape: 'warn', headline: title, sentence };
        }
        default:
          return assertNever(connection.why);
      }
    case 'failed':
      return {
        shape: 'bad',
        headline: said.couldNotStart,
        sentence: words.problem(connection.problem).sentence,
      };
    default:
      return assertNever(connection);
  }
}

/** The one place that says what Latchkey is doing: panel, tooltip and menu agree. */
export function describeConnection(state: Described): ConnectionText {
  const words = wordsFor(state.language);
  const { shape, headline, sentence } = parts(state, words);
  const name = words.common.latchkey;
  const lead = headline.includes(name) ? headline : `${name}: ${headline}`;
  const said = [lead.replace(/[\s…]+$/, ''), sentence];
  // While it is on, the sentence itself says so.
  if (isSystemProxyLost(state) && state.connection.kind !== 'on')
    said.push(words.systemProxy(state.systemProxy).sentence);
  // What a notification would have said.
  const { notifications, account } = state;
  if (notifications === 'off' && isPasswordExpiring(state) && !isInLastDays(state))
    said.push(words.age.expires(account?.daysLeft ?? 0));
  return { shape, headline, sentence, tooltip: said.join('. ') };
}
