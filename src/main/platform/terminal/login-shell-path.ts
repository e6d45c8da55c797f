import { spawn } from 'node:child_process';
import { basename } from 'node:path';

/** A start file may do as it likes; nobody waits for it longer than this. */
const usualTimeoutMs = 5_000;

/** Those whose words are known here. */
const known: ReadonlySet<string> = new Set(['zsh', 'bash', 'fish']);

/**
 * The folders that a new terminal of this user looks for a command in. His shell is asked, as a terminal starts it: what makes PATH
 * are commands in its start files, and an app that the Finder has opened has another one. It runs in a session of its own, so that it
 * cannot take the terminal of an app that is being worked on.
 *
 * @returns undefined when the shell gives no answer
 */
export function askLoginShellPath(
  env: NodeJS.ProcessEnv,
  timeoutMs = usualTimeoutMs,
): Promise<readonly string[] | undefined> {
  const { SHELL: own = '' } = env;
  const shell = known.has(basename(own)) ? own : '/bin/zsh';
  // What start files print stands before it, and is not taken for the answer.
  const question = String.raw`builtin printf '\0%s\0' "$PATH"`;
  return new Promise((resolve) => {
    const child = spawn(shell, ['-l', '-i', '-c', question], {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let said = '';
    const end = (path: string | undefined): void => {
      clearTimeout(timer);
      // What start files have left running may hold it for as long as it likes.
      child.stdout.destroy();
      child.unref();
      resolve(path?.split(':').filter((folder) => folder.startsWith('/')));
    };
    const timer = setTimeout(() => {
      if (child.pid !== undefined) killGroup(child.pid);
      end(undefined);
    }, timeoutMs);
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      said += chunk;
      const answer = /\0([^\0]+)\0/.exec(said)?.[1];
      if (answer !== undefined) end(answer);
    });
    child.on('error', () => end(undefined)).on('close', () => end(undefined));
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch {
    // The shell has ended, and only what has left its group holds the pipe.
  }
}
