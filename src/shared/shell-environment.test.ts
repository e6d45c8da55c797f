import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellEnvironment, shellEnvironmentOff } from './shell-environment';

const address = { host: '127.0.0.1', port: 3128 };
const names = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

/** The variables that a shell has after these lines. */
function environmentAfter(lines: readonly string[]): string {
  return execFileSync('/bin/sh', ['-c', [...lines, 'env'].join('\n')], {
    encoding: 'utf8',
    env: { PATH: process.env['PATH'] },
  });
}

describe('shellEnvironment', () => {
  it.each(['zsh', 'bash'] as const)(
    'sets every variable in both cases for %s, and takes it back',
    (shell) => {
      const after = environmentAfter(shellEnvironment(shell, address));
      for (const name of names.slice(0, 3)) {
        expect(after).toContain(`\n${name}=http://127.0.0.1:3128\n`.slice(1));
        expect(after).toContain(`${name.toUpperCase()}=http://127.0.0.1:3128\n`);
      }
      expect(after).toContain('NO_PROXY=localhost,127.0.0.1,::1,');
      const off = environmentAfter([...shellEnvironment(shell, address), ...shellEnvironmentOff(shell)]);
      expect(off).not.toMatch(/proxy=/i);
    },
  );

  it('speaks fish', () => {
    expect(shellEnvironment('fish', { host: '::1', port: 1 })[0]).toBe("set -gx http_proxy 'http://[::1]:1'");
    expect(shellEnvironmentOff('fish')).toContain('set -e HTTPS_PROXY');
  });
});
