import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppState } from '../../shared/state';
import { describeConnection } from '../../shared/words/describe-connection';
import { exampleNamed } from '../../../e2e/gallery/states';
import { AppTray } from './app-tray';

type Listener = (event: { readonly ctrlKey: boolean }) => void;

const { shown } = vi.hoisted(() => ({
  shown: {
    images: [] as string[],
    toolTips: [] as string[],
    menus: 0,
    popUps: 0,
    isDestroyed: false,
    listeners: new Map<string, (event: { readonly ctrlKey: boolean }) => void>(),
  },
}));
vi.mock('electron', () => ({
  nativeImage: { createFromPath: (path: string) => ({ path, setTemplateImage: () => undefined }) },
  Menu: { buildFromTemplate: () => ({}) },
  Tray: class {
    setIgnoreDoubleClickEvents = (): void => undefined;
    on = (name: string, listener: Listener): unknown => shown.listeners.set(name, listener);
    setToolTip = (text: string): unknown => shown.toolTips.push(text);
    setImage = ({ path }: { readonly path: string }): unknown =>
      shown.images.push(basename(path, 'Template.png'));
    setContextMenu = (): unknown => (shown.menus += 1);
    popUpContextMenu = (): unknown => (shown.popUps += 1);
    destroy = (): unknown => (shown.isDestroyed = true);
  },
}));

const stateNamed = (name: string): AppState => exampleNamed(name, 'en').state;
const togglePanel = vi.fn<(wasVisible: boolean) => void>();
let isPanelVisible = false;

function makeTray({ isMac = true, prefersReducedMotion = false } = {}): AppTray {
  return new AppTray({
    images: '/images',
    isMac,
    prefersReducedMotion: () => prefersReducedMotion,
    state: () => stateNamed('on'),
    isPanelVisible: () => isPanelVisible,
    togglePanel,
    act: () => undefined,
  });
}

beforeEach(() => {
  vi.useFakeTimers();
  togglePanel.mockReset();
  Object.assign(shown, {
    images: [],
    toolTips: [],
    menus: 0,
    popUps: 0,
    isDestroyed: false,
    listeners: new Map(),
  });
});

afterEach(() => {
  vi.useRealTimers();
});

describe('AppTray', () => {
  it('moves while something is under way, and stands still afterwards', () => {
    const tray = makeTray();
    tray.show(stateNamed('starting'));
    vi.advanceTimersByTime(1_200);
    expect(shown.images).toEqual(['trayBusy1', 'trayBusy2', 'trayBusy3', 'trayBusy1']);
    tray.show(stateNamed('on'));
    vi.advanceTimersByTime(10_000);
    expect(shown.images.slice(4)).toEqual(['trayOn']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('goes on moving at its pace, however often it is told so', () => {
    const tray = makeTray();
    for (let step = 0; step < 8; step += 1) {
      tray.show(stateNamed('starting'));
      vi.advanceTimersByTime(100);
    }
    expect(shown.images).toEqual(['trayBusy1', 'trayBusy2', 'trayBusy3']);
    tray.destroy();
  });

  it('does not move where the user wants less motion', () => {
    const tray = makeTray({ prefersReducedMotion: true });
    tray.show(stateNamed('starting'));
    vi.advanceTimersByTime(10_000);
    expect(shown.images).toEqual(['trayBusy']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('says what the state is, and sets nothing that is set already', () => {
    const tray = makeTray();
    const state = stateNamed('password-needed');
    for (let time = 0; time < 3; time += 1) tray.show(state);
    expect(shown.toolTips).toEqual([describeConnection(state).tooltip]);
    expect(shown.images).toEqual(['trayAttention']);
    // The menu of a Mac is made when it is asked for: one that is set would open instead of the panel.
    expect(shown.menus).toBe(0);
  });

  it('leads to the panel with a click, and to the menu with a right click or Ctrl-click', () => {
    makeTray();
    const click = (name: string, ctrlKey: boolean): void => shown.listeners.get(name)?.({ ctrlKey });
    click('click', false);
    expect([togglePanel.mock.calls.length, shown.popUps]).toEqual([1, 0]);
    click('click', true);
    click('right-click', false);
    expect([togglePanel.mock.calls.length, shown.popUps]).toEqual([1, 2]);
  });

  it('goes by what was there when the button was pressed', () => {
    makeTray();
    const emit = (name: string, ctrlKey = false): void => shown.listeners.get(name)?.({ ctrlKey });
    isPanelVisible = true;
    emit('mouse-down');
    // The press has taken the focus away, and the panel with it.
    isPanelVisible = false;
    emit('click');
    emit('mouse-down');
    emit('click');
    // VoiceOver tells of no press; and a press that has led to the menu says nothing of a later click.
    isPanelVisible = true;
    emit('mouse-down');
    emit('click', true);
    isPanelVisible = false;
    emit('click');
    expect(togglePanel.mock.calls).toEqual([[true], [false], [false]]);
  });

  it('has a menu of its own elsewhere, made anew only when it differs', () => {
    const tray = makeTray({ isMac: false });
    tray.show(stateNamed('on'));
    tray.show(stateNamed('on'));
    expect(shown.menus).toBe(1);
    tray.show(stateNamed('off'));
    expect(shown.menus).toBe(2);
  });

  it('touches no icon that is gone', () => {
    const tray = makeTray();
    tray.show(stateNamed('starting'));
    tray.destroy();
    vi.advanceTimersByTime(10_000);
    expect(shown.isDestroyed).toBe(true);
    expect(shown.images).toEqual(['trayBusy1']);
  });
});
