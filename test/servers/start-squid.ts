import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, isListening } from './ports';
import { inNewServerFolder, removeServerFolder, runsAsRoot } from './server-folder';
import { startProcess } from './start-process';

type NtlmScheme = 'NTLM' | 'Negotiate';
export type SquidScheme = NtlmScheme | 'Basic';

export interface SquidOptions {
  /** Upper case, as directories write it. Default CORP. */
  readonly domain?: string;
  /** `user`, or `user@realm`, which comes without a domain. Default alice. */
  readonly user?: string;
  readonly password?: string;
  /** Helper processes: how many logons squid can have under way at once. Default 8. */
  readonly helpers?: number;
  /** What it offers, and nothing else. Negotiate: NTLM inside SPNEGO, as Samba has it; Basic: of the user without a domain. Default NTLM. */
  readonly scheme?: SquidScheme;
  /** Kerberos inside Negotiate besides: the keytab, and how far the clock of squid's helper is ahead, in seconds. */
  readonly kerberos?: { readonly keytab: string; readonly skewSeconds?: number };
  /** A domain that is asked instead: every account that it accepts is let through. */
  readonly directory?: { readonly smbConf: string };
  /** The port on 127.0.0.1 of a site that squid puts a sign-in before, with 401: see `Squid.sitePort`. */
  readonly site?: number;
}

/** One line of squid's access log, written when the request, or the tunnel, has ended. */
interface SquidRequest {
  readonly clientPort: number;
  readonly status: number;
  readonly method: string;
  readonly url: string;
  /** `-` when nobody was signed in. */
  readonly user: string;
  /** The NTLM message that the request carried. */
  readonly message: 'type 1' | 'type 3' | undefined;
}

export interface Squid {
  /** Demands NTLM. */
  readonly port: number;
  /** The same squid without authentication. */
  readonly openPort: number;
  /** An origin: the site, for every user who knows the password; X-User of each answer says who. */
  readonly sitePort: number;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  readonly pid: number;
  /** All requests to `port` that have ended so far. */
  readonly requests: () => Promise<readonly SquidRequest[]>;
  /** Type 3 messages among these requests: what a directory could count. A tunnel counts once it is closed. */
  readonly logonCount: () => Promise<number>;
  /** The same of requests to `sitePort`. */
  readonly siteLogonCount: () => Promise<number>;
  readonly close: () => Promise<void>;
}

/** Squid refuses this host to everybody, with its own page and status 403. */
export const forbiddenHost = 'forbidden.test';

/** Squid answers 407 for this host although the logon was good, as some company proxies do by policy. */
export const policyHost = 'policy.test';

const markerHost = 'marker.test';
/** As it is, or in SPNEGO's first token, which begins with 0x60, and in its later ones, which begin with 0xa1. */
const type1Start = /^(?:(?:NTLM|Negotiate) TlRMTVNTUAAB|Negotiate Y)/;
const type3Start = /^(?:(?:NTLM|Negotiate) TlRMTVNTUAAD|Negotiate o)/;
/** What Samba's ntlm_auth calls its helpers for squid. */
const helperProtocols: Readonly<Record<NtlmScheme, string>> = {
  NTLM: 'squid-2.5-ntlmssp',
  Negotiate: 'gss-spnego',
};
const settledWithinMs = 50_000;
const descriptorLimit = 16_384;

/**
 * Squid with Samba's ntlm_auth as its NTLM helper, which verifies every logon against one account; nothing is cached.
 *
 * @throws Error with the end of squid's log when it does not come up
 */
export async function startSquid(options: SquidOptions = {}): Promise<Squid> {
  const { domain = 'CORP', user = 'alice', password = 'Passw0rd!', helpers = 8, directory, site } = options;
  const { scheme = 'NTLM' } = options;
  return inNewServerFolder('squid', async (folder) => {
    const [port = 0, openPort = 0, sitePort = 0] = await freePorts(3);
    if (scheme === 'Basic') writeBasicHelper(folder, user, password);
    else if (directory === undefined) writeHelper(folder, { domain, password, scheme });
    else writeDirectoryHelper(folder, directory.smbConf, scheme);
    writeFileSync(
      join(folder, 'accounts'),
      `${scheme === 'Basic' ? '' : `${user.includes('@') ? '' : domain}\\`}${user}\n`,
    );
    if (options.kerberos !== undefined) writeKerberosHelper(folder, options.kerberos);
    const configFile = join(folder, 'squid.conf');
    writeFileSync(
      configFile,
      configuration(folder, {
        port,
        openPort,
        site: site === undefined ? undefined : { port: sitePort, behind: site },
        helpers,
        scheme,
        hasKerberos: options.kerberos !== undefined,
        accounts: directory === undefined ? 'listed' : 'all',
      }),
    );
    if (runsAsRoot()) execFileSync('chown', ['-R', 'proxy:proxy', folder]);
    const server = await startProcess({
      name: 'squid',
      command: 'bash',
      args: [
        '-c',
        `ulimit -n ${descriptorLimit} || ulimit -n "$(ulimit -Hn)"; exec squid -N -n "$1" -f "$2"`,
        'squid',
        `latchkey${port}`,
        configFile,
      ],
      isReady: async () => (await isListening(port)) && (await isListening(openPort)),
      // SIGTERM makes squid wait for its clients.
      endSignal: 'SIGINT',
      logFile: join(folder, 'cache.log'),
    });
    const requestsTo = async (wanted: number): Promise<readonly SquidRequest[]> => {
      await writeMarker(folder, openPort);
      return readAccessLog(folder)
        .filter((line) => line.startsWith(`${wanted} `))
        .map((line) => parseLine(line));
    };
    const logonsTo = async (wanted: number): Promise<number> =>
      (await requestsTo(wanted)).filter(({ message }) => message === 'type 3').length;
    return {
      port,
      openPort,
      sitePort,
      domain,
      user,
      password,
      pid: server.pid,
      requests: () => requestsTo(port),
      logonCount: () => logonsTo(port),
      siteLogonCount: () => logonsTo(sitePort),
      close: async () => {
        await server.stop();
        removeServerFolder(folder);
      },
    };
  });
}

function writeHelper(
  folder: string,
  {
    domain,
    password,
    scheme,
  }: { readonly domain: string; readonly password: string; readonly scheme: NtlmScheme },
): void {
  // The names of this file go into the challenge. ntlm_auth --password needs no directory and no winbindd.
  writeFileSync(
    join(folder, 'smb.conf'),
    `[global]\nworkgroup = ${domain}\nnetbios name = PROXY1\nserver role = member server\n`,
  );
  writeFileSync(join(folder, 'password'), password, { mode: 0o600 });
  const helper = join(folder, 'helper');
  writeFileSync(
    helper,
    `#!/bin/sh
exec ntlm_auth --configfile=${folder}/smb.conf --helper-protocol=${helperProtocols[scheme]} \\
  --password="$(cat ${folder}/password)"
`,
  );
  chmodSync(helper, 0o755);
}

/** The helper of a domain: winbindd knows the accounts. */
function writeDirectoryHelper(folder: string, smbConf: string, scheme: NtlmScheme): void {
  const helper = join(folder, 'helper');
  writeFileSync(
    helper,
    `#!/bin/sh\nexec ntlm_auth --configfile=${smbConf} --helper-protocol=${helperProtocols[scheme]}\n`,
  );
  chmodSync(helper, 0o755);
}

/** The password file of Apache's htpasswd. */
function writeBasicHelper(folder: string, user: string, password: string): void {
  const hash = execFileSync('openssl', ['passwd', '-apr1', '-stdin'], { input: password, encoding: 'utf8' });
  writeFileSync(join(folder, 'htpasswd'), `${user}:${hash.trim()}\n`, { mode: 0o600 });
  const helper = join(folder, 'helper');
  writeFileSync(helper, `#!/bin/sh\nexec /usr/lib/squid/basic_ncsa_auth ${folder}/htpasswd\n`);
  chmodSync(helper, 0o755);
}

/** The ticket alone decides: its helper needs no domain controller. */
function writeKerberosHelper(
  folder: string,
  { keytab, skewSeconds = 0 }: NonNullable<SquidOptions['kerberos']>,
): void {
  const helper = join(folder, 'kerberos-helper');
  const clock = skewSeconds === 0 ? '' : `faketime -f +${skewSeconds}s `;
  writeFileSync(
    helper,
    `#!/bin/sh\nexec ${clock}/usr/lib/squid/negotiate_kerberos_auth -k ${keytab} -s GSS_C_NO_NAME -r\n`,
  );
  chmodSync(helper, 0o755);
}

interface Configuration {
  readonly port: number;
  readonly openPort: number;
  readonly site: { readonly port: number; readonly behind: number } | undefined;
  readonly helpers: number;
  readonly scheme: SquidScheme;
  readonly hasKerberos: boolean;
  /** Whose logons are good enough. */
  readonly accounts: 'listed' | 'all';
}

/**
 * ntlm_auth --password takes any user name, hence the list of accounts. Squid 5 takes a client for gone once its body has
 * filled the request buffer (512 KB by default) because the origin is slower: the buffer holds every upload of the tests.
 */
function configuration(folder: string, options: Configuration): string {
  const { port, openPort, site, helpers, scheme, hasKerberos, accounts } = options;
  const parameter = `auth_param ${scheme.toLowerCase()}`;
  const startHelpers = Math.min(helpers, 10);
  return `http_port 127.0.0.1:${port} name=ntlm
http_port 127.0.0.1:${openPort} name=open
${site === undefined ? '' : accelerator(site)}
visible_hostname ${site === undefined ? 'squid' : 'site'}.corp.test
${runsAsRoot() ? 'cache_effective_user proxy' : ''}
pid_filename ${folder}/squid.pid
cache_log ${folder}/cache.log
coredump_dir ${folder}
cache deny all
cache_mem 8 MB
netdb_filename none
pinger_enable off
shutdown_lifetime 0 seconds
logfile_rotate 0
buffered_logs off
max_filedescriptors ${descriptorLimit}
client_request_buffer_max_size 160 MB
client_persistent_connections on
logformat latchkey %>lp %>p %>Hs %rm %ru %un %'.24{Proxy-Authorization}>h
logformat site %>lp %>p %>Hs %rm %ru %un %'.24{Authorization}>h
access_log stdio:${folder}/access.log ${site === undefined ? 'latchkey' : 'latchkey !site_port'}
${site === undefined ? '' : `access_log stdio:${folder}/access.log site site_port`}

${hasKerberos ? `auth_param negotiate program ${folder}/kerberos-helper\nauth_param negotiate children 4` : ''}
${parameter} program ${folder}/helper
${parameter} children ${helpers} startup=${startHelpers} idle=${startHelpers} queue-size=4096
${scheme === 'Basic' ? `${parameter} realm company proxy\n${parameter} credentialsttl 1 second` : `${parameter} keep_alive on`}

acl marker dstdomain ${markerHost}
acl forbidden dstdomain ${forbiddenHost}
acl open_port myportname open
acl account proxy_auth ${accounts === 'all' ? 'REQUIRED' : `-i "${folder}/accounts"`}
acl anybody proxy_auth REQUIRED
acl policy dstdomain ${policyHost}
http_access deny marker
http_access allow open_port
${site === undefined ? '' : 'http_access allow site_port anybody\nhttp_access deny site_port'}
http_access deny !account
http_access deny forbidden
http_access deny policy account
http_access allow account
`;
}

/** As a web server that lets those in who sign in. */
function accelerator(site: { readonly port: number; readonly behind: number }): string {
  return `http_port 127.0.0.1:${site.port} name=site accel defaultsite=127.0.0.1
cache_peer 127.0.0.1 parent ${site.behind} 0 no-query no-digest originserver name=behind
acl site_port myportname site
cache_peer_access behind allow site_port
never_direct allow site_port
reply_header_add X-User "%un" site_port`;
}

let markers = 0;

/** Squid writes its log in order: once this request is in it, so is every one that had ended before. */
async function writeMarker(folder: string, openPort: number): Promise<void> {
  markers += 1;
  const url = `http://${markerHost}/${process.pid}-${markers}`;
  await new Promise<void>((resolve, reject) => {
    const marker = request(
      { host: '127.0.0.1', port: openPort, path: url, agent: false, headers: { Host: markerHost } },
      (response) => {
        response.resume();
        response.once('close', resolve);
      },
    );
    marker.once('error', reject);
    marker.end();
  });
  const deadline = Date.now() + settledWithinMs;
  while (!readAccessLog(folder).some((line) => line.includes(` ${url} `))) {
    if (Date.now() > deadline) throw new Error('squid did not log a request');
    await delay(10);
  }
}

function readAccessLog(folder: string): string[] {
  try {
    return readFileSync(join(folder, 'access.log'), 'utf8').split('\n').slice(0, -1);
  } catch {
    // Squid makes the file with the first request.
    return [];
  }
}

function parseLine(line: string): SquidRequest {
  const [, clientPort = '', status = '', method = '', url = '', user = '', ...rest] = line.split(' ');
  const authorization = rest.join(' ').replaceAll("'", '');
  return {
    clientPort: Number(clientPort),
    status: Number(status),
    method,
    url,
    user,
    message: type1Start.test(authorization)
      ? 'type 1'
      : type3Start.test(authorization)
        ? 'type 3'
        : undefined,
  };
}
