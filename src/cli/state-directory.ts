import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where Latchkey keeps what it has learned; LATCHKEY_STATE_DIR overrides the place. */
export function stateDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env['LATCHKEY_STATE_DIR']) return env['LATCHKEY_STATE_DIR'];
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Latchkey');
  return join(env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'latchkey');
}
