import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findElectron, hasScreen } from './find-electron.mjs';

try {
  if (!hasScreen()) throw new Error('there is no display here.');
  const electron = await findElectron();
  const child = spawn(electron, ['.', ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  const [code] = await once(child, 'exit');
  process.exitCode = code ?? 1;
} catch (error) {
  console.error(
    `start: ${error.message} Without it: \`npm run demo\`, or \`node out/cli/latchkey.cjs run --config FILE\`.`,
  );
  process.exitCode = 1;
}
