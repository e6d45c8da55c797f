import { execFileSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { decodeAuthenticateMessage } from '../../src/main/ntlm/authenticate-message';
import { freePorts, isListening } from './ports';
import { inNewServerFolder, removeServerFolder, runsAsRoot } from './server-folder';
import { startProcess } from './start-process';

export interface ApacheAccount {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** A request, as it is noted before it is looked at: whoever has an answer finds the request here. */
interface ApacheRequest {
  readonly method: string;
  readonly url: string;
  /** The NTLM message that it carried, as it is or inside Negotiate's SPNEGO (RFC 4178). */
  readonly message: 'type 1' | 'type 3' | undefined;
  /** Whom a type 3 names. */
  readonly user: string | undefined;
}

/** One of the two roles: the site, or the company proxy. */
export interface ApacheRole {
  readonly requests: () => Promise<readonly ApacheRequest[]>;
  /** Type 3 messages among these: what a directory could count. */
  readonly logonCount: () => Promise<number>;
}

export interface Apache {
  /** An intranet on two ports, two origins: every page but those below /public demands Negotiate or NTLM. */
  readonly origin: ApacheRole & { readonly urls: readonly [string, string] };
  /** A company proxy for `account` and the others, which demands the same with 407. */
  readonly proxy: ApacheRole & ApacheAccount & { readonly port: number };
  readonly pid: number;
  /** From now on these are the accounts; connections that are signed in stay so. */
  readonly setAccounts: (accounts: readonly ApacheAccount[]) => void;
  /** Kills the process that serves, and with it every connection. Apache starts another, on the same ports. */
  readonly breakConnections: () => Promise<void>;
  /** The end of the error log, which tells why a logon failed. */
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

/** What each page of the intranet says, in JSON. */
export interface ApachePage {
  /** DOMAIN\user of the connection; empty below /public. Else in the header X-User as well, for HEAD. */
  readonly user: string;
  readonly method: string;
  /** Of the request's body, which is 64 MiB at most. */
  readonly length: number;
  readonly sha1: string;
}

export const apacheAccounts = [
  { domain: 'CORP', user: 'alice', password: 'Passw0rd!' },
  { domain: 'CORP', user: 'bob', password: 'B0b-secret' },
  { domain: 'CORP', user: 'carol', password: 'C4rol-secret' },
] as const satisfies readonly ApacheAccount[];

const modulesFolder = '/usr/lib/apache2/modules';
const modules = [
  'mpm_event',
  'authn_core',
  'authz_core',
  'authz_user',
  'auth_gssapi',
  'lua',
  'log_forensic',
  'proxy',
  'proxy_http',
  'proxy_connect',
];
/** Requests and tunnels at once. */
const threads = 400;
const signature = Buffer.from('NTLMSSP\0', 'latin1');
const logLines = 40;
const childPollMs = 25;

const pageScript = `function handle(r)
  local body = r:requestbody() or ''
  local user = r.user or ''
  r.content_type = 'application/json'
  if user ~= '' then r.headers_out['X-User'] = user end
  r:write(string.format('{"user":"%s","method":"%s","length":%d,"sha1":"%s"}\\n',
    user:gsub('\\\\', '\\\\\\\\'), r.method, #body, r:sha1(body)))
  return apache2.OK
end
`;

/**
 * Apache with mod_auth_gssapi and gss-ntlmssp, which is not Samba's code: it signs in connections, by raw NTLM or NTLM
 * inside Negotiate, and looks the accounts up in a file. One process is both intranet and company proxy.
 *
 * @throws Error with the end of its log when it does not come up
 */
export async function startApache(
  options: { readonly accounts?: readonly ApacheAccount[] } = {},
): Promise<Apache> {
  const { accounts = apacheAccounts } = options;
  const [first] = accounts;
  if (first === undefined) throw new Error('Apache needs an account');
  return inNewServerFolder('apache', async (folder) => {
    const [port = 0, otherPort = 0, proxyPort = 0] = await freePorts(3);
    const ports = [port, otherPort, proxyPort];
    const accountsFile = join(folder, 'accounts');
    const errorLog = join(folder, 'error.log');
    const configFile = join(folder, 'apache.conf');
    writeAccounts(accountsFile, accounts);
    writeFileSync(join(folder, 'page.lua'), pageScript);
    writeFileSync(configFile, configuration({ folder, errorLog, originPorts: [port, otherPort], proxyPort }));
    const server = await startProcess({
      name: 'Apache',
      command: 'apache2',
      args: ['-d', folder, '-f', configFile, '-D', 'FOREGROUND'],
      // A winbindd would be asked for names that are not given here, and another test may have one.
      env: {
        NTLM_USER_FILE: accountsFile,
        NETBIOS_COMPUTER_NAME: 'APACHE',
        NETBIOS_DOMAIN_NAME: first.domain,
      },
      isReady: async () => (await Promise.all(ports.map(isListening))).every(Boolean),
      logFile: errorLog,
    });
    return {
      origin: {
        ...role(join(folder, 'origin.log'), 'Authorization'),
        urls: [`http://127.0.0.1:${port}`, `http://127.0.0.1:${otherPort}`],
      },
      proxy: { ...role(join(folder, 'proxy.log'), 'Proxy-Authorization'), ...first, port: proxyPort },
      pid: server.pid,
      setAccounts: (others) => writeAccounts(accountsFile, others),
      breakConnections: () => killChild(server.pid),
      log: () => readFileSync(errorLog, 'utf8').trimEnd().split('\n').slice(-logLines).join('\n'),
      close: async () => {
        await server.stop();
        removeServerFolder(folder);
      },
    };
  });
}

async function killChild(pid: number): Promise<void> {
  for (;;) {
    const child = Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
    if (child !== 0) {
      process.kill(child, 'SIGKILL');
      return;
    }
    // The last one was killed a moment ago.
    await delay(childPollMs);
  }
}

/** In one step, as it is read with each logon. */
function writeAccounts(file: string, accounts: readonly ApacheAccount[]): void {
  const lines = accounts.map(({ domain, user, password }) => `${domain}:${user}:${password}\n`);
  writeFileSync(`${file}.new`, lines.join(''), { mode: 0o600 });
  if (runsAsRoot()) execFileSync('chown', ['www-data:www-data', `${file}.new`]);
  renameSync(`${file}.new`, file);
}

/** One child process, which is never exchanged for another: connections last as long as their clients want. */
function configuration(options: {
  readonly folder: string;
  readonly errorLog: string;
  readonly originPorts: readonly number[];
  readonly proxyPort: number;
}): string {
  const { folder, errorLog, originPorts, proxyPort } = options;
  const addresses = [...originPorts, proxyPort].map((port) => `127.0.0.1:${port}`);
  const demand = `AuthType GSSAPI
    AuthName corp
    GssapiConnectionBound On
    GssapiAllowedMech ntlmssp
    Require valid-user`;
  return `ServerName apache.corp.test
ServerRoot ${folder}
DefaultRuntimeDir ${folder}
PidFile ${folder}/apache.pid
ErrorLog ${errorLog}
LogLevel warn
${modules.map((name) => `LoadModule ${name}_module ${modulesFolder}/mod_${name}.so`).join('\n')}
${runsAsRoot() ? 'User www-data\nGroup www-data' : ''}
${addresses.map((address) => `Listen ${address}`).join('\n')}
ServerLimit 1
StartServers 1
ThreadLimit ${threads}
ThreadsPerChild ${threads}
MaxRequestWorkers ${threads}
MaxSpareThreads ${threads}
MaxConnectionsPerChild 0
KeepAlive On
KeepAliveTimeout 300
MaxKeepAliveRequests 0
LimitRequestBody 67108864
<VirtualHost ${addresses.slice(0, -1).join(' ')}>
  ForensicLog ${folder}/origin.log
  LuaMapHandler ^/ ${folder}/page.lua handle
  <Location />
    ${demand}
  </Location>
  <Location /public>
    AuthType None
    Require all granted
  </Location>
</VirtualHost>
<VirtualHost ${addresses.at(-1) ?? ''}>
  ForensicLog ${folder}/proxy.log
  ProxyRequests On
  AllowCONNECT 1-65535
  <Proxy "*">
    ${demand}
  </Proxy>
</VirtualHost>
`;
}

function role(logFile: string, field: string): ApacheRole {
  const requests = async (): Promise<readonly ApacheRequest[]> => {
    const log = await readFile(logFile, 'utf8');
    return log
      .split('\n')
      .filter((line) => line.startsWith('+'))
      .map((line) => parseLine(line, field));
  };
  return {
    requests,
    logonCount: async () => (await requests()).filter(({ message }) => message === 'type 3').length,
  };
}

/** A line of mod_log_forensic: `+id|request line|Name:value|...`, what has a meaning there as %xx. */
function parseLine(line: string, field: string): ApacheRequest {
  const [, requestLine = '', ...fields] = line.split('|');
  const [method = '', url = ''] = unescapeLog(requestLine).split(' ');
  const value = fields.find((text) => text.toLowerCase().startsWith(`${field.toLowerCase()}:`)) ?? '';
  const bytes = Buffer.from(unescapeLog(value.slice(field.length + 1)).split(' ')[1] ?? '', 'base64');
  const start = bytes.indexOf(signature);
  const message = start === -1 ? undefined : bytes.subarray(start);
  const type = message?.[signature.length];
  return {
    method,
    url,
    message: type === 1 ? 'type 1' : type === 3 ? 'type 3' : undefined,
    user: message !== undefined && type === 3 ? decodeAuthenticateMessage(message).user : undefined,
  };
}

function unescapeLog(text: string): string {
  return text.replaceAll(/%([0-9a-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  );
}
