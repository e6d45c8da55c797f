import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../../test/servers/run-command';
import { addDays, localDay } from '../shared/calendar-day';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const cli = join(import.meta.dirname, '../../out/cli/latchkey.cjs');
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

interface Result {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line; what it should stop at is given as `until`, and then it gets SIGTERM. */
function latchkey(
  args: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    stdin?: string;
    hangUpAt?: RegExp;
    interruptAt?: RegExp;
    until?: RegExp;
  } = {},
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [cli, ...args], {
      env: { ...process.env, LATCHKEY_STATE_DIR: folder, ...options.env },
    });
    let [stdout, stderr] = ['', ''];
    let isStopped = false;
    let isHungUp = false;
    const look = (): void => {
      if (!isHungUp && options.hangUpAt?.test(stderr) === true) {
        isHungUp = true;
        child.kill('SIGHUP');
      }
      if (options.interruptAt?.test(stderr) === true) {
        child.kill('SIGINT');
        return;
      }
      if (isStopped || options.until?.test(stdout + stderr) !== true) return;
      isStopped = true;
      child.kill('SIGTERM');
    };
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      look();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      look();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
    child.stdin.on('error', () => undefined);
    if (options.interruptAt === undefined) child.stdin.end(options.stdin ?? '');
  });
}

/** Writes a configuration file and returns its path. */
async function conf(text: string): Promise<string> {
  const path = join(folder, `${Math.random().toString(36).slice(2)}.conf`);
  await writeFile(path, text);
  return path;
}

const base = 'Username alice\nDomain corp\nProxy 127.0.0.1:9\n';

describe('latchkey', () => {
  it('prints its help and its version', async () => {
    const help = (await latchkey(['--help'])).stdout;
    expect(help).toContain('latchkey run --config FILE');
    expect((await latchkey(['run', '--help'])).stdout).toContain('--no-warm-connections');
    const { version } = JSON.parse(
      await readFile(join(import.meta.dirname, '../../package.json'), 'utf8'),
    ) as {
      version: string;
    };
    expect((await latchkey(['--version'])).stdout).toBe(`${version}\n`);
    expect(await readFile(cli.replace(/cjs$/, '1'), 'utf8')).toBe((await latchkey(['man'])).stdout);
    // Users' scripts may know the entry under this name.
    const former = await runCommand(process.execPath, [cli.replace(/cjs$/, 'mjs'), '--version']);
    expect(former.stdout).toBe(`${version}\n`);
  });

  it.each<[string, string[], RegExp]>([
    ['no command', [], /latchkey run --config FILE/],
    ['an unknown command', ['walk'], /no command `walk`/],
    ['an unknown option', ['run', '--fast'], /Unknown option '--fast'; .*options of `run`/],
    ['an option without its value', ['run', '--port'], /--port/],
    ['an argument too many', ['run', 'now'], /Unexpected argument 'now'/],
    ['no configuration', ['run'], /--config FILE/],
    ['a port that is none', ['run', '--port', '99999'], /0 to 65535, not '99999'/],
    [
      'a file that is not there',
      ['run', '--config', '/nowhere/cntlm.conf'],
      /^\/nowhere\/cntlm\.conf: there is no such file/,
    ],
    ['a folder in place of a file', ['run', '--config', '/'], /^\/: it is a folder/],
    [
      'an unknown hash format',
      ['run', '--config', '/x', '--hash-format', 'odd'],
      /auto, plain or inverted, not 'odd'/,
    ],
    ['--once without --demo', ['run', '--once'], /--demo/],
    ['a URL that is none', ['check', '--config', '/x', 'example'], /'example' is not a URL/],
    ['a hash without a user', ['hash', '--domain', 'corp'], /needs --user/],
  ])('ends with exit code 2 and says what to do for %s', async (_title, args, words) => {
    const { code, stderr, stdout } = await latchkey(args);
    expect(stderr).toMatch(words);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it.each<[string, string, string]>([
    [
      'a hash of the wrong length',
      'PassNTLMv2 12AB\n',
      ':4: PassNTLMv2 must be 32 hexadecimal digits, not 4',
    ],
    [
      'a hash with other characters',
      `PassNTLMv2 ${'G'.repeat(32)}\n`,
      ':4: PassNTLMv2 must be 32 hexadecimal digits, but',
    ],
    ['a port of 0', 'Listen 0\n', ':4: Listen must be [address:]port'],
    ['a proxy without a port', 'Proxy proxy.corp\n', ':4: Proxy must be host:port'],
    ['another Auth', 'Auth LMv3\n', ':4: the value of Auth is unknown'],
    ['a bad rule', 'Deny 10.0.0.0/33\n', ':4: Deny must be'],
  ])('names file and line of %s', async (_title, line, words) => {
    const path = await conf(base + line);
    const { code, stderr } = await latchkey(['run', '--config', path]);
    expect(stderr).toContain(path + words);
    expect(stderr).not.toContain('GGGG');
    expect(code).toBe(2);
  });

  it('says what to add to an empty file', async () => {
    const path = await conf('');
    const { code, stderr } = await latchkey(['run', '--config', path]);
    expect(stderr).toContain(`${path}: there is no Proxy`);
    expect(code).toBe(2);
  });

  it('says which name of an Allow rule has no address', async () => {
    const path = await conf(`${base}Password x\nAllow no-such-host.invalid\n`);
    const { code, stderr } = await latchkey(['run', '--config', path, '--port', '0']);
    expect(stderr).toContain('no address for no-such-host.invalid');
    expect(code).toBe(2);
  });

  it('ends with exit code 3 when the port is in use, and leaves nothing behind', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { code, stderr } = await latchkey([
      'run',
      '--config',
      await conf(`${base}Password x\n`),
      '--port',
      String(port),
    ]);
    await new Promise((resolve) => server.close(resolve));
    // Whoever has it is named where that can be told; the name that Node gives itself is not the same in each version.
    expect(stderr).toMatch(new RegExp(`Port ${port} is in use by .+\\. Stop it`));
    expect(code).toBe(3);
  });

  it('does not take itself for the company proxy', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const path = await conf(`Username alice\nPassword x\nProxy localhost:${port}\n`);
    const { code, stderr } = await latchkey(['run', '--config', path, '--port', String(port)]);
    expect(stderr).toContain(
      `The company proxy localhost:${port} is the address that Latchkey itself listens on`,
    );
    expect(code).toBe(2);
  });

  it('says when it is ready, and ends in order on SIGTERM', async () => {
    const path = await conf(`${base}Password x\nFlags 0x06820000\n`);
    const { code, stderr } = await latchkey(['run', '--config', path, '--port', '0'], {
      until: /listening on 127/,
    });
    expect(stderr).toContain(`${path}:5: warning: Flags is not supported`);
    expect(stderr).toMatch(/^latchkey: listening on 127\.0\.0\.1:\d+$/m);
    expect(code).toBe(0);
  });

  it('reminds of a password that is about to expire, by what the user says of it, and once', async () => {
    const path = await conf(`${base}Password x\n`);
    const setOn = addDays(localDay(Date.now()), -29);
    const args = ['run', '--config', path, '--port', '0', '--max-password-age', '31'];
    const first = await latchkey([...args, '--password-set-on', setOn], { until: /listening on 127/ });
    expect(first.stderr).toContain('the password of CORP\\alice expires in 2 days');
    const second = await latchkey(args, { until: /listening on 127/ });
    expect(second.stderr).not.toContain('expires');
  });

  it.each([
    ['--off-network', 'home', '--off-network is direct, refuse or wait'],
    ['--max-password-age', '0', '--max-password-age takes days from 1 to 3650'],
    ['--password-set-on', '2026-02-30', '--password-set-on takes a day as YYYY-MM-DD'],
  ])('says what is wrong with %s %s', async (option, value, words) => {
    const path = await conf(`${base}Password x\n`);
    const { code, stderr } = await latchkey(['run', '--config', path, option, value]);
    expect(stderr).toContain(words);
    expect(code).toBe(2);
  });

  it('reads the configuration again on SIGHUP, and goes on', async () => {
    const path = await conf(`${base}Password x\n`);
    const { code, stderr } = await latchkey(['run', '--config', path, '--port', '0'], {
      hangUpAt: /listening on 127/,
      until: /the configuration was read again/,
    });
    expect(stderr).toContain('company proxies: 127.0.0.1:9');
    expect(code).toBe(0);
  });

  it('prints the hash of a password, plain and inverted', async () => {
    const args = ['hash', '--domain', 'corp-uk', '--user', 'testuser'];
    const plain = await latchkey(args, { stdin: 'password\n' });
    expect(plain).toMatchObject({ code: 0, stdout: 'PassNTLMv2      E097C611EA19C676CD79309A3A2F59A3\n' });
    const inverted = await latchkey([...args, '--inverted'], { stdin: 'password' });
    expect(inverted.stdout).toBe('PassNTLMv2      1F6839EE15E639893286CF65C5D0A65C\n');
    expect((await latchkey(args)).stderr).toContain('no password was given');
  });

  it('says that a hash without a domain is for none, and ends with 130 at Ctrl-C', async () => {
    const warning = /warning: without --domain the hash holds for an empty domain only/;
    const { code, stderr } = await latchkey(['hash', '--user', 'testuser'], { interruptAt: warning });
    expect(stderr).toMatch(warning);
    expect(code).toBe(130);
  });

  it('has colours where they are wanted, and none in a pipe', async () => {
    const args = ['hash', '--user', 'testuser', '--prt'];
    const plain = { env: { NO_COLOR: '', FORCE_COLOR: undefined } };
    const colored = { env: { NO_COLOR: '', FORCE_COLOR: '1' }, stdin: 'password' };
    const beginnings = async (options: typeof plain | typeof colored): Promise<string[]> => [
      (await latchkey(args, options)).stderr.split(' ')[0] ?? '',
      (await latchkey(args.slice(0, 3), { stdin: 'password', ...options })).stderr.split(' ')[1] ?? '',
      ...(await latchkey(['--help'], options)).stdout
        .split(/[ \n]/)
        .filter((word) => /Usage|Examples/.test(word)),
    ];
    expect(await beginnings(plain)).toEqual(['latchkey:', 'warning:', 'Usage:', 'Examples:']);
    expect(await beginnings(colored)).toEqual([
      '\u001b[31mlatchkey:\u001b[39m',
      '\u001b[33mwarning:\u001b[39m',
      '\u001b[1mUsage:\u001b[22m',
      '\u001b[1mExamples:\u001b[22m',
    ]);
  });

  it('runs the demo to its end', async () => {
    const { code, stdout } = await latchkey(['run', '--demo', '--once', '--port', '0']);
    expect(stdout).toMatch(/✓ page over http +200 OK, \d+ bytes in \d+ ms, 1 logon/);
    expect(stdout).toMatch(/✓ page over https +HTTP\/1\.1 200 OK over TLSv1\.\d in \d+ ms/);
    expect(stdout).toMatch(/target +CORP/);
    expect(code).toBe(0);
  });

  it('keeps the demo up until it is stopped', async () => {
    const { code, stdout } = await latchkey(['run', '--demo', '--port', '0'], { until: /listening on 127/ });
    expect(stdout).toMatch(/curl -x http:\/\/127\.0\.0\.1:\d+ http:\/\/127/);
    expect(code).toBe(0);
  });
});

describe('a cntlm.conf whose PAC names the company proxies', () => {
  async function pacOnly(): Promise<string> {
    const pac = join(folder, 'only.pac');
    await writeFile(pac, 'function FindProxyForURL() { return "PROXY p1.corp:8080; PROXY p2.corp:8080"; }');
    return conf(`Username alice\nDomain corp\nPassword secret\nPac ${pac}\nListen 127.0.0.1:1\n`);
  }

  it('is not run without a word, where nobody can be asked', async () => {
    const file = await pacOnly();
    const { code, stderr } = await latchkey(['run', '--config', file, '--port', '0']);
    expect(stderr).toContain(
      `${file}: there is no Proxy; the PAC ${join(folder, 'only.pac')} names p1.corp:8080, p2.corp:8080: say with ` +
        '--agree p1.corp:8080 --agree p2.corp:8080 that the sign-in may go there',
    );
    expect(code).toBe(2);
  });

  it('is run with --agree, which is for a configuration alone', async () => {
    const args = ['run', '--config', await pacOnly(), '--port', '0', '--agree', 'p1.corp:8080'];
    const { code, stderr } = await latchkey(args, { until: /listening on 127/ });
    expect(stderr).not.toContain('secret');
    expect(code).toBe(0);
    const refused = await latchkey(['run', '--agree', 'p1.corp:8080']);
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringContaining('--agree goes with --config only'),
    ]);
    const mistyped = await latchkey(['run', '--agree', 'p1.corp']);
    expect([mistyped.code, mistyped.stderr]).toEqual([
      2,
      expect.stringContaining('a company proxy is host:port'),
    ]);
  });
});
