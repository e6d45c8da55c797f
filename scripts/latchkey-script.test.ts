import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostileNames, testShells } from '../test/shells';

const source = join(import.meta.dirname, '../assets/bin/latchkey');
/** A blank, quotes, and what a shell would take for more than a name. */
const appName = `It's a "Latch key" $(id) \\ *.app`;
let folder = '';
let script = '';

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'latchkey script-')));
  const contents = join(folder, appName, 'Contents');
  script = join(contents, 'Resources/bin/latchkey');
  mkdirSync(join(contents, 'Resources/bin'), { recursive: true });
  mkdirSync(join(contents, 'MacOS'));
  cpSync(source, script);
  // In the place of the app's program: says what it was called with.
  const program = join(contents, 'MacOS/Latchkey');
  writeFileSync(
    program,
    `#!/bin/sh\nprintf '%s\\0' "$0" "\${NODE_OPTIONS-}\${NODE_EXTRA_CA_CERTS-}" "$@"\nexit 3\n`,
  );
  chmodSync(program, 0o755);
  symlinkSync(script, join(folder, 'absolute link'));
  mkdirSync(join(folder, 'a/b'), { recursive: true });
  symlinkSync('../../absolute link', join(folder, 'a/b/relative'));
  symlinkSync('relative', join(folder, 'a/b/chain'));
  symlinkSync('a/b', join(folder, 'linked folder'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('the script of the command', () => {
  it('may be run by anybody', () => {
    expect(statSync(source).mode & 0o777).toBe(0o755);
  });

  describe.each(testShells)('in $name', ({ program, args }) => {
    /** What the program was called with, without its own path, which must be the app's. */
    function run(path: string, ...given: readonly string[]): readonly string[] {
      const { stdout, stderr, status } = spawnSync(program, [...args, path, ...given], {
        cwd: join(folder, 'a'),
        encoding: 'utf8',
        env: {
          ...process.env,
          CDPATH: folder,
          NODE_OPTIONS: '--no-warnings',
          NODE_EXTRA_CA_CERTS: '/ca.pem',
        },
      });
      expect(stderr).toBe('');
      expect(status).toBe(3);
      const [own, environment, ...rest] = stdout.split('\0').slice(0, -1);
      expect(own).toBe(join(folder, appName, 'Contents/MacOS/Latchkey'));
      expect(environment).toBe('');
      return rest;
    }

    it.each(['absolute link', 'a/b/relative', 'a/b/chain', 'linked folder/chain'])(
      'finds its app through %s',
      (link) => {
        expect(run(join(folder, link), 'status')).toEqual(['--cli', '--', 'status']);
      },
    );

    it('finds its app by its own path, and from where somebody stands', () => {
      expect(run(script)).toEqual(['--cli', '--']);
      expect(run('b/chain')).toEqual(['--cli', '--']);
      expect(run('../linked folder/relative')).toEqual(['--cli', '--']);
    });

    it('hands every argument on as it is', () => {
      const given = [...hostileNames, '', '--', '--version', '--inspect', 'line\nfeed\n'];
      expect(run(script, ...given)).toEqual(['--cli', '--', ...given]);
    });

    it('says what to do when the app is not there', () => {
      cpSync(source, join(folder, 'a/b/copy'));
      const { stderr, status } = spawnSync(program, [...args, join(folder, 'a/b/copy')], {
        encoding: 'utf8',
      });
      expect(stderr).toContain('install Latchkey again');
      expect(status).toBe(127);
    });
  });
});
