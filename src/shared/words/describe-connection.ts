import { assertNever } from '../problem';
import { type AppState, isSystemProxyLost } from '../state';
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

type Described = Pick<AppState, 'connection' | 'account' | 'settings' | 'systemProxy' | 'language'>;

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
      return { shape: 'busy', headline: said.starting, sentence: said.waitingFor(settings.upstreams[0]) };
    case 'on':
      if (connection.route.kind === 'direct') {
        return { shape: 'direct', headline: said.on, sentence: said.direct };
      }
      return {
        shape: 'ok',
        headline: said.on,
        sentence: connection.route.hasSignedIn
          ? said.signedIn(connection.route.upstream, account)
          : said.notSignedIn(connection.route.upstream),
      };
    case 'waiting':
      switch (connection.why.kind) {
        case 'network':
          return { shape: 'waiting', headline: said.on, sentence: said.refusing };
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
  const tooltip = `${lead.replace(/[\s…]+$/, '')}. ${sentence}`;
  if (!isSystemProxyLost(state)) return { shape, headline, sentence, tooltip };
  return {
    shape,
    headline,
    sentence,
    tooltip: `${tooltip}. ${words.systemProxy(state.systemProxy).sentence}`,
  };
}
