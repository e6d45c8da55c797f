import type { EventEmitter } from 'node:events';
import { beforeEach, expect, it, vi } from 'vitest';
import { wordsFor } from '../../../shared/words/words-for';
import type { AppNotification } from '../app-ports';
import { electronNotifications } from './notifications';

interface FakeNotification extends EventEmitter {
  readonly options: { readonly title: string; readonly body: string };
  isShown: boolean;
  isClosed: boolean;
}

const { made, system } = vi.hoisted(() => ({
  made: [] as unknown[],
  system: { isSupported: true },
}));
vi.mock('electron', async () => {
  const events = await import('node:events');
  class Notification extends events.EventEmitter {
    static isSupported = (): boolean => system.isSupported;
    isShown = false;
    isClosed = false;
    constructor(readonly options: unknown) {
      super();
      made.push(this);
    }
    show = (): unknown => (this.isShown = true);
    close = (): unknown => (this.isClosed = true);
  }
  return { Notification };
});

const account = { domain: 'CORP', user: 'alice' };
const missing: AppNotification = { kind: 'password-missing', account };
const introduction: AppNotification = { kind: 'introduction' };
const onClick = vi.fn<(notification: AppNotification) => void>();
const report = vi.fn<(message: string) => void>();
const onChange = vi.fn<() => void>();

const at = (index: number): FakeNotification => made[index] as FakeNotification;

function make(): ReturnType<typeof electronNotifications> {
  const notifications = electronNotifications({
    words: () => wordsFor('en').notifications,
    onClick,
    report,
  });
  notifications.subscribe(onChange);
  return notifications;
}

beforeEach(() => {
  vi.resetAllMocks();
  made.length = 0;
  system.isSupported = true;
});

it('shows the text, in place of the one before, and knows which was clicked', () => {
  const notifications = make();
  notifications.show(introduction);
  notifications.show(missing);
  expect(at(0).isClosed).toBe(true);
  expect([at(1).isShown, at(1).isClosed]).toEqual([true, false]);
  expect(at(1).options).toEqual({ title: 'Latchkey needs your password', body: 'Click to enter it.' });
  at(1).emit('click', {});
  expect(onClick).toHaveBeenCalledExactlyOnceWith(missing);
});

it('knows that they are off from one that was not shown, and that they are on from one that was', () => {
  const notifications = make();
  expect(notifications.state()).toBe('unknown');
  notifications.show(missing);
  at(0).emit('failed', {}, 'UNErrorDomain 1');
  expect(notifications.state()).toBe('off');
  expect(report).toHaveBeenCalledExactlyOnceWith('a notification was not shown: UNErrorDomain 1');
  notifications.show(missing);
  at(1).emit('failed', {}, 'UNErrorDomain 1');
  expect(onChange).toHaveBeenCalledOnce();
  notifications.show(missing);
  at(2).emit('show', {});
  expect(notifications.state()).toBe('on');
  expect(onChange).toHaveBeenCalledTimes(2);
});

it('does not take it for a no that macOS is still asking the user', () => {
  const notifications = make();
  notifications.show(introduction);
  at(0).emit('failed', {}, 'not determined');
  expect(notifications.state()).toBe('unknown');
  expect(report).toHaveBeenCalledOnce();
});

it('are off where there are none', () => {
  system.isSupported = false;
  const notifications = make();
  notifications.show(missing);
  expect(notifications.state()).toBe('off');
  expect(made).toHaveLength(0);
});
