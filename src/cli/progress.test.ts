import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal';
import { withProgress } from './progress';
import { eraseLine } from './style';
import type { Terminal } from './terminal';

let written = '';

function terminal(isInteractive: boolean): Terminal {
  return { ...fakeTerminal({}), isInteractive, errText: (text) => (written += text) };
}

beforeEach(() => {
  vi.useFakeTimers();
  written = '';
});

afterEach(() => {
  vi.useRealTimers();
});

describe('withProgress', () => {
  it('shows nothing of what is over within a second', async () => {
    const shown = withProgress(
      terminal(true),
      'asking',
      new Promise((resolve) => setTimeout(resolve, 999, 7)),
    );
    await vi.advanceTimersByTimeAsync(999);
    expect(await shown).toBe(7);
    await vi.advanceTimersByTimeAsync(5000);
    expect(written).toBe('');
  });

  it('shows what takes longer, on one line, and takes it away', async () => {
    const failure = new Promise((_, reject) => setTimeout(reject, 1100, new Error('no')));
    const shown = withProgress(terminal(true), 'asking', failure).catch((error: unknown) => String(error));
    await vi.advanceTimersByTimeAsync(1099);
    expect(written).toBe('\r  ⠋ asking\r  ⠙ asking');
    await vi.advanceTimersByTimeAsync(1);
    expect(await shown).toBe('Error: no');
    await vi.advanceTimersByTimeAsync(5000);
    expect(written).toBe(`\r  ⠋ asking\r  ⠙ asking${eraseLine}`);
  });

  it('shows nothing where a line cannot be written over', async () => {
    const shown = withProgress(
      terminal(false),
      'asking',
      new Promise((resolve) => setTimeout(resolve, 5000, 7)),
    );
    await vi.advanceTimersByTimeAsync(5000);
    expect(await shown).toBe(7);
    expect(written).toBe('');
  });
});
