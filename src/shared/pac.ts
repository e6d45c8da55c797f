import type { Upstream } from './settings';

/** One way that a PAC names: direct, or by a proxy of that kind. */
export type PacWay =
  | { readonly kind: 'direct' }
  | {
      readonly kind: 'http' | 'https' | 'socks4' | 'socks5';
      /** An IPv6 address has no brackets. */
      readonly host: string;
      readonly port: number;
    };

/** The company proxy of a way; undefined for what is none. */
export function upstreamOf(way: PacWay): Upstream | undefined {
  if (way.kind === 'http') return { host: way.host, port: way.port };
  return way.kind === 'https' ? { host: way.host, port: way.port, isTls: true } : undefined;
}

/** A script that was of use, as it is kept across restarts. */
export interface KeptPac {
  /** What the settings said of where it is. */
  readonly source: string;
  readonly place: string;
  readonly text: string;
  /** Milliseconds since 1970. */
  readonly readMs: number;
}

/** What came of asking a PAC for an address. */
export type PacVerdict =
  | {
      readonly kind: 'ways';
      /** What the script has answered, exactly. */
      readonly answer: string;
      /** The line of the script on which it was returned, where that is known. */
      readonly line?: number;
      /** At least one, in the order in which they are to be tried. */
      readonly ways: readonly PacWay[];
    }
  /** It says nothing that could be followed. @see PacFailure */
  | { readonly kind: 'failed'; readonly why: PacFailure; readonly detail: string };

/**
 * - `absent`: no PAC could be had so far
 * - `slow`: no answer within the time that a look-up may take
 * - `script`: the script has failed, with its line in the detail where one is to blame
 * - `no-answer`: it has returned nothing that names a way
 */
export type PacFailure = 'absent' | 'slow' | 'script' | 'no-answer';

/** Asks the PAC that is in use. */
export interface PacGuide {
  /**
   * By which ways requests for an address go: at once where that is known, never later than a look-up may take.
   *
   * @param url absolute, of http or https; a tunnel is asked for as https
   */
  find(url: string): PacVerdict | Promise<PacVerdict>;
  /** None of the proxies that an answer names can be reached: there may be a newer PAC. */
  allDown(): void;
}

/** What the PAC that the settings name is like at the moment. */
export interface PacState {
  /** Where it was read from last: a URL or a path; undefined while that is not known. */
  readonly place: string | undefined;
  /** When the script that is in use was read, in milliseconds since 1970; undefined while there is none. */
  readonly readMs: number | undefined;
  /** Why it could not be read the last time; the script of before stays in use. */
  readonly error: string | undefined;
}

/** What the doctor has found of the PAC that is in use. */
export interface PacFinding {
  /** Where it was read from; undefined: it could not be found. */
  readonly place: string | undefined;
  /** How long ago the script that is in use was read, in milliseconds; undefined: none was. */
  readonly ageMs: number | undefined;
  /** What it says to the page of the doctor. */
  readonly answer: string | undefined;
  /** The company proxies that it names for that page and for usual addresses, which may get the sign-in. */
  readonly agreed: readonly Upstream[];
  /** Those that may not. */
  readonly notAgreed: readonly Upstream[];
}

/** What is to be mended of a PAC. */
export type PacTrouble =
  /** The last try to read it has failed: `isOld` says whether the one of before is in use. */
  | { readonly kind: 'pac-not-read'; readonly error: string; readonly isOld: boolean }
  | { readonly kind: 'pac-silent'; readonly detail: string }
  | { readonly kind: 'pac-not-agreed'; readonly upstreams: readonly Upstream[] };

/** Where the company proxies come from besides the list. */
export type PacSource =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string }
  /** The PAC, or the automatic discovery, of the Mac's own network settings. */
  | { readonly kind: 'mac' }
  /** http://wpad.DOMAIN/wpad.dat of the domains that this machine searches. */
  | { readonly kind: 'wpad' };

/**
 * Reads where a PAC is: `mac`, `wpad`, an http or https URL without user and password, or an absolute path.
 *
 * @returns undefined where it is none of these
 */
export function readPacSource(text: string): PacSource | undefined {
  if (text === 'mac' || text === 'wpad') return { kind: text };
  if (text.startsWith('/')) return { kind: 'file', path: text };
  return /^https?:\/\/[^\s/?#@]+(?:[/?][^\s#]*)?$/i.test(text) ? { kind: 'url', url: text } : undefined;
}

/** What this machine's own settings say of a PAC. */
export interface PacSurroundings {
  /** The PAC of the Mac's network settings, as they are without Latchkey. */
  readonly macPac: () => Promise<MacPac>;
  /** The domains in which this machine looks names up. */
  readonly searchDomains: () => Promise<readonly string[]>;
}

/** `latchkey`: the Mac's traffic goes to a local proxy at the moment, which hides what was set before. */
export type MacPac =
  | { readonly kind: 'url'; readonly url: string }
  | { readonly kind: 'discovery' | 'none' | 'latchkey' };

/** A PAC that was opened, until it is closed. No method rejects. */
export interface OpenedPac extends PacGuide {
  readonly state: PacState;
  /** This machine has come to another network. */
  beginEpoch(): void;
  /** Reads it from where it is. Resolves when that is over, whatever came of it. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export interface OpenPacOptions {
  /** Where the PAC is, as `readPacSource` takes it. */
  readonly source: string;
  /** Whether the last one that was of use is kept for the next start. */
  readonly isKept: boolean;
  /** Told of each change of the state. */
  readonly onChange: (state: PacState) => void;
  /** Told of a bug. */
  readonly onInternalError: (error: unknown) => void;
}

export type OpenPac = (options: OpenPacOptions) => Promise<OpenedPac>;
