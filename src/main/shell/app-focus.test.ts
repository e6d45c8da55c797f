import { beforeEach, expect, it, vi } from 'vitest';
import { AppFocus } from './app-focus';

const { app } = vi.hoisted(() => ({
  app: {
    isActive: vi.fn<() => boolean>(),
    isHidden: vi.fn<() => boolean>(),
    hide: vi.fn<() => void>(),
    show: vi.fn<() => void>(),
  },
}));
vi.mock('electron', () => ({ app }));

beforeEach(() => {
  vi.resetAllMocks();
});

it('hides an app that is the active one, and no other', () => {
  const focus = new AppFocus(true);
  app.isActive.mockReturnValue(false);
  focus.giveBack();
  expect(app.hide).not.toHaveBeenCalled();
  app.isActive.mockReturnValue(true);
  focus.giveBack();
  expect(app.hide).toHaveBeenCalledOnce();
});

it('brings back what it has hidden, even before macOS has done so', () => {
  const focus = new AppFocus(true);
  focus.unhide();
  expect(app.show).not.toHaveBeenCalled();
  app.isActive.mockReturnValue(true);
  focus.giveBack();
  app.isHidden.mockReturnValue(false);
  focus.unhide();
  focus.unhide();
  expect(app.show).toHaveBeenCalledOnce();
  // Hide Others, in another app.
  app.isHidden.mockReturnValue(true);
  focus.unhide();
  expect(app.show).toHaveBeenCalledTimes(2);
});

it('leaves everything alone where there is no such thing', () => {
  const focus = new AppFocus(false);
  focus.giveBack();
  focus.unhide();
  expect(app.isActive).not.toHaveBeenCalled();
  expect(app.isHidden).not.toHaveBeenCalled();
});
