import { beforeEach, expect, it, vi } from 'vitest';
import type { AppFocus } from './app-focus';
import { askInFront } from './ask-in-front';

const { app, dialog } = vi.hoisted(() => ({
  app: { focus: vi.fn<() => void>() },
  dialog: { showMessageBox: vi.fn<() => Promise<{ response: number }>>() },
}));
vi.mock('electron', () => ({ app, dialog }));

const giveBack = vi.fn<() => void>();
const focus = { giveBack } as unknown as AppFocus;
const question = { message: 'Start again?', detail: 'It was updated.', yes: 'Start again', no: 'Not now' };

beforeEach(() => {
  vi.resetAllMocks();
});

it('asks in front of everything, with yes as the first button', async () => {
  dialog.showMessageBox.mockResolvedValue({ response: 0 });
  expect(await askInFront(question, focus)).toBe(true);
  expect(app.focus).toHaveBeenCalledBefore(dialog.showMessageBox);
  expect(dialog.showMessageBox).toHaveBeenCalledWith(
    expect.objectContaining({ buttons: ['Start again', 'Not now'], defaultId: 0, cancelId: 1 }),
  );
  expect(giveBack).not.toHaveBeenCalled();
});

it('gives the keys back after a no', async () => {
  dialog.showMessageBox.mockResolvedValue({ response: 1 });
  expect(await askInFront(question, focus)).toBe(false);
  expect(giveBack).toHaveBeenCalledOnce();
});
