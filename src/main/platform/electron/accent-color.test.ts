import { beforeEach, describe, expect, it, vi } from 'vitest';
import { electronAccentColor } from './accent-color';

const { systemPreferences } = vi.hoisted(() => ({
  systemPreferences: {
    getAccentColor: vi.fn<() => string>(),
    subscribeLocalNotification: vi.fn<(event: string, callback: () => void) => number>(),
    unsubscribeLocalNotification: vi.fn<(id: number) => void>(),
  },
}));
vi.mock('electron', () => ({ systemPreferences }));

beforeEach(() => {
  vi.resetAllMocks();
  systemPreferences.subscribeLocalNotification.mockReturnValue(7);
});

describe('electronAccentColor', () => {
  it.each([
    ['F7821BFF', '#f7821b'],
    ['007aff', '#007aff'],
    ['', undefined],
    ['no colour', undefined],
  ])('reads %j', (told, color) => {
    systemPreferences.getAccentColor.mockReturnValue(told);
    expect(electronAccentColor('darwin').color()).toBe(color);
  });

  it('follows what the user chooses, until nobody listens', () => {
    const listener = vi.fn<() => void>();
    const end = electronAccentColor('darwin').subscribe(listener);
    const [[event, post] = []] = systemPreferences.subscribeLocalNotification.mock.calls;
    expect(event).toBe('NSSystemColorsDidChangeNotification');
    post?.();
    expect(listener).toHaveBeenCalledExactlyOnceWith();
    end();
    expect(systemPreferences.unsubscribeLocalNotification).toHaveBeenCalledExactlyOnceWith(7);
  });

  it('asks for nothing elsewhere than on a Mac', () => {
    const accent = electronAccentColor('linux');
    accent.subscribe(() => undefined)();
    expect(accent.color()).toBeUndefined();
    for (const each of Object.values(systemPreferences)) expect(each).not.toHaveBeenCalled();
  });
});
