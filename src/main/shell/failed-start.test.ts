import { beforeEach, expect, it, vi } from 'vitest';
import { wordsFor } from '../../shared/words/words-for';
import { endFailedStart } from './failed-start';

const { app, dialog } = vi.hoisted(() => ({
  app: { exit: vi.fn<(code: number) => void>() },
  dialog: { showErrorBox: vi.fn<(title: string, content: string) => void>() },
}));
vi.mock('electron', () => ({ app, dialog }));

const { dialogs: words } = wordsFor('en');
const printed = vi.spyOn(process.stderr, 'write');

beforeEach(() => {
  vi.resetAllMocks();
  printed.mockReturnValue(true);
});

it('says what went wrong in a dialog, after the settings of the Mac are back, and then ends', async () => {
  const close = vi.fn<() => Promise<boolean>>().mockResolvedValue(true);
  await endFailedStart(new Error('the disk is gone'), { close, words });
  expect(close).toHaveBeenCalledBefore(dialog.showErrorBox);
  expect(dialog.showErrorBox).toHaveBeenCalledExactlyOnceWith(
    'Latchkey could not start',
    expect.stringMatching(/^This Mac’s own proxy settings are in place\.[^]*the disk is gone$/),
  );
  expect(dialog.showErrorBox).toHaveBeenCalledBefore(app.exit);
  expect(app.exit).toHaveBeenCalledExactlyOnceWith(1);
  expect(printed).toHaveBeenCalledWith(expect.stringContaining('latchkey: Error: the disk is gone'));
});

it('says so when they may not be back', async () => {
  await endFailedStart('no', { close: () => Promise.resolve(false), words });
  expect(dialog.showErrorBox.mock.calls[0]?.[1]).toMatch(/may still lead to Latchkey[^]*no$/);
});
