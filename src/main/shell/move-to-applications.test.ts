import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppFocus } from './app-focus';
import { isPassingPlace, offerToMove } from './move-to-applications';

const { app, dialog } = vi.hoisted(() => ({
  app: {
    isPackaged: true,
    isInApplicationsFolder: vi.fn<() => boolean>(),
    getPath: vi.fn<() => string>(),
    focus: vi.fn<() => void>(),
    moveToApplicationsFolder: vi.fn<() => boolean>(),
  },
  dialog: { showMessageBox: vi.fn<() => Promise<{ response: number }>>() },
}));
vi.mock('electron', () => ({ app, dialog }));

const onImage = '/Volumes/Latchkey 0.1.0/Latchkey.app/Contents/MacOS/Latchkey';
const move = 0;
const notNow = 1;

beforeEach(() => {
  vi.resetAllMocks();
  app.isPackaged = true;
  app.isInApplicationsFolder.mockReturnValue(false);
  app.getPath.mockReturnValue(onImage);
  app.moveToApplicationsFolder.mockReturnValue(true);
  dialog.showMessageBox.mockResolvedValue({ response: move });
});

describe('isPassingPlace', () => {
  it.each([
    [onImage, true],
    ['/private/var/folders/x1/T/AppTranslocation/0A1B/d/Latchkey.app/Contents/MacOS/Latchkey', true],
    ['/Users/alice/Desktop/Latchkey.app/Contents/MacOS/Latchkey', false],
    ['/Users/alice/Volumes/Latchkey.app/Contents/MacOS/Latchkey', false],
  ])('says of %s: %s', (path, expected) => {
    expect(isPassingPlace(path)).toBe(expected);
  });
});

describe('offerToMove', () => {
  const report = vi.fn<(message: string) => void>();
  const giveBack = vi.fn<() => void>();
  const focus = { giveBack } as unknown as AppFocus;

  it('moves when the user agrees', async () => {
    expect(await offerToMove('en', focus, report)).toBe(true);
    expect(app.focus).toHaveBeenCalledBefore(dialog.showMessageBox);
    expect(dialog.showMessageBox).toHaveBeenCalledWith(
      expect.objectContaining({
        buttons: ['Move to Applications', 'Not now'],
        defaultId: move,
        cancelId: notNow,
      }),
    );
  });

  it('stays when he does not', async () => {
    dialog.showMessageBox.mockResolvedValue({ response: notNow });
    expect(await offerToMove('en', focus, report)).toBe(false);
    expect(app.moveToApplicationsFolder).not.toHaveBeenCalled();
    expect(giveBack).toHaveBeenCalledOnce();
  });

  it('goes on where it is when it cannot be moved, and says why', async () => {
    app.moveToApplicationsFolder.mockImplementation(() => {
      throw new Error('no room');
    });
    expect(await offerToMove('en', focus, report)).toBe(false);
    expect(report).toHaveBeenCalledExactlyOnceWith('Latchkey cannot be moved: no room');
  });

  it.each([
    ['it is in its folder', () => app.isInApplicationsFolder.mockReturnValue(true)],
    ['somebody has chosen another', () => app.getPath.mockReturnValue('/Users/alice/Desktop/Latchkey.app')],
    ['it is being worked on', () => void (app.isPackaged = false)],
  ])('asks nobody when %s', async (_title, arrange) => {
    arrange();
    expect(await offerToMove('en', focus, report)).toBe(false);
    expect(dialog.showMessageBox).not.toHaveBeenCalled();
  });
});
