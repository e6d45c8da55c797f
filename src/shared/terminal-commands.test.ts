import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { hostileNames, type TestShell, terminalShells as programs, testShells } from '../../test/shells';
import { noProxyVariable } from './no-proxy-variable';
import {
  environmentLines,
  quoteFor,
  shellBlockLines,
  shells,
  terminalCommands,
  terminalOffCommands,
  toolLines,
  tools,
  shellAt,
} from './terminal-commands';

/** fish makes folders in the user's home, even for one command. */
const home = mkdtempSync(join(tmpdir(), 'latchkey-shells-'));
afterAll(() => rmSync(home, { recursive: true }));

const address = { host: '127.0.0.1', port: 3128 };
const noProxy = ['localhost', '127.0.0.*', '*.local', "o'hara.corp"];
const proxyNames = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'].flatMap((name) => [
  name,
  name.toUpperCase(),
]);

function isInstalled(program: string): boolean {
  const { error } = spawnSync(program, ['-c', ':'], { env: { ...process.env, HOME: home } });
  return error === undefined;
}

/** The language that Latchkey takes it for. */
const languageOf = ({ program }: TestShell) => shells.find((each) => each === program) ?? 'bash';

/** What the environment is after these lines. */
function environmentAfter(
  shell: TestShell,
  lines: string,
  before: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  const node = quoteFor(languageOf(shell), process.execPath);
  const tell = `${node} -e 'process.stdout.write(JSON.stringify(process.env))'`;
  const { stdout, stderr, status } = spawnSync(shell.program, [...shell.args, '-c', `${lines}\n${tell}`], {
    encoding: 'utf8',
    env: { ...before, PATH: process.env['PATH'] ?? '', HOME: home },
    // With a pipe there, bash takes itself for a remote shell and reads the user's own file.
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  expect({ stderr, status }).toEqual({ stderr: '', status: 0 });
  return JSON.parse(stdout) as Record<string, string>;
}

describe('shellAt', () => {
  it.each([
    ['/bin/zsh', 'bash', 'zsh'],
    ['/opt/homebrew/bin/fish', 'zsh', 'fish'],
    ['bash', 'zsh', 'bash'],
    ['/bin/dash', 'bash', 'bash'],
    ['/bin/zsh/', 'bash', 'bash'],
    ['', 'zsh', 'zsh'],
    [undefined, 'zsh', 'zsh'],
  ] as const)('takes %j, or else %s, for %s', (path, other, expected) => {
    expect(shellAt(path, other)).toBe(expected);
  });
});

describe('quoteFor', () => {
  // The shell of the tests is sh: bash and zsh quote as POSIX has it.
  it('makes one word of any text', () => {
    const text = fc.string({ unit: 'grapheme-ascii', maxLength: 30 });
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const words = texts.map((each) => quoteFor('bash', each)).join(' ');
        const { stdout } = spawnSync('sh', ['-c', `printf '%s\\0' ${words}`], { encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(texts);
      }),
      { numRuns: 25 },
    );
  });

  it('escapes for fish what fish reads between quotes', () => {
    expect(quoteFor('fish', "a'b\\c$d")).toBe("'a\\'b\\\\c$d'");
  });
});

describe('terminalCommands', () => {
  it.each(['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'])('sets %s in both cases', (name) => {
    for (const shell of shells) {
      const lines = terminalCommands({ shell, address, noProxy });
      const set = shell === 'fish' ? 'set -gx ' : 'export ';
      expect(lines).toContain(`${set}${name}`);
      expect(lines).toContain(`${set}${name.toUpperCase()}`);
    }
  });

  it('speaks of git, npm, pip, Java and Docker', () => {
    const lines = terminalCommands({ shell: 'zsh', address, noProxy });
    for (const word of ['GIT_CONFIG_KEY_0', 'npm_config_proxy', 'PIP_PROXY', 'JAVA_TOOL_OPTIONS', 'docker']) {
      expect(lines).toContain(word);
    }
    expect(lines).toContain('http://host.docker.internal:3128');
  });

  it('writes an IPv6 address in brackets', () => {
    const lines = terminalCommands({ shell: 'bash', address: { host: '::1', port: 1 }, noProxy });
    expect(lines).toContain("http_proxy='http://[::1]:1'");
  });

  it.each(programs)('is understood by $name', (program) => {
    const shell = languageOf(program);
    const environment = environmentAfter(program, terminalCommands({ shell, address, noProxy }));
    expect(environment['https_proxy']).toBe('http://127.0.0.1:3128');
    expect(environment['NO_PROXY']).toBe("localhost,127.0.0.1,::1,127.0.0.0/24,.local,o'hara.corp");
    expect(environment['JAVA_TOOL_OPTIONS']).toContain('-Dhttps.proxyPort=3128 -Dhttp.nonProxyHosts=');
  });

  it('gives Java the patterns that it has words for', () => {
    const rules = ['.corp', '10.1.0.0/16', '172.16.0.0/12', '<local>', 'a:80', '2001:db8::7', 'web-*'];
    const lines = terminalCommands({ shell: 'zsh', address, noProxy: rules });
    expect(lines).toContain(
      "-Dhttp.nonProxyHosts=localhost|127.*|[::1]|corp|*.corp|10.1.*|[2001:db8::7]|web-*'",
    );
  });
});

describe('environmentLines', () => {
  it.each(programs)('sets the proxy variables, and nothing else, in $name', (program) => {
    const shell = languageOf(program);
    const before = environmentAfter(program, ':');
    const after = environmentAfter(program, environmentLines({ shell, address, noProxy }));
    const added = Object.entries(after).filter(([name, value]) => before[name] !== value);
    const url = 'http://127.0.0.1:3128';
    const direct = "localhost,127.0.0.1,::1,127.0.0.0/24,.local,o'hara.corp";
    const expected = proxyNames.map((name) => [name, /^no/i.test(name) ? direct : url]);
    expect(Object.fromEntries(added)).toEqual(Object.fromEntries(expected));
  });

  it.each(programs)('keeps any pattern from being run by $name', (program) => {
    const shell = languageOf(program);
    const hostile = ["$(echo x)';", '`id`', "a'b", '$HOME', '!!', '#x', '%a'];
    const after = environmentAfter(program, environmentLines({ shell, address, noProxy: hostile }));
    expect(after['no_proxy']).toBe(noProxyVariable(hostile).value);
    expect(after['no_proxy']).toContain('$HOME,!!,#x,%a');
  });
});

describe('terminalOffCommands', () => {
  it.each(programs)('takes back all that was set, in $name', (program) => {
    const shell = languageOf(program);
    const before = environmentAfter(program, ':');
    const inherited = { http_proxy: 'http://proxy.corp:8080', KEPT: 'yes' };
    const lines = terminalCommands({ shell, address, noProxy }) + terminalOffCommands(shell);
    const after = environmentAfter(program, lines, inherited);
    expect(after['KEPT']).toBe('yes');
    expect(Object.keys(after).filter((name) => !(name in before) && name !== 'KEPT')).toEqual([]);
  });

  it.each(programs)('finds nothing wrong in $name when nothing is set', (program) => {
    const shell = languageOf(program);
    const after = environmentAfter(program, terminalOffCommands(shell));
    expect(Object.keys(after).filter((name) => proxyNames.includes(name))).toEqual([]);
  });

  it('names for each shell every variable that is set', () => {
    for (const shell of shells) {
      const [set, unset] = shell === 'fish' ? ['set -gx', 'set -eg'] : ['export', 'unset'];
      const names = [
        ...terminalCommands({ shell, address, noProxy }).matchAll(/^(?:set -gx|export) (\w+)/gm),
      ];
      expect(names.length).toBeGreaterThan(proxyNames.length);
      expect(terminalCommands({ shell, address, noProxy })).toContain(`${set} `);
      expect(terminalOffCommands(shell)).toBe(names.map(([, name]) => `${unset} ${name}\n`).join(''));
    }
  });
});

describe('shellBlockLines', () => {
  const pidFile = join(home, "a pid's file");
  const url = 'http://127.0.0.1:3128';
  /** A pid that belongs to nobody any more. */
  const gone = spawnSync('true').pid;

  const cases: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ['runs', `${process.pid}\n/home/alice/.zshrc\n`, url],
    ['was killed', `${gone}\n/home/alice/.zshrc\n`, undefined],
    ['is off', 'off\n/home/alice/.zshrc\n', undefined],
    ['has left an empty file', '', undefined],
    ['has quit', undefined, undefined],
  ];

  describe.each(programs)('send a terminal of $name to Latchkey only while it runs', (program) => {
    const shell = languageOf(program);

    it.each(cases)('as it %s', (_name, content, expected) => {
      rmSync(pidFile, { force: true });
      if (content !== undefined) writeFileSync(pidFile, content);
      // There it is looked at whether anything complains, and whether what follows is run.
      const after = environmentAfter(program, shellBlockLines({ shell, address, noProxy, pidFile }));
      expect(after['https_proxy']).toBe(expected);
    });

    it.each(hostileNames)('from a folder called %j', (name) => {
      const folder = mkdtempSync(join(home, 'folder-'));
      mkdirSync(join(folder, name), { recursive: true });
      const file = join(folder, name, 'latchkey.pid');
      writeFileSync(file, `${process.pid}\n`);
      const after = environmentAfter(program, shellBlockLines({ shell, address, noProxy, pidFile: file }));
      expect(after['https_proxy']).toBe(url);
    });
  });

  it.each(testShells)('stops no $name that is strict with errors and unset variables', (program) => {
    const lines = shellBlockLines({ shell: 'bash', address, noProxy, pidFile: join(home, 'none') });
    expect(environmentAfter(program, `set -eu\n${lines}export HERE=yes`)['HERE']).toBe('yes');
  });
});

describe('toolLines', () => {
  const options = { address, noProxy };

  function run({ program, args }: TestShell, script: string): string {
    const { stdout, status } = spawnSync(program, [...args, '-c', script], {
      encoding: 'utf8',
      cwd: home,
      env: { PATH: process.env['PATH'] ?? '', HOME: home },
    });
    return status === 0 ? stdout.trim() : '';
  }

  it.runIf(isInstalled('git')).each(programs)('set and unset git in $name', (program) => {
    const { set, unset = '' } = toolLines('git', options);
    const tell = 'git config --global http.proxy';
    expect(run(program, `${set}${tell}`)).toBe('http://127.0.0.1:3128');
    expect(run(program, `${unset}${tell}`)).toBe('');
  });

  it('say for npm and pip what takes each setting back', () => {
    expect(toolLines('npm', options)).toEqual({
      set: [
        'npm config set proxy http://127.0.0.1:3128',
        'npm config set https-proxy http://127.0.0.1:3128',
        "npm config set noproxy 'localhost,127.0.0.1,::1,127.0.0.0/24,.local,o'\\''hara.corp'",
        '',
      ].join('\n'),
      unset: 'npm config delete proxy\nnpm config delete https-proxy\nnpm config delete noproxy\n',
    });
    expect(toolLines('pip', options)).toEqual({
      set: 'pip config set global.proxy http://127.0.0.1:3128\n',
      unset: 'pip config unset global.proxy\n',
    });
  });

  it.each(programs)('are one argument each for $name, whatever is in the list', (program) => {
    const hostile = ["$(echo x)';", '`id`', "a'b", '$HOME', '!!', '#x', '%a'];
    const line = toolLines('npm', { address, noProxy: hostile }).set.split('\n')[2] ?? '';
    const argument = line.replace('npm config set noproxy ', '');
    expect(run(program, `printf '%s' ${argument}`)).toBe(noProxyVariable(hostile).value);
  });

  it('give Docker the part of its file for containers, with the name that this Mac has there', () => {
    const { set, unset } = toolLines('docker', options);
    expect(JSON.parse(`{${set}}`)).toEqual({
      proxies: {
        default: {
          httpProxy: 'http://host.docker.internal:3128',
          httpsProxy: 'http://host.docker.internal:3128',
          noProxy: noProxyVariable(noProxy).value,
        },
      },
    });
    expect(unset).toBeUndefined();
  });

  it.each(tools)('name no account and no password for %s', (tool) => {
    expect(toolLines(tool, options).set).not.toContain('@');
  });
});
