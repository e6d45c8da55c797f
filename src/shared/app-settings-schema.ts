import { z } from 'zod';
import { parseHeader, parseListen, parseRule, parseTunnel } from './address-text';
import { logLevels } from './log-line';
import { readPacSource } from './pac';
import { isSocksName, longestWaitSeconds, offNetworks, signInMethods } from './settings';

/** The schema's version; older files are migrated, newer ones are left alone. */
export const settingsVersion = 1;

const port = z.number().int().min(1).max(65_535);
const upstream = z
  .object({ host: z.string().min(1).max(253), port, isTls: z.boolean().optional() })
  .readonly();

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
    upstreams: z.array(upstream).readonly(),
    /** Where a PAC is that says which of the company proxies a request goes by; empty: the first that is there. */
    pac: z
      .string()
      .max(2048)
      .refine((text) => text === '' || readPacSource(text) !== undefined)
      .meta({ description: 'mac, wpad, a URL, the whole path of a file, or none' }),
    /** What is done with a request for which the PAC has no answer in time. */
    pacFallback: z.enum(['direct', 'refuse', 'list']),
    /** Those that a PAC has named and the user has not agreed to: he is not asked again. */
    refusedProxies: z.array(upstream).readonly(),
    /** Rules for what is reached directly, in the language of docs/no-proxy.md. */
    noProxy: z.array(z.string().min(1)).readonly(),
    /** Whether names are looked up, to be compared with the networks among these rules. */
    resolvesNames: z.boolean(),
    port,
    /** Where it listens besides, as `[address:]port`; `*` is every address of this Mac. */
    alsoListen: z.array(z.string().refine((text) => parseListen(text) !== undefined)).readonly(),
    /** Who may connect: this Mac alone, named addresses, everybody who can reach it, or whom `rules` let in. */
    access: z.enum(['this-mac', 'named', 'everyone', 'rules']),
    /** For `named`: IPv4 addresses, networks or host names. */
    allowed: z.array(z.string().min(1)).readonly(),
    /** For `rules`: `allow` or `deny` and an address, network, name or `*`; the first that matches decides, and no match allows. */
    rules: z.array(z.string().refine((text) => parseRule(text) !== undefined)).readonly(),
    /** Where SOCKS5 is spoken, as `alsoListen`. */
    socks: z.array(z.string().refine((text) => parseListen(text) !== undefined)).readonly(),
    /** Who may connect by SOCKS5, by name; the Keychain has their passwords. None: everybody whom `access` lets in. */
    socksUsers: z.array(z.string().refine(isSocksName)).readonly(),
    /** Ports that lead to one host each, as `[address:]port:host:port`. */
    tunnels: z.array(z.string().refine((text) => parseTunnel(text) !== undefined)).readonly(),
    /** `Name: value`, for what goes to a company proxy. */
    headers: z.array(z.string().refine((text) => parseHeader(text).kind === 'good')).readonly(),
    offNetwork: z.enum(offNetworks),
    /** How long requests wait for the company network at most, with `wait`. */
    offNetworkWaitSeconds: z.number().int().min(1).max(longestWaitSeconds),
    /** How the account signs in to a company proxy: NTLMv2, or what the user has chosen although it is weaker. */
    signInMethod: z.enum(signInMethods),
    /** Whether each program signs in to the local proxy with Basic, and is signed in to the company proxy with its own account. */
    ntlmToBasic: z.boolean(),
    /** Sent in type 3; empty: the name of this Mac. Windows has 15 characters at most, but a cntlm.conf may say more. */
    workstation: z.string().max(63),
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
    /** Whether programs reach what the no-proxy rules name without the local proxy. */
    bypassesNoProxy: z.boolean(),
    /** Whether the start file of the user's shell is to have a block that sends terminals to the local proxy. */
    writesShellBlock: z.boolean(),
    /** Whether connections to the company proxy are signed in before a program needs them. */
    keepsWarm: z.boolean(),
    /** Whether the feed of updates is asked once a day; it can always be asked by hand. */
    checksForUpdates: z.boolean(),
    /** Up to what the log tells; `debug`: every request and every logon. */
    logLevel: z.enum(logLevels),
    language: z.enum(['system', 'en', 'de']),
  })
  .readonly();
