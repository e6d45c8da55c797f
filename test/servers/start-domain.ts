import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './run-command';
import { makeServerFolder, removeServerFolder } from './server-folder';
import { type ServerProcess, startProcess } from './start-process';

/** An account whose right password the domain refuses. */
export type DomainAccountState = 'must-change' | 'expired' | 'disabled' | 'account-expired';

/** One answer of the domain controller to a logon. */
export interface DomainLogon {
  /** `NT_STATUS_OK`, `NT_STATUS_WRONG_PASSWORD` and so on. */
  readonly status: string;
}

/** A Samba Active Directory domain on this machine alone. Three wrong passwords lock an account for half an hour. */
export interface Domain {
  readonly domain: 'CORP';
  /** For `ntlm_auth --configfile`. */
  readonly smbConf: string;
  createUser(name: string, password: string): Promise<void>;
  /** As an administrator does it: the old password is worth nothing from then on. */
  setPassword(name: string, password: string): Promise<void>;
  setState(name: string, state: DomainAccountState): Promise<void>;
  status(name: string): Promise<{ readonly badPasswordCount: number; readonly isLocked: boolean }>;
  /** All NTLM logons of an account that the controller has answered, in their order; none while it was down. */
  logons(name: string): readonly DomainLogon[];
  /** For KRB5_CONFIG. The domain controller answers in its own network namespace alone. */
  readonly krb5Conf: string;
  /** Makes an account for a service such as HTTP/proxy.corp.test. Returns its keytab, which anybody can read. */
  createService(principal: string): Promise<string>;
  /**
   * Gets the ticket that others are got with, and that for a service. Returns the file, for KRB5CCNAME.
   *
   * @param service default: the first one alone, for so short a time that it cannot be used
   */
  getTickets(user: string, password: string, service?: string): Promise<string>;
  stopController(): Promise<void>;
  startController(): Promise<void>;
  close(): Promise<void>;
}

const realm = 'CORP.TEST';
const base = 'DC=corp,DC=test';
const lockoutThreshold = 3;
const pollMs = 50;
const winbindEndsWithinMs = 50_000;
/** Below the ports that tests pick at random. */
const turnPort = 19_931;
const turnPollMs = 250;
/** A day in 2019 as a FILETIME. */
const longAgo = '132000000000000000';

/** @throws Error with what it has written on standard error when it fails */
async function command(name: string, args: readonly string[], input?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await runCommand(name, args, input === undefined ? {} : { input });
  if (exitCode !== 0) throw new Error(`${name} ${args[0] ?? ''} failed\n${stderr}`);
  return stdout;
}

/** Whether winbindd is there. */
async function hasWinbind(): Promise<boolean> {
  return (await runCommand('wbinfo', ['-p'])).exitCode === 0;
}

/** Waits for one that has been told to end, which takes a moment. False when it stays. */
async function winbindEnds(): Promise<boolean> {
  const deadline = Date.now() + winbindEndsWithinMs;
  while (await hasWinbind()) {
    if (Date.now() > deadline) return false;
    await delay(pollMs);
  }
  return true;
}

/** No limit on the log: from 5 MB on (2,200 logons) Samba would begin a new one, and logons would go uncounted. */
function configuration(folder: string): string {
  return `[global]
realm = ${realm}
workgroup = CORP
netbios name = DC1
server role = active directory domain controller
server services = rpc, ldap, cldap, kdc, winbindd
interfaces = lo
bind interfaces only = yes
private dir = ${folder}/private
state directory = ${folder}/state
cache directory = ${folder}/cache
lock directory = ${folder}
pid directory = ${folder}/run
ncalrpc dir = ${folder}/run/ncalrpc
ntp signd socket directory = ${folder}/run/ntp
log file = ${folder}/samba.log
logging = file
log level = 1 auth_json_audit:3
max log size = 0
old password allowed period = 0
load printers = no
disable spoolss = yes
[sysvol]
path = ${folder}/state/sysvol
[netlogon]
path = ${folder}/state/sysvol/corp.test/scripts
`;
}

/** Names are taken as they are written: there is no DNS. */
const krb5Configuration = `[libdefaults]
default_realm = ${realm}
dns_lookup_kdc = false
dns_lookup_realm = false
dns_canonicalize_hostname = false
rdns = false
[realms]
${realm} = {
  kdc = 127.0.0.1
}
`;

/**
 * Makes a domain CORP and starts its controller, with a winbindd of its own, in a network namespace of its own: nothing
 * outside reaches it but through winbindd's pipe. Takes about five seconds, and needs root. It ends with this process,
 * however that ends. There can be one on a machine, since the pipe's place is compiled into Samba: others wait for it.
 *
 * @throws Error when another winbindd runs on this machine, or with the end of Samba's log when it does not come up
 */
export async function startDomain(): Promise<Domain> {
  const release = await takeTurn();
  if (!(await winbindEnds())) {
    await release();
    throw new Error(
      'a winbindd runs on this machine already, and only one can; end it (pgrep -a winbindd) first',
    );
  }
  const folder = makeServerFolder('domain');
  const smbConf = join(folder, 'smb.conf');
  const configFile = `--configfile=${smbConf}`;
  let controller: ServerProcess | undefined;
  const startController = async (): Promise<void> => {
    controller = await startProcess({
      name: 'samba',
      // Ends Samba also when this process is killed; a domain that was left would keep all others from starting.
      command: 'setpriv',
      args: [
        '--pdeathsig',
        'TERM',
        'unshare',
        '--net',
        'sh',
        '-c',
        'ip link set lo up && exec samba --foreground --no-process-group "$1"',
        'sh',
        configFile,
      ],
      isReady: hasWinbind,
      logFile: join(folder, 'samba.log'),
    });
  };
  const stopController = async (): Promise<void> => {
    await controller?.stop();
    controller = undefined;
    if (!(await winbindEnds())) throw new Error('winbindd did not end with its controller');
  };
  const krb5Conf = join(folder, 'krb5-client.conf');
  const krb5 = async (ccache: string, args: readonly string[], input?: string): Promise<void> => {
    const inNamespace = ['--net', '--target', String(controller?.pid ?? 0), 'env', `KRB5_CONFIG=${krb5Conf}`];
    await command('nsenter', [...inNamespace, `KRB5CCNAME=FILE:${ccache}`, ...args], input);
  };
  let serviceCount = 0;
  let ccacheCount = 0;
  const samba = (...args: readonly string[]): Promise<string> => command('samba-tool', [...args, configFile]);
  const database = join(folder, 'private/sam.ldb');
  const modify = (name: string, lines: string, file = database): Promise<string> =>
    command('ldbmodify', ['-H', file], `dn: CN=${name},CN=Users,${base}\nchangetype: modify\n${lines}\n`);
  try {
    await provision(folder);
    writeFileSync(smbConf, configuration(folder));
    writeFileSync(krb5Conf, krb5Configuration);
    await startController();
    await samba(
      'domain',
      'passwordsettings',
      'set',
      `--account-lockout-threshold=${lockoutThreshold}`,
      '--account-lockout-duration=30',
      '--reset-account-lockout-after=30',
      '--min-pwd-age=0',
    );
    // Squid's helpers run as another user.
    chmodSync(join(folder, 'state'), 0o755);
    await command('chgrp', ['proxy', join(folder, 'state/winbindd_privileged')]);
  } catch (error) {
    await stopController();
    removeServerFolder(folder);
    await release();
    throw error;
  }
  return {
    domain: 'CORP',
    smbConf,
    createUser: async (name, password) => {
      await samba('user', 'create', name, password);
    },
    setPassword: async (name, password) => {
      await samba('user', 'setpassword', name, `--newpassword=${password}`);
    },
    setState: async (name, state) => {
      switch (state) {
        case 'disabled':
          await samba('user', 'disable', name);
          break;
        case 'must-change':
          await modify(name, 'replace: pwdLastSet\npwdLastSet: 0');
          break;
        case 'account-expired':
          await modify(name, `replace: accountExpires\naccountExpires: ${longAgo}`);
          break;
        case 'expired':
          // The schema allows no old pwdLastSet: it is written below its checks.
          await modify(
            name,
            `replace: pwdLastSet\npwdLastSet: ${longAgo}`,
            `tdb://${folder}/private/sam.ldb.d/${base.toUpperCase()}.ldb`,
          );
          break;
      }
    },
    status: async (name) => {
      const attributes = ['badPwdCount', 'lockoutTime'];
      const text = await command('ldbsearch', ['-H', database, `(sAMAccountName=${name})`, ...attributes]);
      const numberOf = (attribute: string): number =>
        Number(new RegExp(`^${attribute}: (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
      return { badPasswordCount: numberOf('badPwdCount'), isLocked: numberOf('lockoutTime') > 0 };
    },
    logons: (name) => logonsIn(join(folder, 'log.wb-CORP'), name),
    krb5Conf,
    createService: async (principal) => {
      serviceCount += 1;
      const account = `service${serviceCount}`;
      const keytab = join(folder, `${account}.keytab`);
      await samba('user', 'create', account, 'S3rvice-Passw0rd!');
      await samba('spn', 'add', principal, account);
      await samba('domain', 'exportkeytab', keytab, `--principal=${principal}`);
      chmodSync(keytab, 0o644);
      return keytab;
    },
    getTickets: async (user, password, service) => {
      ccacheCount += 1;
      const ccache = join(folder, `tickets${ccacheCount}`);
      await krb5(ccache, ['kinit', ...(service === undefined ? ['-l', '1s'] : []), user], `${password}\n`);
      if (service !== undefined) await krb5(ccache, ['kvno', service]);
      return ccache;
    },
    stopController,
    startController,
    close: async () => {
      await stopController();
      removeServerFolder(folder);
      await release();
    },
  };
}

/** Waits until no other test has a domain: a port that is listened on is free again however its process ends. */
async function takeTurn(): Promise<() => Promise<void>> {
  for (;;) {
    const turn = createServer();
    const isMine = await new Promise<boolean>((resolve) => {
      turn.once('error', () => resolve(false)).listen(turnPort, '127.0.0.1', () => resolve(true));
    });
    if (isMine) return () => new Promise((resolve) => turn.close(() => resolve()));
    await delay(turnPollMs);
  }
}

async function provision(folder: string): Promise<void> {
  // Without it Debian's own /etc/samba/smb.conf would be read.
  const empty = join(folder, 'empty.conf');
  writeFileSync(empty, '');
  await command('samba-tool', [
    'domain',
    'provision',
    `--configfile=${empty}`,
    `--targetdir=${folder}`,
    `--realm=${realm}`,
    '--domain=CORP',
    '--server-role=dc',
    '--host-name=dc1',
    '--host-ip=127.0.0.1',
    '--dns-backend=NONE',
    '--adminpass=Adm1n-Passw0rd!',
    '--option=interfaces=lo',
    '--option=bind interfaces only=yes',
  ]);
}

/** One line of the audit log is about each step of a logon; the one of ntlm_auth is about the whole. */
function logonsIn(file: string, name: string): DomainLogon[] {
  const logons: DomainLogon[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (!line.trimStart().startsWith('{"timestamp"')) continue;
    const { Authentication: logon } = JSON.parse(line) as {
      readonly Authentication?: {
        readonly status: string;
        readonly clientAccount: string;
        readonly authDescription: string;
      };
    };
    if (logon === undefined || !logon.authDescription.startsWith('NTLM_AUTH')) continue;
    if (logon.clientAccount.toLowerCase() === name.toLowerCase()) logons.push({ status: logon.status });
  }
  return logons;
}
