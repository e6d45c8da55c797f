import { assertNever } from './problem';
import type { AppState } from './state';
import { leadsToLatchkey, type ProxyHolder } from './system-proxy';

/** Which way the programs go that follow this Mac's proxy settings. Terminals have settings of their own. */
export type MacRoad =
  | { readonly kind: 'latchkey' }
  /** There are no such settings here: what uses Latchkey was told so one by one. */
  | { readonly kind: 'unsupported' }
  /** The settings are being changed. */
  | { readonly kind: 'changing' }
  /** Their own way, as the user wants it. */
  | { readonly kind: 'own' }
  /** Another program has the setting. */
  | { readonly kind: 'taken'; readonly holder: ProxyHolder | undefined }
  /** The setting leads to Latchkey, and something stands before it, as a VPN; without a holder no proxy is in force. */
  | { readonly kind: 'behind'; readonly holder: ProxyHolder | undefined }
  /** Their own way, as macOS wants to be asked first, or has refused. */
  | { readonly kind: 'refused'; readonly wantsPassword: boolean };

/** Of what is true of the Mac, not of what was asked for. */
export function macRoad({ settings, systemProxy }: Pick<AppState, 'settings' | 'systemProxy'>): MacRoad {
  switch (systemProxy.kind) {
    case 'unsupported':
      return { kind: 'unsupported' };
    case 'changing':
      return { kind: 'changing' };
    case 'not-in-force':
      return { kind: 'behind', holder: systemProxy.holder };
    case 'off':
    case 'on':
    case 'taken-over':
    case 'needs-password':
    case 'failed':
      if (leadsToLatchkey(systemProxy)) return { kind: 'latchkey' };
      if (!settings.usesSystemProxy || systemProxy.kind === 'off') return { kind: 'own' };
      if (systemProxy.kind === 'taken-over') return { kind: 'taken', holder: systemProxy.holder };
      return { kind: 'refused', wantsPassword: systemProxy.kind === 'needs-password' };
    default:
      return assertNever(systemProxy);
  }
}
