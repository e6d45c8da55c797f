import { z } from 'zod';

/** The schema's version; older files are migrated, newer ones are left alone. */
export const settingsVersion = 1;

const port = z.number().int().min(1).max(65_535);
const hostPort = z.object({ host: z.string().min(1).max(253), port }).readonly();

/** Everything that the user can set, besides the password. One JSON file holds it. */
export const appSettingsSchema = z
  .object({
    version: z.literal(settingsVersion),
    /** Whether the local proxy is to run: the large switch. */
    isOn: z.boolean(),
    account: z
      .object({ domain: z.string(), user: z.string().min(1) })
      .readonly()
      .optional(),
    /** The company proxies, in order of preference. */
    upstreams: z.array(hostPort).readonly(),
    /** Host patterns and networks that are reached directly. */
    noProxy: z.array(z.string().min(1)).readonly(),
    port,
    /** Who may connect: this Mac alone, named addresses, or everybody who can reach it. */
    access: z.enum(['this-mac', 'named', 'everyone']),
    /** For `named`: IPv4 addresses, networks or host names. */
    allowed: z.array(z.string().min(1)).readonly(),
    offNetwork: z.enum(['direct', 'refuse']),
    /** Sent in type 3; empty: the name of this Mac. */
    workstation: z.string().max(15),
    /** Days after which the password expires, as the user says; null: not known. */
    maxPasswordAgeDays: z.number().int().min(1).max(3650).nullable(),
    /** How many days before that the first reminder comes. */
    remindDays: z.number().int().min(0).max(90),
    /** Whether the Mac's traffic is to be sent to the local proxy while it runs. */
    usesSystemProxy: z.boolean(),
    /** `pac`: by a PAC that the local proxy serves, so that a Mac without Latchkey goes direct. */
    systemProxyMode: z.enum(['manual', 'pac']),
    /** Whether programs reach the networks that this Mac is on without the local proxy. */
    bypassesLocalNetworks: z.boolean(),
    /** Whether the start file of the user's shell is to have a block that sends terminals to the local proxy. */
    writesShellBlock: z.boolean(),
    language: z.enum(['system', 'en', 'de']),
  })
  .readonly();

export type AppSettings = z.infer<typeof appSettingsSchema>;

/** The fields that the panel changes one at a time. */
export type SettingsPatch = Partial<
  Omit<AppSettings, 'version' | 'account' | 'isOn' | 'usesSystemProxy' | 'writesShellBlock'>
>;

export const defaultAppSettings: AppSettings = {
  version: settingsVersion,
  isOn: false,
  upstreams: [],
  noProxy: ['localhost', '127.0.0.*', '*.local'],
  port: 3128,
  access: 'this-mac',
  allowed: [],
  offNetwork: 'direct',
  workstation: '',
  maxPasswordAgeDays: null,
  remindDays: 7,
  usesSystemProxy: false,
  systemProxyMode: 'manual',
  bypassesLocalNetworks: false,
  writesShellBlock: false,
  language: 'system',
};
