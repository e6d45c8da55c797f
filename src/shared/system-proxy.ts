import type { AppSettings } from './app-settings';
import { assertNever } from './problem';
import type { HostPort } from './settings';

/**
 * How the Mac is told of the local proxy. `manual`: as web and secure web proxy of each network service. `pac`: by a PAC
 * that the local proxy serves; a Mac whose local proxy has gone away then goes direct.
 */
export type SystemProxyMode = 'manual' | 'pac';

/** What a user can choose of it. */
export interface SystemProxyWay {
  readonly mode: SystemProxyMode;
  /** Whether the networks that this Mac is on are reached without the local proxy; only with `manual`. */
  readonly isLocalDirect: boolean;
  /** Whether what the no-proxy rules name is reached without the local proxy as well; only with `manual`. */
  readonly isNoProxyDirect: boolean;
}

type WaySettings = Pick<AppSettings, 'systemProxyMode' | 'bypassesLocalNetworks' | 'bypassesNoProxy'>;

/** What the settings say of it. */
export function wayOf(settings: WaySettings): SystemProxyWay {
  const { systemProxyMode: mode, bypassesLocalNetworks, bypassesNoProxy } = settings;
  return { mode, isLocalDirect: bypassesLocalNetworks, isNoProxyDirect: bypassesNoProxy };
}

/** The settings that say so. */
export function settingsOfWay({ mode, isLocalDirect, isNoProxyDirect }: SystemProxyWay): WaySettings {
  return { systemProxyMode: mode, bypassesLocalNetworks: isLocalDirect, bypassesNoProxy: isNoProxyDirect };
}

/** What the Mac's traffic is to be sent to. */
export interface SystemProxyTarget {
  readonly mode: SystemProxyMode;
  /** Where the local proxy listens. */
  readonly address: HostPort;
  /** More entries for the list of hosts that are not sent to the proxy: networks of this link, and no-proxy rules. */
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
  /** There are these, and none of them took the settings; the notes say what macOS said of each. */
  | { readonly kind: 'not-taken'; readonly services: readonly string[] }
  /** macOS's command was too slow. */
  | { readonly kind: 'no-answer' }
  | { readonly kind: 'no-command'; readonly detail: string }
  | { readonly kind: 'journal-not-written'; readonly detail: string }
  | { readonly kind: 'journal-newer'; readonly path: string }
  /** Another Latchkey has set the Mac's proxy and is still running. */
  | { readonly kind: 'other-instance'; readonly pid: number }
  | { readonly kind: 'busy' }
  /** macOS did not take the earlier settings of these services, which still lead to the local proxy. */
  | { readonly kind: 'not-put-back'; readonly services: readonly string[] };

/** What is true of the Mac's proxy settings, not what was asked for. */
export type SystemProxyState = {
  readonly notes: readonly SystemProxyNote[];
} /** This machine has no such settings. */ & (
  | { readonly kind: 'unsupported' }
  | { readonly kind: 'off' }
  /** It is being switched on or off. */
  | { readonly kind: 'changing'; readonly to: 'on' | 'off' }
  | { readonly kind: 'on'; readonly mode: SystemProxyMode; readonly services: readonly string[] }
  /** The services are set, but something else is in force: a VPN, a profile; nobody when there is no network. */
  | { readonly kind: 'not-in-force'; readonly holder: ProxyHolder | undefined }
  /**
   * Another program has taken the setting again and again, and Latchkey does not fight: since then, in milliseconds since 1970,
   * having set it back so many times.
   */
  | {
      readonly kind: 'taken-over';
      readonly holder: ProxyHolder | undefined;
      readonly sinceMs?: number;
      readonly setBackCount?: number;
    }
  /** macOS wants the password of an administrator; it is asked for only when the user clicks. */
  | { readonly kind: 'needs-password'; readonly to: 'on' | 'off' }
  | { readonly kind: 'failed'; readonly trouble: SystemProxyTrouble }
);

/**
 * Whether the settings of this Mac lead to the local proxy, as far as is known: also when something else is in front of
 * them, and while nobody has let them be put back.
 */
export function leadsToLatchkey(state: SystemProxyState): boolean {
  switch (state.kind) {
    case 'on':
    case 'not-in-force':
      return true;
    case 'changing':
      return state.to === 'on';
    case 'needs-password':
      return state.to === 'off';
    case 'failed':
      return state.trouble.kind === 'not-put-back';
    case 'unsupported':
    case 'off':
    case 'taken-over':
      return false;
    default:
      return assertNever(state);
  }
}
