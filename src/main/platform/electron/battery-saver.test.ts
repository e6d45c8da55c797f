import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { electronBatterySaver } from './battery-saver';
import type { BatterySaver } from '../ports';

const { electron } = vi.hoisted(() => ({
  electron: {
    powerMonitor: undefined as unknown as EventEmitter,
    systemPreferences: {
      subscribeLocalNotification: vi.fn<(event: string, callback: () => void) => number>(),
      unsubscribeLocalNotification: vi.fn<(id: number) => void>(),
    },
  },
}));
vi.mock('electron', () => ({
  get powerMonitor() {
    return electron.powerMonitor;
  },
  systemPreferences: electron.systemPreferences,
}));

const inner = {
  isOn: vi.fn<() => boolean>(),
  look: vi.fn<() => void>(),
  close: vi.fn<() => Promise<void>>(),
} satisfies BatterySaver;

beforeEach(() => {
  vi.resetAllMocks();
  electron.powerMonitor = new EventEmitter();
  electron.systemPreferences.subscribeLocalNotification.mockReturnValue(7);
  inner.close.mockResolvedValue();
});

describe('electronBatterySaver', () => {
  it('has it looked at when Low Power Mode is switched, and when power is plugged in or out', () => {
    electronBatterySaver(inner, 'darwin');
    const { subscribeLocalNotification } = electron.systemPreferences;
    expect(subscribeLocalNotification.mock.calls[0]?.[0]).toBe(
      'NSProcessInfoPowerStateDidChangeNotification',
    );
    expect(inner.look).not.toHaveBeenCalled();
    subscribeLocalNotification.mock.calls[0]?.[1]();
    expect(inner.look).toHaveBeenCalledTimes(1);
    electron.powerMonitor.emit('on-battery');
    electron.powerMonitor.emit('on-ac');
    expect(inner.look).toHaveBeenCalledTimes(3);
  });

  it('knows what the other one knows', () => {
    const saver = electronBatterySaver(inner, 'darwin');
    inner.isOn.mockReturnValueOnce(true).mockReturnValueOnce(false);
    expect([saver.isOn(), saver.isOn()]).toEqual([true, false]);
  });

  it('lets go of everything when it is closed', async () => {
    const saver = electronBatterySaver(inner, 'darwin');
    await saver.close();
    expect(electron.systemPreferences.unsubscribeLocalNotification).toHaveBeenCalledExactlyOnceWith(7);
    expect(electron.powerMonitor.eventNames()).toEqual([]);
    expect(inner.close).toHaveBeenCalledOnce();
  });

  it('asks for no notification where there are none', async () => {
    const saver = electronBatterySaver(inner, 'linux');
    await saver.close();
    expect(electron.systemPreferences.subscribeLocalNotification).not.toHaveBeenCalled();
    expect(electron.systemPreferences.unsubscribeLocalNotification).not.toHaveBeenCalled();
  });
});
