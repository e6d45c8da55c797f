import { execFile } from 'node:child_process';
import { quoteFor } from '../../../shared/terminal-commands';
import type { PageFetchers, TerminalPage } from '../app-ports';

/** Names of variables that name a proxy to curl: this process may have them from the terminal that it was started in. */
const proxyVariable = /^(?:https?|all|no)_proxy$/i;

/**
 * Fetches pages with the user's curl, in the shell whose lines they are; his ~/.curlrc counts, as it does in a terminal.
 *
 * @param env as a new terminal has it, but for the variables of a proxy
 */
export function curlPage(env: NodeJS.ProcessEnv): PageFetchers['asCurl'] {
  const own = Object.fromEntries(Object.entries(env).filter(([name]) => !proxyVariable.test(name)));
  return (url, { shell, lines }: TerminalPage, signal) =>
    new Promise((resolve, reject) => {
      const curl = ['curl', '--silent', '--show-error', '--output', '/dev/null', url.href];
      const script = `${lines}\n${curl.map((word) => quoteFor(shell, word)).join(' ')}\n`;
      // What zsh and bash are told is the language of any POSIX shell.
      const file = shell === 'fish' ? 'fish' : '/bin/sh';
      const child = execFile(file, ['-c', script], { env: own, signal }, (error) => {
        if (error === null) resolve();
        else reject(new Error(`curl: ${error.message}`, { cause: error }));
      });
      child.stdin?.on('error', () => undefined).end();
    });
}
