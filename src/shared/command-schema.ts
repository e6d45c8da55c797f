import { z } from 'zod';
import { changedElsewhere } from './app-settings';
import { appSettingsSchema } from './app-settings-schema';
import { isCalendarDay } from './calendar-day';
import { confTargets } from './conf-export';
import { isIpAddress } from './ip-address';
import { isSocksName, isSocksPassword } from './settings';
import { screens } from './state';

const settings = appSettingsSchema.unwrap();
const hostPort = z.object({
  host: z.string().min(1).max(253),
  port: z.number().int().min(1).max(65_535),
  isTls: z.boolean().optional(),
});
const account = z.object({ domain: z.string().max(255), user: z.string().min(1).max(255) });
const password = z.string().min(1).max(1024);
/** Tries a password that was refused before: an account may have been unlocked since. */
const isAgain = z.boolean().optional();
/** The page that a logon is made with, instead of one that Latchkey chooses. */
const checkUrl = z
  .url({ protocol: /^https?$/ })
  .max(8192)
  .optional();
/** How it signs in from now on, once it is accepted; default: as before. */
const method = settings.shape.signInMethod.optional();
const shell = z.enum(['zsh', 'bash', 'fish']);

/** What can be asked, and what each field of it may be. */
export const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('turn-on') }),
  z.strictObject({ kind: z.literal('turn-off') }),
  /** Looks for the company proxies again. */
  z.strictObject({ kind: z.literal('check-again') }),
  /** Looks for what set-up can take over. */
  z.strictObject({ kind: z.literal('look-around') }),
  /** `pac`: where the PAC is that has named `upstream` and `others`; empty or absent: there is none. */
  z.strictObject({
    kind: z.literal('set-up'),
    upstream: hostPort,
    others: z.array(hostPort).max(32).optional(),
    pac: settings.shape.pac.optional(),
    account,
    password,
    isAgain,
  }),
  /** Reads a PAC without putting it to use, and tells which proxies it names for usual addresses. */
  z.strictObject({ kind: z.literal('look-at-pac'), pac: z.string().min(1).max(2048) }),
  /** Whether a company proxy that the PAC names may get the sign-in. */
  z.strictObject({ kind: z.literal('answer-proxy'), upstream: hostPort, isAgreed: z.boolean() }),
  /** Reads the PAC again. */
  z.strictObject({ kind: z.literal('refresh-pac') }),
  /** Takes a cntlm.conf over; account and password only where the file has none, `agreed` where its PAC names the company proxies. */
  z.strictObject({
    kind: z.literal('set-up-from-file'),
    file: z.string().min(1),
    agreed: z.array(hostPort).max(32).optional(),
    account: account.optional(),
    password: password.optional(),
    isAgain,
  }),
  /** `setOn`: the day on which it was changed, if not today. */
  z.strictObject({
    kind: z.literal('change-password'),
    password,
    isAgain,
    url: checkUrl,
    method,
    setOn: z.string().refine(isCalendarDay).optional(),
  }),
  /** Keeps the password until Latchkey quits, after the Keychain did not take or give it. */
  z.strictObject({ kind: z.literal('use-for-session'), password, method }),
  /** Tries the credential in use once more although it was refused. */
  z.strictObject({ kind: z.literal('retry-password'), url: checkUrl }),
  z.strictObject({ kind: z.literal('pause-sign-in'), isPaused: z.boolean() }),
  z.strictObject({ kind: z.literal('cancel-check') }),
  /** Forgets the finished check: the screen that showed it was left. */
  z.strictObject({ kind: z.literal('dismiss-check') }),
  /** `signsIn`: whether it may spend a logon; without it the doctor asks. */
  z.strictObject({ kind: z.literal('run-doctor'), url: checkUrl, signsIn: z.boolean().optional() }),
  /** The doctor's question, whether to spend a logon. */
  z.strictObject({ kind: z.literal('answer-doctor'), signsIn: z.boolean() }),
  z.strictObject({ kind: z.literal('set-system-proxy'), isOn: z.boolean() }),
  /** Fetches a page as an app of this Mac would and one as curl in a new terminal, to see which way they go. */
  z.strictObject({ kind: z.literal('prove-way') }),
  z.strictObject({ kind: z.literal('set-open-at-login'), isOn: z.boolean() }),
  z.strictObject({
    kind: z.literal('change-settings'),
    patch: settings.omit(changedElsewhere).partial().strict(),
  }),
  /** Reads the settings again from where they are kept, as after a change by hand. */
  z.strictObject({ kind: z.literal('reload-settings') }),
  /** Lets a user in by SOCKS5, or gives one another password. */
  z.strictObject({
    kind: z.literal('set-socks-user'),
    user: z.string().refine(isSocksName),
    password: z.string().refine(isSocksPassword),
  }),
  z.strictObject({ kind: z.literal('remove-socks-user'), user: z.string().refine(isSocksName) }),
  /** What the rules say to a host or URL. */
  z.strictObject({ kind: z.literal('try-address'), address: z.string().min(1).max(2048) }),
  /** What the access rules say to a machine. */
  z.strictObject({ kind: z.literal('try-client'), address: z.string().refine(isIpAddress) }),
  /** The rows after this one, at most 10,000, oldest first. */
  z.strictObject({ kind: z.literal('read-activity'), afterId: z.number().int().min(0) }),
  /** What has happened today, and the hosts with the most traffic, so many of them. */
  z.strictObject({ kind: z.literal('read-today'), hosts: z.number().int().min(0).max(2_000) }),
  /** How many requests of today each of these rules of the no-proxy list would send direct. */
  z.strictObject({ kind: z.literal('count-covered'), rules: z.array(z.string().min(1).max(300)).max(16) }),
  z.strictObject({ kind: z.literal('copy-terminal-commands'), shell: shell.optional() }),
  /** What the switch for the block would change in the shell's start file. */
  z.strictObject({ kind: z.literal('preview-shell-block') }),
  z.strictObject({ kind: z.literal('set-shell-block'), isOn: z.boolean() }),
  /** Looks where terminals would find the command `latchkey`. */
  z.strictObject({ kind: z.literal('look-for-command') }),
  /** Links it into a folder of the user's PATH, or takes the link back. */
  z.strictObject({ kind: z.literal('set-command-link'), isOn: z.boolean() }),
  z.strictObject({ kind: z.literal('copy-text'), text: z.string().max(2_000_000) }),
  z.strictObject({ kind: z.literal('import-cntlm-conf') }),
  /** Asks where, and writes a cntlm.conf for this cntlm; `hasHash`: with its secrets, the hash and the passwords of SOCKS5. */
  z.strictObject({
    kind: z.literal('export-cntlm-conf'),
    target: z.enum(confTargets),
    hasHash: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('forget-account') }),
  z.strictObject({ kind: z.literal('show-log') }),
  /** The licences of all that the app is made of. */
  z.strictObject({ kind: z.literal('show-licences') }),
  /** The newest lines of the log. */
  z.strictObject({ kind: z.literal('read-log'), maxLines: z.number().int().min(1).max(10_000) }),
  z.strictObject({
    kind: z.literal('open-settings-pane'),
    pane: z.enum(['login-items', 'network', 'date-and-time', 'local-network', 'notifications', 'menu-bar']),
  }),
  /** Shows a notification, to see whether the system lets it be seen. */
  z.strictObject({ kind: z.literal('try-notification') }),
  /** Asks the feed of updates. Resolves when it has answered; what it offers is loaded then. */
  z.strictObject({ kind: z.literal('check-for-updates') }),
  /** Installs what is ready: as soon as nothing is carried, or now, which cuts the tunnels that are open. `never`: not by itself. */
  z.strictObject({ kind: z.literal('install-update'), when: z.enum(['quiet', 'now', 'never']) }),
  z.strictObject({ kind: z.literal('dismiss-notice'), notice: z.string().max(64) }),
  z.strictObject({ kind: z.literal('set-panel-height'), height: z.number().int().min(100).max(2000) }),
  /** Shows a screen of the panel, and the panel if it is hidden. */
  z.strictObject({ kind: z.literal('go-to'), screen: z.enum(screens) }),
  z.strictObject({ kind: z.literal('hide-panel') }),
  /** The panel's page has lost the focus. */
  z.strictObject({ kind: z.literal('leave-panel') }),
  z.strictObject({ kind: z.literal('quit') }),
]);

/** A command from an untrusted sender. Undefined when it is none; says nothing of its contents. */
export function parseCommand(value: unknown): z.infer<typeof commandSchema> | undefined {
  const parsed = commandSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
