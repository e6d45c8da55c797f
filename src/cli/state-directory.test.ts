import { describe, expect, it } from 'vitest';
import { stateDirectory } from './state-directory';

describe('stateDirectory', () => {
  it('is where each system keeps such files', () => {
    expect(stateDirectory({ LATCHKEY_STATE_DIR: '/x' }, 'darwin')).toBe('/x');
    expect(stateDirectory({}, 'darwin')).toMatch(/Library\/Application Support\/Latchkey$/);
    expect(stateDirectory({ XDG_STATE_HOME: '/s' }, 'linux')).toBe('/s/latchkey');
    expect(stateDirectory({}, 'linux')).toMatch(/\.local\/state\/latchkey$/);
  });
});
