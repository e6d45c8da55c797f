import { spawn } from 'node:child_process';
import { findElectron } from './find-electron.mjs';

const electron = findElectron();
if (electron === undefined) {
  process.stderr.write(
    'The Electron binary is not here and could not be fetched. Behind a proxy set HTTPS_PROXY and run `npx install-electron`, ' +
      'then `npm start` again. Without Electron: `npm run demo`, or `npx latchkey run --config FILE`.\n',
  );
  process.exitCode = 1;
} else {
  const child = spawn(electron, ['.', ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}
