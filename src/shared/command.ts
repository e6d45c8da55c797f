import type { z } from 'zod';
import type { ActivityRow } from './activity';
import type { ActivityDay } from './activity-day';
import type { commandSchema } from './command-schema';
import type { ConfGap } from './conf-export';
import type { PacVerdict } from './pac';
import type { Finding } from './finding';
import type { Problem } from './problem';
import type { Upstream } from './settings';
import type { ShellBlockPlan } from './shell-block-plan';
import type { AppProblem } from './app-problem';
import type { Check } from './state';
import type { WayProof } from './way-proof';

/** What panel, tray and terminal ask of the core. A password travels in it once and goes nowhere else. */
export type Command = z.infer<typeof commandSchema>;

export type FinishedCheck = Check & { readonly kind: 'finished' };

export type CommandResult =
  | { readonly kind: 'done' }
  /** What set-up can take over; the state has it as well, a moment later. */
  | { readonly kind: 'found'; readonly findings: readonly Finding[] }
  | { readonly kind: 'activity'; readonly rows: readonly ActivityRow[] }
  | { readonly kind: 'today'; readonly today: ActivityDay }
  /** How many requests of today each rule covers. */
  | { readonly kind: 'covered'; readonly counts: readonly number[] }
  /** What became of a check of a password, or of the doctor's. */
  | { readonly kind: 'checked'; readonly check: FinishedCheck }
  /** Oldest first; each begins with its time. */
  | { readonly kind: 'log'; readonly lines: readonly string[] }
  /** The rule that sends it direct; undefined: it goes to the company proxy. */
  | {
      readonly kind: 'address';
      readonly route: 'upstream' | 'direct';
      readonly rule: string | undefined;
      /** What the PAC says, where one is in use and no rule fits. */
      readonly pac?: PacVerdict;
    }
  /** Whether a machine may connect, and the access rule that says so; undefined: none fits. */
  | { readonly kind: 'client'; readonly isAllowed: boolean; readonly rule: string | undefined }
  /** The company proxies that a PAC names, in their order, and why it could not be read, if so. */
  | {
      readonly kind: 'pac';
      readonly proxies: readonly Upstream[];
      /** Where it was found. */
      readonly place: string | undefined;
      readonly error: string | undefined;
    }
  | { readonly kind: 'way-proof'; readonly proof: WayProof }
  /** A cntlm.conf was written, without this. */
  | { readonly kind: 'exported'; readonly gaps: readonly ConfGap[] }
  /** The settings were read again and are in use, but for a password that was not accepted, for this reason. */
  | { readonly kind: 'reloaded'; readonly rejected: Problem | undefined }
  | { readonly kind: 'shell-block'; readonly plan: ShellBlockPlan }
  /** The user closed the dialog. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly problem: AppProblem };
