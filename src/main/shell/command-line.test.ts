import { describe, expect, it } from 'vitest';
import { readCommandLine } from './command-line';

const program = '/Applications/Latchkey.app/Contents/MacOS/Latchkey';

describe('readCommandLine', () => {
  it('is what stands behind --', () => {
    expect(readCommandLine([program, '--cli', '--', 'status', '--json'])).toEqual(['status', '--json']);
    expect(readCommandLine([program, '--cli', '--'])).toEqual([]);
    expect(readCommandLine([program, '.', '--cli', '--', '--version'])).toEqual(['--version']);
    expect(readCommandLine([program, '--cli', '--', 'a', '--', '--cli'])).toEqual(['a', '--', '--cli']);
  });

  it('is nothing where the app itself is started', () => {
    expect(readCommandLine([program])).toBeUndefined();
    expect(readCommandLine([program, '--cli'])).toBeUndefined();
    expect(readCommandLine([program, 'latchkey://panel/', '--', '--cli', '--'])).toBeUndefined();
    expect(readCommandLine(['--cli', '--', 'status'])).toBeUndefined();
  });
});
