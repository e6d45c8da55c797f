import { beforeEach, describe, expect, it, vi } from 'vitest';
import { electronPanes } from './panes';

const { shell } = vi.hoisted(() => ({
  shell: {
    openExternal: vi.fn<(url: string) => Promise<void>>(),
    openPath: vi.fn<(path: string) => Promise<string>>(),
  },
}));
vi.mock('electron', () => ({ shell }));

const report = vi.fn<(message: string) => void>();

beforeEach(() => {
  vi.resetAllMocks();
  shell.openExternal.mockResolvedValue();
  shell.openPath.mockResolvedValue('');
});

describe('electronPanes', () => {
  it('hands four addresses to the system, and no other', async () => {
    const panes = electronPanes(report);
    const names = ['login-items', 'network', 'date-and-time', 'local-network'] as const;
    for (const pane of names) await panes.openSettings(pane);
    expect(shell.openExternal.mock.calls.flat()).toEqual([
      'x-apple.systempreferences:com.apple.LoginItems-Settings.extension',
      'x-apple.systempreferences:com.apple.Network-Settings.extension',
      'x-apple.systempreferences:com.apple.Date-Time-Settings.extension',
      'x-apple.systempreferences:com.apple.settings.PrivacySecurity.extension?Privacy_LocalNetwork',
    ]);
    expect(report).not.toHaveBeenCalled();
  });

  it('tells what the system does not open', async () => {
    const panes = electronPanes(report);
    shell.openExternal.mockRejectedValue(new Error('No application found to open URL'));
    await panes.openSettings('network');
    shell.openPath.mockResolvedValue('no such file');
    await panes.openFile('/nowhere/latchkey.log');
    expect(report.mock.calls.flat()).toEqual([
      'System Settings cannot be opened: No application found to open URL',
      '/nowhere/latchkey.log cannot be opened: no such file',
    ]);
  });
});
