import { beforeEach, describe, expect, it, vi } from 'vitest';
import { electronLoginItem } from './login-item';

const { app } = vi.hoisted(() => ({
  app: {
    isPackaged: true,
    getLoginItemSettings: vi.fn<() => { status: string }>(),
    setLoginItemSettings: vi.fn<(settings: unknown) => void>(),
  },
}));
vi.mock('electron', () => ({ app }));

beforeEach(() => {
  vi.resetAllMocks();
  app.isPackaged = true;
});

describe('electronLoginItem', () => {
  it.each([
    ['enabled', 'on'],
    ['requires-approval', 'requires-approval'],
    ['not-registered', 'off'],
    // What a fresh install says.
    ['not-found', 'off'],
  ])('takes %s for %s', (status, state) => {
    app.getLoginItemSettings.mockReturnValue({ status });
    expect(electronLoginItem('darwin').state()).toBe(state);
  });

  it('asks anew each time, as System Settings can change it', () => {
    const item = electronLoginItem('darwin');
    app.getLoginItemSettings.mockReturnValueOnce({ status: 'not-found' });
    expect(item.state()).toBe('off');
    item.set(true);
    expect(app.setLoginItemSettings).toHaveBeenCalledExactlyOnceWith({ openAtLogin: true });
    app.getLoginItemSettings.mockReturnValueOnce({ status: 'requires-approval' });
    expect(item.state()).toBe('requires-approval');
  });

  it.each([
    ['elsewhere than on a Mac', 'linux', true],
    ['in an app that is being worked on', 'darwin', false],
  ] as const)('is nothing that can be set %s', (_title, platform, isPackaged) => {
    app.isPackaged = isPackaged;
    const item = electronLoginItem(platform);
    item.set(true);
    expect(item.state()).toBe('unsupported');
    expect(app.setLoginItemSettings).not.toHaveBeenCalled();
  });
});
