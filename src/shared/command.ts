import { z } from 'zod';
import type { ActivityRow } from './activity';
import { appSettingsSchema } from './app-settings';
import type { ShellBlockPlan } from './shell-block-plan';
import { type AppProblem, screens } from './state';

const hostPort = z.object({ host: z.string().min(1).max(253), port: z.number().int().min(1).max(65_535) });
const account = z.object({ domain: z.string().max(255), user: z.string().min(1).max(255) });
const password = z.string().min(1).max(1024);
/** Tries a password that was refused before: an account may have been unlocked since. */
const isAgain = z.boolean().optional();
const shell = z.enum(['zsh', 'bash', 'fish']);
const settings = appSettingsSchema.unwrap();

const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('turn-on') }),
  z.strictObject({ kind: z.literal('turn-off') }),
  /** Looks for the company proxies again. */
  z.strictObject({ kind: z.literal('check-again') }),
  /** Looks for what set-up can take over. */
  z.strictObject({ kind: z.literal('look-around') }),
  z.strictObject({ kind: z.literal('set-up'), upstream: hostPort, account, password, isAgain }),
  /** Takes a cntlm.conf over; the password only when the file has no hash. */
  z.strictObject({
    kind: z.literal('set-up-from-file'),
    file: z.string().min(1),
    password: password.optional(),
    isAgain,
  }),
  z.strictObject({ kind: z.literal('change-password'), password, isAgain }),
  /** Keeps the password until Latchkey quits, after the Keychain did not take or give it. */
  z.strictObject({ kind: z.literal('use-for-session'), password }),
  /** Tries the credential in use once more although it was refused. */
  z.strictObject({ kind: z.literal('retry-password') }),
  z.strictObject({ kind: z.literal('pause-sign-in'), isPaused: z.boolean() }),
  z.strictObject({ kind: z.literal('cancel-check') }),
  /** Forgets the finished check: the screen that showed it was left. */
  z.strictObject({ kind: z.literal('dismiss-check') }),
  z.strictObject({ kind: z.literal('run-doctor') }),
  /** The doctor's question, whether to spend a logon. */
  z.strictObject({ kind: z.literal('answer-doctor'), signsIn: z.boolean() }),
  z.strictObject({ kind: z.literal('set-system-proxy'), isOn: z.boolean() }),
  z.strictObject({ kind: z.literal('set-open-at-login'), isOn: z.boolean() }),
  z.strictObject({
    kind: z.literal('change-settings'),
    patch: settings
      .omit({ version: true, account: true, isOn: true, usesSystemProxy: true, writesShellBlock: true })
      .partial()
      .strict(),
  }),
  /** What the rules say to a host or URL. */
  z.strictObject({ kind: z.literal('try-address'), address: z.string().min(1).max(2048) }),
  /** The rows after this one, at most 10,000, oldest first. */
  z.strictObject({ kind: z.literal('read-activity'), afterId: z.number().int().min(0) }),
  z.strictObject({ kind: z.literal('copy-terminal-commands'), shell: shell.optional() }),
  /** What the switch for the block would change in the shell's start file. */
  z.strictObject({ kind: z.literal('preview-shell-block') }),
  z.strictObject({ kind: z.literal('set-shell-block'), isOn: z.boolean() }),
  z.strictObject({ kind: z.literal('copy-text'), text: z.string().max(2_000_000) }),
  z.strictObject({ kind: z.literal('import-cntlm-conf') }),
  z.strictObject({ kind: z.literal('export-cntlm-conf') }),
  z.strictObject({ kind: z.literal('forget-account') }),
  z.strictObject({ kind: z.literal('show-log') }),
  z.strictObject({
    kind: z.literal('open-settings-pane'),
    pane: z.enum(['login-items', 'network', 'date-and-time']),
  }),
  z.strictObject({ kind: z.literal('dismiss-notice'), notice: z.string().max(64) }),
  z.strictObject({ kind: z.literal('set-panel-height'), height: z.number().int().min(100).max(2000) }),
  /** Shows a screen of the panel, and the panel if it is hidden. */
  z.strictObject({ kind: z.literal('go-to'), screen: z.enum(screens) }),
  z.strictObject({ kind: z.literal('hide-panel') }),
  z.strictObject({ kind: z.literal('quit') }),
]);

/** What tray and panel ask of the app. A password travels in it once and goes nowhere else. */
export type Command = z.infer<typeof commandSchema>;

export type CommandResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'activity'; readonly rows: readonly ActivityRow[] }
  /** The rule that sends it direct; undefined: it goes to the company proxy. */
  | { readonly kind: 'address'; readonly route: 'upstream' | 'direct'; readonly rule: string | undefined }
  | { readonly kind: 'shell-block'; readonly plan: ShellBlockPlan }
  /** The user closed the dialog. */
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'failed'; readonly problem: AppProblem };

/** A command from an untrusted sender. Undefined when it is none; says nothing of its contents. */
export function parseCommand(value: unknown): Command | undefined {
  const parsed = commandSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
