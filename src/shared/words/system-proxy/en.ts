import { assertNever } from '../../problem';
import { formatHostPort } from '../../settings';
import type {
  ProxyHolder,
  ProxySetting,
  SystemProxyNote,
  SystemProxyState,
  SystemProxyTrouble,
} from '../../system-proxy';

/** What is said about the Mac's proxy settings: one sentence, and a thing to do if there is one. */
export interface SystemProxyText {
  readonly sentence: string;
  readonly remedy?: string;
  /** A sentence each, mostly about single network services. */
  readonly notes: readonly string[];
}

type Said = Omit<SystemProxyText, 'notes'>;

function quoted(names: readonly string[]): string {
  return names.map((name) => `“${name}”`).join(', ');
}

function nameHolder(holder: ProxyHolder | undefined): string {
  switch (holder?.kind) {
    case undefined:
      return 'no proxy is in force';
    case 'proxy':
      return `${formatHostPort(holder.address)} has it`;
    case 'pac':
      return `the PAC ${holder.url} has it`;
    case 'auto-discovery':
      return 'automatic proxy discovery has it';
  }
}

const settingNames: Readonly<Record<ProxySetting, string>> = {
  web: 'web proxy',
  secureWeb: 'secure web proxy',
  socks: 'SOCKS proxy',
  pac: 'automatic proxy configuration',
  autoDiscovery: 'automatic proxy discovery',
  bypass: 'list of hosts without a proxy',
};

function note(value: SystemProxyNote): string {
  switch (value.kind) {
    case 'service-refused':
      return `macOS did not take the settings of “${value.service}”: ${value.detail}.`;
    case 'service-signs-in':
      return `“${value.service}” has a proxy with a password, which could not be put back later, so it was left alone.`;
    case 'service-away':
      return `“${value.service}” is not there at the moment; its settings are put back when it returns.`;
    case 'changed-by-others':
      return `The ${settingNames[value.setting]} of “${value.service}” was changed by somebody else meanwhile and stays so.`;
    case 'journal-unreadable':
      return `The record of the earlier settings could not be read; it is kept as ${value.keptAs}.`;
    case 'switched-off':
      return `The proxy of “${value.service}” pointed at Latchkey and was switched off; what was there before is not known.`;
    default:
      return assertNever(value);
  }
}

function trouble(value: SystemProxyTrouble): Said {
  switch (value.kind) {
    case 'no-service':
      return {
        sentence: 'There is no network service whose proxy could be set.',
        remedy: 'Connect to a network, then try again.',
      };
    case 'not-taken':
      return {
        sentence: `No network service took the settings: ${quoted(value.services)}.`,
        remedy: 'Switch it on again in a moment.',
      };
    case 'no-answer':
      return {
        sentence: 'macOS did not answer in time about its proxy settings.',
        remedy: 'Switch it on again in a moment.',
      };
    case 'no-command':
      return {
        sentence: `The Mac’s proxy settings cannot be reached: ${value.detail}.`,
        remedy: 'The system proxy needs macOS, and its /usr/sbin/networksetup.',
      };
    case 'journal-not-written':
      return {
        sentence: `The earlier settings could not be written down, so nothing was changed: ${value.detail}.`,
        remedy: 'Make room on the disk, then try again.',
      };
    case 'journal-newer':
      return {
        sentence: `The record of the earlier settings, ${value.path}, is of a newer Latchkey, so nothing was changed.`,
        remedy: 'Use the newer Latchkey to put the settings back.',
      };
    case 'other-instance':
      return {
        sentence: `Another Latchkey (process ${value.pid}) has set the Mac’s proxy and is still running.`,
        remedy: 'Switch it off there, or quit that one.',
      };
    case 'not-put-back':
      return {
        sentence: `macOS did not take the earlier settings back, so that Latchkey is still the proxy of ${quoted(value.services)}.`,
        remedy: 'Try again, or change it in System Settings, Network, Details, Proxies.',
      };
    case 'busy':
      return {
        sentence: 'Another Latchkey is changing the settings at this moment.',
        remedy: 'Try again in a few seconds.',
      };
    default:
      return assertNever(value);
  }
}

function said(state: SystemProxyState): Said {
  switch (state.kind) {
    case 'unsupported':
      return { sentence: 'This Mac has no proxy settings that Latchkey can switch.' };
    case 'off':
      return { sentence: 'This Mac does not use Latchkey as its proxy.' };
    case 'changing':
      return {
        sentence: `The Mac’s proxy settings are being ${state.to === 'on' ? 'changed' : 'put back'}.`,
      };
    case 'on':
      return {
        sentence: `This Mac uses Latchkey as its proxy${state.mode === 'pac' ? ', through a PAC' : ''}, on ${quoted(state.services)}.`,
      };
    case 'not-in-force':
      return {
        sentence: `The Mac’s proxy is set to Latchkey, but something else decides at the moment: ${nameHolder(state.holder)}.`,
        remedy:
          state.holder === undefined
            ? 'There may be no network, or a VPN without a proxy.'
            : 'A VPN or a configuration profile may be in front; ask your IT department.',
      };
    case 'taken-over':
      return {
        sentence: `Another program has taken the Mac’s proxy setting again and again: ${nameHolder(state.holder)}. Latchkey has stopped setting it.`,
        remedy: 'Quit the other program, then switch it on again.',
      };
    case 'needs-password':
      return state.to === 'on'
        ? {
            sentence: 'macOS wants an administrator’s password to change the proxy settings.',
            remedy: 'Switch it on again, and let an administrator answer.',
          }
        : {
            sentence: 'macOS wants an administrator’s password to put back the proxy settings.',
            remedy: 'Switch it off again, and let an administrator answer.',
          };
    case 'failed':
      return trouble(state.trouble);
    default:
      return assertNever(state);
  }
}

/** The words for the state of the Mac's proxy settings, in English. */
export function systemProxyInEnglish(state: SystemProxyState): SystemProxyText {
  return { ...said(state), notes: state.notes.map(note) };
}
