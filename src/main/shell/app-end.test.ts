import type { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppEnd } from './app-end';

interface FakeApp extends EventEmitter {
  isGone: boolean;
}

const { app, powerMonitor } = await vi.hoisted(async () => {
  const { EventEmitter: Emitter } = await import('node:events');
  return {
    app: Object.assign(new Emitter(), { isGone: false, relaunch: vi.fn<() => void>() }),
    powerMonitor: new Emitter(),
  };
});
vi.mock('electron', () => ({
  app: Object.assign(app, {
    /** As Electron does: asked first, and then it is gone. */
    quit: () => {
      let isPrevented = false;
      app.emit('before-quit', { preventDefault: () => (isPrevented = true) });
      if (isPrevented) return;
      app.isGone = true;
      app.emit('quit');
    },
  }) as FakeApp,
  powerMonitor,
}));

let isInUse: boolean;
let isHeld: boolean;
const restoreNow = vi.fn<() => void>();
const useAgain = vi.fn<() => Promise<unknown>>();
const mayQuit = vi.fn<() => Promise<boolean>>();
const onStay = vi.fn<() => void>();
const onBegin = vi.fn<() => void>();
const close = vi.fn<() => Promise<unknown>>();
const onClosed = vi.fn<() => void>();
const onInternalError = vi.fn<(error: unknown) => void>();
const kill = vi.spyOn(process, 'kill');
const onSignal = vi.spyOn(process, 'on');

let end: AppEnd;

const signal = (): void => {
  const [, listener] = onSignal.mock.calls.find(([name]) => name === 'SIGTERM') ?? [];
  listener?.();
};
const endSession = (): unknown => powerMonitor.emit('shutdown');
const minute = 60_000;

beforeEach(() => {
  vi.resetAllMocks();
  vi.useFakeTimers();
  app.removeAllListeners();
  powerMonitor.removeAllListeners();
  app.isGone = false;
  isInUse = true;
  isHeld = false;
  restoreNow.mockImplementation(() => {
    isInUse = false;
  });
  useAgain.mockImplementation(() => Promise.resolve((isInUse = true)));
  mayQuit.mockResolvedValue(true);
  close.mockResolvedValue(undefined);
  kill.mockReturnValue(true);
  onSignal.mockReturnValue(process);
  end = new AppEnd({
    isInUse: () => isInUse,
    restoreNow,
    useAgain,
    mayQuit,
    onStay,
    onBegin,
    close,
    onClosed,
    isHeld: () => isHeld,
    onInternalError,
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('who quits', () => {
  it('is asked, and then everything is closed before the app is gone', async () => {
    let closed = (): void => undefined;
    close.mockReturnValue(new Promise((resolve) => (closed = () => resolve(undefined))));
    await end.quit();
    expect(onBegin).toHaveBeenCalledBefore(close);
    expect(end.isLeaving).toBe(false);
    expect(app.isGone).toBe(false);
    closed();
    await vi.advanceTimersByTimeAsync(0);
    expect(onClosed).toHaveBeenCalledOnce();
    expect(app.isGone).toBe(true);
    expect(kill).not.toHaveBeenCalled();
  });

  it('may stay', async () => {
    mayQuit.mockResolvedValue(false);
    await end.quit();
    expect(onStay).toHaveBeenCalledOnce();
    expect(close).not.toHaveBeenCalled();
    mayQuit.mockResolvedValue(true);
    await end.quit();
    expect(close).toHaveBeenCalledOnce();
  });

  it('is asked once, however often he quits', async () => {
    let answer = (_may: boolean): void => undefined;
    mayQuit.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const asked = [end.quit(), end.quit()];
    expect(mayQuit).toHaveBeenCalledOnce();
    answer(true);
    await Promise.all(asked);
    await vi.advanceTimersByTimeAsync(0);
    // What is closed by now says no to everything.
    mayQuit.mockResolvedValue(false);
    await end.quit();
    expect(onStay).not.toHaveBeenCalled();
    expect(app.isGone).toBe(true);
  });

  it('is not waited for by a signal, and his answer then changes nothing', async () => {
    let answer = (_may: boolean): void => undefined;
    mayQuit.mockReturnValue(new Promise((resolve) => (answer = resolve)));
    const asked = end.quit(true);
    signal();
    await vi.advanceTimersByTimeAsync(0);
    expect(app.isGone).toBe(true);
    answer(true);
    await asked;
    expect(app.relaunch).not.toHaveBeenCalled();
    expect(close).toHaveBeenCalledOnce();
  });

  it('can have it started again', async () => {
    await end.quit(true);
    await vi.advanceTimersByTimeAsync(0);
    expect(app.relaunch).toHaveBeenCalledOnce();
    expect(app.isGone).toBe(true);
  });
});

describe('who ends it instead', () => {
  it('does so when everything is closed, and nobody is asked', async () => {
    const last = vi.fn<(onFailure: (error: unknown) => void) => void>(() => {
      expect(onClosed).toHaveBeenCalledOnce();
      app.isGone = true;
    });
    end.endBy(last);
    end.endBy(last);
    await vi.advanceTimersByTimeAsync(0);
    expect(last).toHaveBeenCalledOnce();
    expect(mayQuit).not.toHaveBeenCalled();
    expect(app.relaunch).not.toHaveBeenCalled();
  });

  it('and fails has it come up again, once', async () => {
    const failure = new Error('ShipIt could not be launched');
    end.endBy((onFailure) => {
      onFailure(failure);
      onFailure(failure);
    });
    await vi.advanceTimersByTimeAsync(minute);
    expect(onInternalError).toHaveBeenCalledExactlyOnceWith(failure);
    expect(app.relaunch).toHaveBeenCalledOnce();
    expect(app.isGone).toBe(true);
  });

  it('and does nothing at all has it come up again after a minute', async () => {
    end.endBy(() => undefined);
    await vi.advanceTimersByTimeAsync(minute - 1);
    expect(app.isGone).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(app.relaunch).toHaveBeenCalledOnce();
    expect(app.isGone).toBe(true);
  });
});

it('ends although something does not close, or fails to', async () => {
  close.mockReturnValue(new Promise(() => undefined));
  signal();
  signal();
  await vi.advanceTimersByTimeAsync(2_999);
  expect(app.isGone).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  expect(app.isGone).toBe(true);
  expect(close).toHaveBeenCalledOnce();
});

it('kills what would keep the process, and not before everything is closed', async () => {
  isHeld = true;
  kill.mockImplementation(() => {
    expect(onClosed).toHaveBeenCalledOnce();
    return true;
  });
  signal();
  expect(kill).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(0);
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
});

describe('the end of the session', () => {
  it('puts the settings back at once, and keeps the app for nothing', () => {
    endSession();
    expect(restoreNow).toHaveBeenCalledOnce();
    expect(end.isLeaving).toBe(true);
    signal();
    expect(app.isGone).toBe(true);
    expect(close).not.toHaveBeenCalled();
  });

  it('does not wait for what is being closed already', async () => {
    close.mockReturnValue(new Promise(() => undefined));
    await end.quit();
    endSession();
    expect(isInUse).toBe(false);
    signal();
    expect(app.isGone).toBe(true);
  });

  it('puts back as well what a start has set since', () => {
    endSession();
    isInUse = true;
    signal();
    expect(app.isGone).toBe(true);
    expect(isInUse).toBe(false);
  });

  it('may be called off: then everything is as it was', async () => {
    endSession();
    await vi.advanceTimersByTimeAsync(minute);
    expect(useAgain).toHaveBeenCalledOnce();
    expect(end.isLeaving).toBe(false);
    await end.quit();
    expect(close).toHaveBeenCalledOnce();
  });

  it('leaves a Mac that did not use Latchkey without it', async () => {
    isInUse = false;
    endSession();
    await vi.advanceTimersByTimeAsync(minute);
    expect(useAgain).not.toHaveBeenCalled();
  });

  it('may begin anew, with all of its time, and be called off then', async () => {
    endSession();
    await vi.advanceTimersByTimeAsync(25_000);
    endSession();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(end.isLeaving).toBe(true);
    expect(useAgain).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(minute);
    expect(useAgain).toHaveBeenCalledOnce();
    // It is another session end that does not find Latchkey in use.
    isInUse = false;
    endSession();
    await vi.advanceTimersByTimeAsync(minute);
    expect(useAgain).toHaveBeenCalledOnce();
  });
});
