import { readCommandLine } from './shell/command-line';

// A look-up that nobody answers holds a thread of Node's pool, and cannot be called off. Nothing has used the pool yet.
process.env['UV_THREADPOOL_SIZE'] ??= '32';

// Each is loaded alone: neither waits for the other's code.
async function begin(args: readonly string[] | undefined): Promise<void> {
  if (args === undefined) (await import('./app-main')).startApp();
  else await (await import('./shell/host-command-line')).hostCommandLine(args);
}

begin(readCommandLine(process.argv)).catch((error: unknown) => {
  // As an error that nothing catches, which is told; a promise that nobody waits for is not.
  setImmediate(() => {
    throw error instanceof Error ? error : new Error(String(error));
  });
});
