import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { app } from 'electron';
import { traceOf } from '../../shared/error-text';

/** What the built command line tells whoever has loaded it: its end, with the exit code in `process.exitCode`. */
interface CommandLine {
  readonly ended: Promise<void>;
}

/** How a shell tells which signal has ended a program. */
const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * Runs the command line in this process, as Node would: no window, no lock, no Dock, and none of the ways in which Electron takes
 * signals and errors for its own. What it knows of Node holds here, too, but for one thing: Electron's loop never runs empty, so
 * the end is made here.
 */
export async function hostCommandLine(args: readonly string[]): Promise<void> {
  // It never becomes the active app, and is in no list of those that are open. On a Mac alone.
  if (process.platform === 'darwin') app.setActivationPolicy('prohibited');
  takeErrors();
  // Chromium sets its handlers of signals before the loop runs, over those that are there already.
  await nextTurn();
  takeSignals();
  const script = join(app.getAppPath(), 'out', 'cli', 'latchkey.cjs');
  process.argv.splice(1, process.argv.length, script, ...args);
  const { ended } = createRequire(script)(script) as CommandLine;
  await ended;
  await Promise.all([written(process.stdout), written(process.stderr)]);
  // Nothing calls off a look-up, and Electron waits for its thread. All else is closed.
  if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) process.kill(process.pid, 'SIGKILL');
  app.exit(Number(process.exitCode ?? 0));
}

/** Ends as Node does at what nothing catches. Electron would show a dialog, and go on. */
function takeErrors(): void {
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    // Electron's own is among them.
    const before = process.listenerCount(event);
    process.on(event, (error: unknown) => {
      // `run` has one of its own, and ends in order.
      if (process.listenerCount(event) > before + 1) return;
      process.stderr.write(`${traceOf(error)}\n`);
      app.exit(1);
    });
  }
}

/** Ends as a program that does not listen to a signal. Electron would quit, and say that all went well. */
function takeSignals(): void {
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Whoever else listens ends in order, or does something else.
      if (process.listenerCount(signal) === 1) app.exit(exitCodes[signal]);
    });
  }
}

/** Resolves when what was written has gone: on a Mac a pipe takes it in its own time. */
function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.write('', () => resolve());
  });
}
