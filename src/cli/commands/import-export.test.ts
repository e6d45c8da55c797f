import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/fake-terminal';
import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import { CliError } from '../cli-error';
import { runProgram } from '../program';

let folder = '';
let file = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
  file = join(folder, 'cntlm.conf');
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

interface Outcome {
  readonly code: number;
  readonly out: readonly string[];
  readonly err: readonly string[];
}

async function run(command: 'export' | 'import', args: readonly string[]): Promise<Outcome> {
  const terminal = fakeTerminal({ LATCHKEY_STATE_DIR: folder });
  try {
    const code = await runProgram([command, ...args], terminal);
    return { code, out: terminal.outLines, err: terminal.errLines };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    return { code: error.exitCode, out: terminal.outLines, err: [...terminal.errLines, ...error.lines] };
  }
}

const hash = '1F6839EE15E639893286CF65C5D0A65C';
const base = 'Username alice\nDomain corp\nProxy proxy.corp:8080\n';

async function importOf(text: string): Promise<Outcome> {
  await writeFile(file, text, { mode: 0o600 });
  return run('import', [file]);
}

describe('latchkey import', () => {
  it('tells what would be taken over, and changes nothing', async () => {
    const text = `${base}PassNTLMv2 ${hash}\nNoProxy localhost, 10.*\nListen 4000\nSOCKS5Proxy 1080\nFlags 0x1\n`;
    const { code, out, err } = await importOf(text);
    expect(out).toEqual([
      `${file}:8: warning: Flags is not supported by this version of Latchkey and is ignored`,
      `${file}: nothing is changed by this report; set-up in the app would take over:`,
      '  Account         CORP\\alice',
      '  Company proxy   proxy.corp:8080',
      '  Direct          localhost, 10.*',
      '  Port            4000',
      '  SOCKS5          1080',
      '  Who may connect this Mac alone',
      '  Workstation     the name of this Mac',
      '  Password        a hash, which may be read in two ways; each is tried with one logon at most',
    ]);
    expect(err).toEqual([]);
    expect(code).toBe(0);
    expect(await readdir(folder)).toEqual(['cntlm.conf']);
    expect(await readFile(file, 'utf8')).toBe(text);
    await chmod(file, 0o644);
    expect((await run('import', [file])).err).toEqual([expect.stringContaining(`chmod go-rwx ${file}`)]);
  });

  it.each([
    ['', 'not in the file: it must be typed'],
    ['Password s3cret\n', 'in the file as text; only its hash would be kept'],
  ])('says of the password with %j: %s', async (line, words) => {
    const { out } = await importOf(base + line);
    expect(out.at(-1)).toBe(`  Password        ${words}`);
    expect(out.join('\n')).not.toContain('s3cret');
  });

  it.each([
    ['Gateway yes\nAllow 127.0.0.1\nAllow 10.0.0.0/8\nDeny 0/0\n', 'this Mac, 10.0.0.0/8'],
    ['Gateway yes\nAllow 10.0.0.0/8\nDeny 0/0\n', 'allow 10.0.0.0/8, deny *'],
    ['Gateway yes\n', 'everyone who can reach this Mac'],
  ])('says who may connect with %j', async (lines, words) => {
    const { out } = await importOf(base + lines);
    expect(out).toContain(`  Who may connect ${words}`);
  });

  it('has the port of cntlm when the file names none, and leaves the settings alone', async () => {
    const settings: AppSettings = { ...defaultAppSettings, port: 4444 };
    await writeFile(join(folder, 'settings.json'), JSON.stringify(settings));
    // A file without Listen means cntlm's own port.
    expect((await importOf(base)).out).toContain('  Port            3128');
    expect(JSON.parse(await readFile(join(folder, 'settings.json'), 'utf8'))).toEqual(settings);
  });

  it('lists every mistake with its line, and no hash', async () => {
    const { code, out, err } = await importOf(`${base}Listen 0\nPassNTLMv2 ${hash.slice(1)}\nFlags 1\n`);
    expect(out).toHaveLength(3);
    expect(out[0]).toMatch(/cntlm\.conf:4: error: Listen must be/);
    expect(out[1]).toMatch(/cntlm\.conf:5: error: PassNTLMv2 must be 32 hexadecimal digits, not 31/);
    expect(out[2]).toMatch(/cntlm\.conf:6: warning: /);
    expect(out.join('\n')).not.toContain(hash.slice(1, 9));
    expect(err).toEqual([`latchkey: ${file} has 2 mistakes: nothing would be taken over`]);
    expect(code).toBe(2);
  });

  it('tells the same as JSON', async () => {
    const text = `${base}PassNTLMv2 ${hash}\nNoProxy localhost, 10.*\nListen 4000\nSOCKS5Proxy 1080\nFlags 0x1\n`;
    await writeFile(file, text, { mode: 0o600 });
    const { code, out, err } = await run('import', [file, '--json']);
    expect(JSON.parse(out.join('\n'))).toEqual({
      file,
      diagnostics: [
        {
          line: 8,
          severity: 'warning',
          message: 'Flags is not supported by this version of Latchkey and is ignored',
        },
      ],
      wouldTakeOver: {
        account: { domain: 'corp', user: 'alice' },
        companyProxies: [{ host: 'proxy.corp', port: 8080 }],
        pac: null,
        direct: ['localhost', '10.*'],
        port: 4000,
        alsoListen: [],
        access: 'this-mac',
        allowed: [],
        rules: [],
        socks: ['1080'],
        socksUsers: [],
        tunnels: [],
        headers: [],
        workstation: null,
        password: 'hash-plain-or-inverted',
      },
    });
    expect(out.join('\n')).not.toContain(hash.slice(1, 9));
    expect(err).toEqual([]);
    expect(code).toBe(0);
  });

  it('tells mistakes as JSON as well', async () => {
    await writeFile(file, 'Username alice\nDomain corp\n', { mode: 0o600 });
    const { code, out } = await run('import', [file, '--json']);
    const told = JSON.parse(out.join('\n')) as { diagnostics: unknown[]; wouldTakeOver: unknown };
    expect(told.diagnostics).toEqual([
      { line: null, severity: 'error', message: expect.stringContaining('there is no Proxy') as string },
    ]);
    expect(told.wouldTakeOver).toBeNull();
    expect(code).toBe(2);
  });

  it.each([
    [[], 'which file?'],
    [['/nowhere/cntlm.conf'], '/nowhere/cntlm.conf: there is no such file'],
    [['a', 'b'], "Unexpected argument 'b'"],
  ])('ends with exit code 2 for %j', async (args, words) => {
    const { code, out, err } = await run('import', args);
    expect(err.join('\n')).toContain(words);
    expect(out).toEqual([]);
    expect(code).toBe(2);
  });
});

const settings: AppSettings = {
  ...defaultAppSettings,
  account: { domain: 'corp', user: 'alice' },
  upstreams: [{ host: 'proxy.corp', port: 8080 }],
  noProxy: ['10.*', '*.corp'],
  port: 4000,
  access: 'named',
  allowed: ['192.0.2.0/24'],
  workstation: 'MAC7',
};

async function exportOf(text: string): Promise<Outcome> {
  await writeFile(join(folder, 'settings.json'), text);
  return run('export', []);
}

describe('latchkey export', () => {
  it('prints what `latchkey import` reads back', async () => {
    const exported = await exportOf(JSON.stringify(settings));
    expect(exported.code).toBe(0);
    expect(exported.err).toEqual([]);
    const { out } = await importOf(`${exported.out.join('\n')}\n`);
    expect(out.slice(1)).toEqual([
      '  Account         CORP\\alice',
      '  Company proxy   proxy.corp:8080',
      '  Direct          10.*, *.corp',
      '  Port            4000',
      '  Who may connect this Mac, 192.0.2.0/24',
      '  Workstation     MAC7',
      '  Password        not in the file: it must be typed',
    ]);
  });

  it('says what is missing in settings that are not complete', async () => {
    const { code, out, err } = await exportOf(JSON.stringify(defaultAppSettings));
    expect(err).toEqual([expect.stringContaining('no account'), expect.stringContaining('no company proxy')]);
    expect(out.join('\n')).toContain('Listen 3128');
    expect(code).toBe(0);
  });

  it.each([
    ['{"version":1,"port":0}', 'is damaged'],
    [JSON.stringify({ ...settings, version: 99 }), 'was written by a newer Latchkey'],
  ])('prints nothing of %s and leaves it alone', async (text, words) => {
    const { code, out, err } = await exportOf(text);
    expect(err.join('\n')).toContain(words);
    expect(out).toEqual([]);
    expect(code).toBe(1);
    expect(await readFile(join(folder, 'settings.json'), 'utf8')).toBe(text);
  });

  it('says that there are no settings', async () => {
    const { code, err } = await run('export', []);
    expect(err.join('\n')).toContain('there are no settings at');
    expect(code).toBe(1);
  });

  it('says what cntlm has no words for, and for which cntlm it is', async () => {
    await writeFile(
      join(folder, 'settings.json'),
      JSON.stringify({ ...settings, noProxy: ['<local>', '10/8'] }),
    );
    const { out, err } = await run('export', ['--for', '0.94']);
    expect(out[0]).toContain('for cntlm 0.94');
    expect(out.join('\n')).toContain('NoProxy 10.*');
    expect(err).toEqual(['latchkey: warning: cntlm has no words for <local>.']);
    expect((await run('export', ['--for', '0.93'])).err.join('\n')).toContain('0.92.3 or 0.94');
  });

  it('opens no port of SOCKS5 to everybody, where it does not print who its users are', async () => {
    await writeFile(
      join(folder, 'settings.json'),
      JSON.stringify({ ...settings, socks: ['1080'], socksUsers: ['dave'] }),
    );
    const { out, err } = await run('export', []);
    expect(out.join('\n')).not.toMatch(/^SOCKS5/m);
    expect(err).toEqual([expect.stringContaining('The ports of SOCKS5 are left out')]);
  });

  it('prints no hash of an account that there is not', async () => {
    await writeFile(join(folder, 'settings.json'), JSON.stringify(defaultAppSettings));
    const { code, out, err } = await run('export', ['--with-hash']);
    expect([code, out]).toEqual([1, []]);
    expect(err.join('\n')).toContain('no account is set');
  });

  it('takes no argument', async () => {
    expect((await run('export', ['x'])).code).toBe(2);
  });
});
