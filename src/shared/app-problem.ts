import type { UpdatesProblem } from './updates';
import type { ConfMatter } from './conf-remark';
import type { UnboundPort } from './engine-state';
import type { KerberosUnused } from './kerberos';
import type { SettingName } from './managed';
import type { PacTrouble } from './pac';
import type { Problem } from './problem';
import type { HostPort, SignInMethod } from './settings';

/** What can go wrong in the app itself, besides a request. */
export type AppProblem =
  | Problem
  | {
      readonly kind: 'port-in-use';
      readonly port: number;
      readonly freePort: number | undefined;
      readonly holder: string | undefined;
    }
  | { readonly kind: 'port-not-allowed'; readonly port: number }
  | { readonly kind: 'upstream-is-latchkey'; readonly upstream: HostPort }
  | { readonly kind: 'unknown-host'; readonly host: string }
  | { readonly kind: 'keychain-locked' }
  | { readonly kind: 'keychain-denied' }
  | { readonly kind: 'keychain-absent' }
  /** The part of Latchkey that asks the Keychain was not built: only where somebody builds it himself. */
  | { readonly kind: 'keychain-not-built' }
  | { readonly kind: 'keychain-failed'; readonly detail: string }
  /** The settings file could not be read; it was kept under another name and defaults are in use. */
  | { readonly kind: 'settings-damaged'; readonly keptAs: string }
  | { readonly kind: 'settings-not-saved'; readonly detail: string }
  /** What was to be changed is said by a file that Latchkey does not write: line 0 is none of its lines. */
  | {
      readonly kind: 'settings-elsewhere';
      readonly file: string;
      readonly line: number;
      readonly keyword: string;
    }
  /** What was to be changed is set by somebody else, for the user. */
  | {
      readonly kind: 'setting-managed';
      readonly name: SettingName;
      readonly by: string | undefined;
      readonly contact: string | undefined;
    }
  /** A managed setting whose value cannot be what it is: it is not used. */
  | { readonly kind: 'managed-wrong'; readonly key: string; readonly file: string }
  /** Where Listen or the settings say to listen is no address of this machine. */
  | { readonly kind: 'no-such-address'; readonly host: string }
  /** One of several ports cannot be opened; the others are. */
  | {
      readonly kind: 'not-listening';
      /** `place` is `[address:]port`; line 0 of `file` is none of its lines. */
      readonly place: string;
      readonly file: string;
      readonly line: number;
      readonly why: UnboundPort['why'];
    }
  /** The Keychain has given no password for these users of SOCKS5. */
  | { readonly kind: 'socks-users-unknown'; readonly users: readonly string[] }
  | { readonly kind: 'file-unreadable'; readonly file: string; readonly detail: string }
  /** Line 0 is the file as a whole. */
  | {
      readonly kind: 'cntlm-conf';
      readonly file: string;
      readonly line: number;
      readonly matter: ConfMatter;
    }
  /** A password of more than 14 characters, or with others than those of ASCII, is none for this method. */
  | { readonly kind: 'no-lm-hash'; readonly method: SignInMethod }
  | { readonly kind: 'login-item-refused' }
  | KerberosUnused
  | PacTrouble
  | UpdatesProblem
  /** macOS has not shown a notification that it was given. */
  | { readonly kind: 'notifications-off' }
  /** macOS gives the icon no place in the menu bar. */
  | { readonly kind: 'icon-hidden' }
  /** Somebody has changed the block in a shell's start file: it is left alone. */
  | { readonly kind: 'shell-block-edited'; readonly file: string; readonly line: number }
  | {
      readonly kind: 'shell-file-refused';
      readonly file: string;
      readonly why: 'not-a-file' | 'not-yours' | 'read-only' | 'link-loop' | 'busy' | 'other';
      /** What the system said. */
      readonly detail: string;
    }
  /** A folder of the user's PATH has a `latchkey` that is not this app's. */
  | {
      readonly kind: 'command-taken';
      readonly path: string;
      /** Where it leads, if it is a link. */
      readonly target: string | undefined;
    }
  /** No folder of PATH can take the command: `line` puts `folder` into it, as a line of `file`. */
  | {
      readonly kind: 'command-has-no-folder';
      readonly folder: string;
      readonly file: string;
      readonly line: string;
    }
  /** The app stands where macOS or the user takes it away again: a link to it would soon lead nowhere. */
  | { readonly kind: 'command-app-not-installed' }
  | { readonly kind: 'command-not-linked'; readonly path: string; readonly detail: string }
  | { readonly kind: 'not-a-latchkey-task'; readonly detail: string };
