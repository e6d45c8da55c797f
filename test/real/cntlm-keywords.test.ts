import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { confCredentials } from '../../src/main/app/conf-credentials';
import { readCntlmConf } from '../../src/main/cntlm/read-cntlm-conf';
import { headerValue } from '../../src/main/http1/headers';
import { startEngine } from '../../src/main/server/engine';
import { type CompanyProxy, startCompanyProxy } from '../company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../company-proxy/start-origin';
import { cntlmHashes, startCntlmWith } from '../servers/start-cntlm';
import { freePorts } from '../servers/ports';
import { requireServers } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';

const account = { domain: 'CORP', user: 'alice', password: 'Passw0rd!' };
const isPossible = requireServers('cntlm', 'curl');

let origin: Origin;
let proxy: CompanyProxy;
let hashes: ReturnType<typeof cntlmHashes>;
let ports: readonly number[];

/** docs/cntlm.md, without what is said behind whether each starts. */
const differences = readFileSync(join(import.meta.dirname, '../../docs/cntlm.md'), 'utf8').replace(
  /\| (starts|does not start)[^|]* (?=\|)/g,
  '| $1 ',
);
const startWords = (isStarted: boolean): string => (isStarted ? 'starts' : 'does not start');

/** One that listens, whichever program it is. */
interface Running {
  readonly close: () => Promise<unknown>;
}

/** The text of a file: the first port is that of its Listen lines, `{1}` and so on are others. */
function fileOf(lines: readonly string[]): string {
  const given = lines.map((line) =>
    line
      .replace(/\{(\d)\}/g, (_, index: string) => String(ports[Number(index)]))
      .replace('{origin}', String(origin.port))
      .replace('{NT}', hashes.passNt)
      .replace('{LM}', hashes.passLm)
      .replace('{NTLMv2}', hashes.passNtlmV2),
  );
  return [...given, ''].join('\n');
}

const base = [
  'Username alice',
  'Domain CORP',
  'PassNTLMv2 {NTLMv2}',
  'Workstation testbed',
  'Proxy 127.0.0.1:{9}',
  'Listen 127.0.0.1:{0}',
];

async function startOurs(text: string): Promise<Running> {
  const { conf, remarks } = readCntlmConf(text);
  if (conf === undefined) throw new Error(JSON.stringify(remarks));
  const owner = conf.account ?? { domain: conf.domain, user: '' };
  const { readings } = confCredentials(conf, 'inverted', owner, 'NTLMv2');
  return startEngine({
    settings: {
      ...conf,
      account: owner,
      workstation: conf.workstation ?? 'testbed',
      offNetwork: 'refuse',
      offNetworkWaitSeconds: 30,
      resolvesNames: false,
    },
    credentials: readings.map(({ credential }) => credential),
    entropy: { randomBytes, nowMs: Date.now },
    monotonicMs: () => performance.now(),
    resolve: () => Promise.resolve(undefined),
    checkUrl: new URL(`http://127.0.0.1:${origin.port}/`),
  });
}

const contestants = {
  cntlm: (text: string): Promise<Running> => startCntlmWith(text, ports[0] ?? 0),
  latchkey: startOurs,
};

/** Whether it answers at all: cntlm listens for a moment before it exits because of a mistake. */
async function starts(start: (text: string) => Promise<Running>, text: string): Promise<boolean> {
  let running: Running;
  try {
    running = await start(text);
  } catch {
    return false;
  }
  const address = `http://127.0.0.1:${ports[0]}`;
  const { exitCode } = await runCommand('curl', [
    '-s',
    '-m',
    '30',
    '-x',
    address,
    `http://127.0.0.1:${origin.port}/`,
  ]);
  await running.close();
  return exitCode === 0;
}

/** What curl has got: the body, or that it has got none. */
async function fetched(...args: readonly string[]): Promise<string> {
  const { stdout, exitCode } = await runCommand('curl', ['-s', '-m', '30', ...args]);
  return exitCode === 0 ? stdout : 'failed';
}

beforeAll(() => {
  if (isPossible) hashes = cntlmHashes(account);
});

describe.skipIf(!isPossible)('a keyword of cntlm', () => {
  beforeEach(async () => {
    origin = await startOrigin();
    proxy = await startCompanyProxy({ accounts: [account] });
    ports = [...(await freePorts(9)), proxy.port];
  });

  afterEach(async () => {
    await proxy.close();
    await origin.close();
  });

  /** Whether each of them starts; where they differ, why that is wanted. */
  it.each<[lines: readonly string[], cntlm: boolean, latchkey: boolean, why: string]>([
    [[], true, true, ''],
    [['Auth NTLM', 'PassNT {NT}'], true, true, ''],
    [['Auth bogus'], false, false, ''],
    [['Listen 127.0.0.1:{1} ; the port'], true, true, ''],
    [['Listen 192.0.2.1:{1}'], true, true, ''],
    [['Listen 0.0.0.0:{0}'], true, true, ''],
    [['Gateway True', 'Allow 127.0.0.1', 'Deny 0/0'], true, true, ''],
    [['NoProxy localhost;127.0.0.*;10.*'], true, true, ''],
    [['Tunnel {1}:127.0.0.1:{origin}'], true, true, ''],
    [['Tunnel {1}:h'], false, false, ''],
    [['SOCKS5Proxy {1}', 'SOCKS5Users dave:x'], true, true, ''],
    [['Header X-A: b'], true, true, ''],
    [['Allow 10.0.0.0/33'], false, false, ''],
    [['Bogus x'], true, true, ''],
    [['Flags 0x06820000'], true, true, ''],
    [['NTLMToBasic no'], true, true, ''],
    [['ISAScannerSize 1024', 'ISAScannerAgent Wget/'], true, true, ''],
    [['SSPI NTLM', 'PidFile /nowhere/cntlm.pid', 'Uid nobody'], true, true, ''],
    [['PassLM {LM}', 'PassNT {NT}'], true, true, ''],
    [['Username bob', 'Domain OTHER'], true, true, ''],
    [['Password Passw0rd!'], true, true, ''],
    [['Workstation'], true, true, ''],
    [['Workstation WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW'], true, true, ''],
    [['Proxy http://127.0.0.1:{9}'], false, true, 'the scheme means nothing, and everybody writes it'],
    [['Proxy 127.0.0.1 {9}'], true, true, ''],
    [['Proxy 127.0.0.1'], false, false, ''],
    [['Proxy 127.0.0.1:x'], false, false, ''],
    [['Listen x'], false, false, ''],
    [['Listen 70000'], true, false, 'a port that there is not is a mistake, and no port'],
    [['Deny 10.0.0.1/'], false, false, ''],
    [['Allow 10.0.0.0/255.0.0.0'], false, false, ''],
    [['Allow 300.0.0.1'], false, false, ''],
    [['Deny no-such-host.invalid'], false, false, ''],
    [['SOCKS5Users dave'], true, false, 'without a password the port is open to everybody'],
    [['PassNTLMv2 0123'], true, true, ''],
    [['[Section]', '; a comment', '# another', ''], true, true, ''],
    [['Gateway = yes'], true, true, ''],
    [['Header "X-A: b # c'], true, true, ''],
    [['Pac /nowhere/proxy.pac'], true, true, ''],
    [['Allow fe80::/10'], false, true, 'IPv6 has rules here'],
    [['Tunnel {1}:[::1]:{origin}'], false, true, 'IPv6 targets can be written'],
    [['PassNT 0123456'], false, true, 'a good PassNTLMv2 is enough'],
    [['Listen 127.0.0.1 {1}'], true, false, 'cntlm takes it for port 127'],
    [['Header nonsense'], true, false, 'it would send a header without a colon'],
    [['Password <password>'], true, false, 'nobody has filled it in: it would cost a logon'],
  ])('%j', async (lines, cntlm, latchkey, why) => {
    const text = fileOf([...base, ...lines]);
    // Each difference that is wanted is in the table, and nothing else is.
    expect(why === '').toBe(cntlm === latchkey);
    if (why !== '')
      expect(differences).toContain(`| ${startWords(cntlm)} | ${startWords(latchkey)} | ${why} |`);
    expect([await starts(contestants.cntlm, text), await starts(contestants.latchkey, text), why]).toEqual([
      cntlm,
      latchkey,
      why,
    ]);
  });

  it.each(['cntlm', 'latchkey'] as const)('that is not HTTP does the same in %s', async (name) => {
    const text = fileOf([
      ...base,
      'Header User-Agent: Set',
      'Header X-Department: 42',
      'Tunnel 127.0.0.1:{1}:127.0.0.1:{origin}',
      'SOCKS5Proxy 127.0.0.1:{2}',
      'SOCKS5Users dave:secret',
    ]);
    const running = await contestants[name](text);
    const url = `http://127.0.0.1:${origin.port}/`;
    try {
      expect(await fetched('-x', `http://127.0.0.1:${ports[0]}`, url)).toContain('It works');
      expect(await fetched(`http://127.0.0.1:${ports[1]}/`)).toContain('It works');
      const socks = `127.0.0.1:${ports[2]}`;
      expect(await fetched('--socks5-hostname', `dave:secret@${socks}`, url)).toContain('It works');
      expect(await fetched('--socks5', `dave:secret@${socks}`, url)).toContain('It works');
      expect(await fetched('--socks5', `dave:wrong@${socks}`, url)).toBe('failed');
      expect(await fetched('--socks5', socks, url)).toBe('failed');
    } finally {
      await running.close();
    }
    const sent = proxy.requests.map(({ method, headers }) => [
      method,
      headerValue(headers, 'user-agent'),
      headerValue(headers, 'x-department'),
    ]);
    // cntlm 0.92.3 replaces a header of a request, but adds one to its own CONNECT alone.
    const added = name === 'cntlm' ? undefined : '42';
    const tunnel = ['CONNECT', 'Set', '42'];
    expect(sent).toEqual([['GET', 'Set', added], tunnel, tunnel, tunnel]);
  });

  it.each(['cntlm', 'latchkey'] as const)('for a SOCKS user without an s is, in %s', async (name) => {
    const text = fileOf([...base, 'SOCKS5Proxy 127.0.0.1:{1}', 'SOCKS5User dave:secret']);
    const running = await contestants[name](text);
    try {
      const answer = await fetched('--socks5', `127.0.0.1:${ports[1]}`, `http://127.0.0.1:${origin.port}/`);
      // The port of cntlm is open to everybody then, which its owner did not mean.
      expect(answer.includes('It works')).toBe(name === 'cntlm');
    } finally {
      await running.close();
    }
  });

  it.each(['cntlm', 'latchkey'] as const)('NoProxy, with capitals, is compared in %s', async (name) => {
    const text = fileOf([...base, 'NoProxy LOCALHOST']);
    const running = await contestants[name](text);
    try {
      expect(
        await fetched('-x', `http://127.0.0.1:${ports[0]}`, `http://localhost:${origin.port}/`),
      ).toContain('It works');
    } finally {
      await running.close();
    }
    expect(proxy.requests.length).toBe(name === 'cntlm' ? 1 : 0);
  });

  it.each(['cntlm', 'latchkey'] as const)('without a line break behind it is read by %s', async (name) => {
    const text = fileOf([...base, `Tunnel {1}:127.0.0.1:{origin}`]).trimEnd();
    const running = await contestants[name](text);
    try {
      const answer = await fetched(`http://127.0.0.1:${ports[1]}/`);
      expect(answer.includes('It works')).toBe(name === 'latchkey');
    } finally {
      await running.close();
    }
  });

  it.each(['cntlm', 'latchkey'] as const)('refuses a client as %s does it', async (name) => {
    const text = fileOf([...base, 'Deny 127.0.0.1']);
    const running = await contestants[name](text);
    try {
      const asked = ['-x', `http://127.0.0.1:${ports[0]}`, `http://127.0.0.1:${origin.port}/`];
      const args = ['-s', '-m', '30', '-o', '/dev/null', '-w', '%{http_code}', ...asked];
      const { stdout } = await runCommand('curl', args);
      expect(stdout).toBe(name === 'cntlm' ? '407' : '403');
    } finally {
      await running.close();
    }
    expect(proxy.connectionCount).toBe(0);
  });
});
