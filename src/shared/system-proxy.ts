import { assertNever } from './problem';
import { formatHostPort, type HostPort } from './settings';

/**
 * How the Mac is told of the local proxy. `manual`: as web and secure web proxy of each network service. `pac`: by a PAC
 * that the local proxy serves; a Mac whose local proxy has gone away then goes direct.
 */
export type SystemProxyMode = 'manual' | 'pac';

/** What the Mac's traffic is to be sent to. */
export interface SystemProxyTarget {
  readonly mode: SystemProxyMode;
  /** Where the local proxy listens. */
  readonly address: HostPort;
  /** More entries for the list of hosts that are not sent to the proxy, as networks of this link. */
  readonly bypass: readonly string[];
}

/** One setting of a network service, in the words of System Settings. */
export type ProxySetting = 'web' | 'secureWeb' | 'socks' | 'pac' | 'autoDiscovery' | 'bypass';

/** Who has the traffic when it is not Latchkey. */
export type ProxyHolder =
  | { readonly kind: 'proxy'; readonly address: HostPort }
  | { readonly kind: 'pac'; readonly url: string }
  | { readonly kind: 'auto-discovery' };

/** What a user should know besides, mostly about single services. */
export type SystemProxyNote =
  /** macOS did not take the settings of this service. */
  | { readonly kind: 'service-refused'; readonly service: string; readonly detail: string }
  /** It has a proxy with a password, which could not be put back: it is left alone. */
  | { readonly kind: 'service-signs-in'; readonly service: string }
  /** It is not there at the moment; its settings are put back when it returns. */
  | { readonly kind: 'service-away'; readonly service: string }
  /** Somebody has changed this since: it stays as it is. */
  | { readonly kind: 'changed-by-others'; readonly service: string; readonly setting: ProxySetting }
  | { readonly kind: 'journal-unreadable'; readonly keptAs: string }
  /** The journal says nothing about the time before, so that what points at Latchkey is switched off. */
  | { readonly kind: 'switched-off'; readonly service: string };

/** Why nothing came of it. */
export type SystemProxyTrouble =
  | { readonly kind: 'no-service' }
  | { readonly kind: 'no-command'; readonly detail: string }
  | { readonly kind: 'journal-not-written'; readonly detail: string }
  | { readonly kind: 'journal-newer'; readonly path: string }
  /** Another Latchkey has set the Mac's proxy and is still running. */
  | { readonly kind: 'other-instance'; readonly pid: number }
  | { readonly kind: 'busy' };

/** What is true of the Mac's proxy settings, not what was asked for. */
export type SystemProxyState = { readonly notes: readonly SystemProxyNote[] } & (
  | { readonly kind: 'off' }
  /** It is being switched on or off. */
  | { readonly kind: 'changing'; readonly to: 'on' | 'off' }
  | { readonly kind: 'on'; readonly mode: SystemProxyMode; readonly services: readonly string[] }
  /** The services are set, but something else is in force: a VPN, a profile; nobody when there is no network. */
  | { readonly kind: 'not-in-force'; readonly holder: ProxyHolder | undefined }
  /** Another program has taken the setting again and again, and Latchkey does not fight. */
  | { readonly kind: 'taken-over'; readonly holder: ProxyHolder | undefined }
  /** macOS wants the password of an administrator; it is asked for only when the user clicks. */
  | { readonly kind: 'needs-password'; readonly to: 'on' | 'off' }
  | { readonly kind: 'failed'; readonly trouble: SystemProxyTrouble }
);

/** What is said about the Mac's proxy settings: one sentence, and a thing to do if there is one. */
export interface SystemProxyText {
  readonly sentence: string;
  readonly remedy?: string;
  readonly notes: readonly string[];
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

function describeNote(note: SystemProxyNote): string {
  switch (note.kind) {
    case 'service-refused':
      return `macOS did not take the settings of “${note.service}”: ${note.detail}.`;
    case 'service-signs-in':
      return `“${note.service}” has a proxy with a password, which could not be put back later, so it was left alone.`;
    case 'service-away':
      return `“${note.service}” is not there at the moment; its settings are put back when it returns.`;
    case 'changed-by-others':
      return `The ${settingNames[note.setting]} of “${note.service}” was changed by somebody else meanwhile and stays so.`;
    case 'journal-unreadable':
      return `The record of the earlier settings could not be read; it is kept as ${note.keptAs}.`;
    case 'switched-off':
      return `The proxy of “${note.service}” pointed at Latchkey and was switched off; what was there before is not known.`;
    default:
      return assertNever(note);
  }
}

function describeTrouble(trouble: SystemProxyTrouble): Pick<SystemProxyText, 'sentence' | 'remedy'> {
  switch (trouble.kind) {
    case 'no-service':
      return {
        sentence: 'There is no network service whose proxy could be set.',
        remedy: 'Connect to a network, then try again.',
      };
    case 'no-command':
      return {
        sentence: `The Mac's proxy settings cannot be reached: ${trouble.detail}.`,
        remedy: 'The system proxy needs macOS, and its /usr/sbin/networksetup.',
      };
    case 'journal-not-written':
      return {
        sentence: `The earlier settings could not be written down, so nothing was changed: ${trouble.detail}.`,
        remedy: 'Make room on the disk, then try again.',
      };
    case 'journal-newer':
      return {
        sentence: `The record of the earlier settings, ${trouble.path}, is of a newer Latchkey, so nothing was changed.`,
        remedy: 'Use the newer Latchkey to put the settings back.',
      };
    case 'other-instance':
      return {
        sentence: `Another Latchkey (process ${trouble.pid}) has set the Mac's proxy and is still running.`,
        remedy: 'Switch it off there, or quit that one.',
      };
    case 'busy':
      return {
        sentence: 'Another Latchkey is changing the settings at this moment.',
        remedy: 'Try again in a few seconds.',
      };
    default:
      return assertNever(trouble);
  }
}

function describeKind(state: SystemProxyState): Pick<SystemProxyText, 'sentence' | 'remedy'> {
  switch (state.kind) {
    case 'off':
      return { sentence: 'This Mac does not use Latchkey as its proxy.' };
    case 'changing':
      return {
        sentence: `The Mac's proxy settings are being ${state.to === 'on' ? 'changed' : 'put back'}.`,
      };
    case 'on':
      return {
        sentence: `This Mac uses Latchkey as its proxy${state.mode === 'pac' ? ', through a PAC' : ''}, on ${state.services.map((name) => `“${name}”`).join(', ')}.`,
      };
    case 'not-in-force':
      return {
        sentence: `The Mac's proxy is set to Latchkey, but something else decides at the moment: ${nameHolder(state.holder)}.`,
        remedy:
          state.holder === undefined
            ? 'There may be no network, or a VPN without a proxy.'
            : 'A VPN or a configuration profile may be in front; ask your IT department.',
      };
    case 'taken-over':
      return {
        sentence: `Another program has taken the Mac's proxy setting again and again: ${nameHolder(state.holder)}. Latchkey has stopped setting it.`,
        remedy: 'Quit the other program, then switch it on again.',
      };
    case 'needs-password':
      return {
        sentence: `macOS wants the password of an administrator to ${state.to === 'on' ? 'change' : 'put back'} the proxy settings.`,
        remedy:
          state.to === 'on'
            ? 'Switch it on again, and let an administrator answer.'
            : 'Run `latchkey restore`, and let an administrator answer.',
      };
    case 'failed':
      return describeTrouble(state.trouble);
    default:
      return assertNever(state);
  }
}

/** The words for the state of the Mac's proxy settings. */
export function describeSystemProxy(state: SystemProxyState): SystemProxyText {
  return { ...describeKind(state), notes: state.notes.map(describeNote) };
}
