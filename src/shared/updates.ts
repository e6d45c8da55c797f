/** Why there is no update although one was wanted. */
export type UpdateTrouble =
  /** The feed cannot be had, or says nothing that makes sense. */
  | 'feed'
  /** The archive broke off on its way. */
  | 'interrupted'
  /** The archive is not the one that the feed names, by its SHA-512. */
  | 'damaged'
  /** macOS does not find the signature of whoever signed this app. */
  | 'signature'
  /** macOS could not take it over for another reason. */
  | 'refused'
  /** The app stands where macOS lets nothing be changed. */
  | 'read-only'
  /** The Mac's proxy settings could not be put back, so Latchkey has not ended. */
  | 'settings-not-back'
  /** It was to be installed, and the version before it is what has come up again. */
  | 'not-installed';

/** What keeps the app from being updated. `version` is the one that was to come, as far as it is known. */
export interface UpdateProblem {
  readonly kind: 'update-failed';
  readonly why: UpdateTrouble;
  readonly version: string | undefined;
  /** What was said of it, by the network or by macOS. */
  readonly detail: string;
}

export type UpdatesProblem =
  | UpdateProblem
  /** Only the packaged app with a feed is updated by itself: not a working copy, and not `latchkey run`. */
  | { readonly kind: 'updates-unsupported' };

/** How far an update is. */
export type UpdateStep =
  /** This Latchkey has no feed, or is none that can be updated by itself: nobody is asked for anything. */
  | { readonly kind: 'unsupported' }
  /** There is nothing newer, as far as is known. */
  | { readonly kind: 'none' }
  | { readonly kind: 'looking' }
  /** `share` is what has come of it, from 0 to 1; at 1 macOS looks at its signature. */
  | { readonly kind: 'loading'; readonly version: string; readonly share: number }
  /** It is here, and its signature is good: it comes up at the next start, or at once when the user says so. */
  | {
      readonly kind: 'ready';
      readonly version: string;
      /** What is new, a line each; empty where the feed does not say. */
      readonly notes: readonly string[];
      /** Whether it came through the local proxy. */
      readonly isByLatchkey: boolean;
    }
  | { readonly kind: 'failed'; readonly problem: UpdateProblem };

export interface UpdatesState {
  readonly step: UpdateStep;
  /** When the feed was last asked and has answered, in milliseconds since 1970. */
  readonly lookedAtMs?: number;
  /** Whether it is installed as soon as nothing is carried for some seconds. */
  readonly waitsForQuiet: boolean;
}

export const noUpdates: UpdatesState = { step: { kind: 'unsupported' }, waitsForQuiet: false };
