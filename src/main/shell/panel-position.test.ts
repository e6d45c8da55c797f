import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DisplayArea, heightWithin, isInMenuBar, panelPosition } from './panel-position';

const size = { width: 360, height: 480 };
const main: DisplayArea = {
  bounds: { x: 0, y: 0, width: 1440, height: 900 },
  workArea: { x: 0, y: 25, width: 1440, height: 800 },
};
/** To the left of the main screen and lower, as macOS arranges them. */
const second: DisplayArea = {
  bounds: { x: -1920, y: 200, width: 1920, height: 1080 },
  workArea: { x: -1920, y: 225, width: 1920, height: 1055 },
};
const pointer = { x: 700, y: 400 };

describe('panelPosition', () => {
  it('is under the middle of the icon', () => {
    const tray = { x: 1000, y: 0, width: 30, height: 24 };
    expect(panelPosition(tray, size, [main], pointer)).toEqual({ x: 835, y: 30 });
  });

  it('stays on the screen when the icon is at its edge', () => {
    const tray = { x: 1400, y: 0, width: 30, height: 24 };
    expect(panelPosition(tray, size, [main], pointer)).toEqual({ x: 1072, y: 30 });
  });

  it('is on the screen whose menu bar shows the icon', () => {
    const tray = { x: -500, y: 200, width: 30, height: 24 };
    expect(panelPosition(tray, size, [main, second], pointer)).toEqual({ x: -665, y: 230 });
    expect([isInMenuBar(tray, [main, second]), isInMenuBar(tray, [main])]).toEqual([true, false]);
  });

  it.each([
    ['without a size, as just after it was made', { x: 0, y: 0, width: 0, height: 0 }],
    ['at the bottom, as behind the notch', { x: 0, y: 900, width: 30, height: 24 }],
    ['in the middle of a screen', { x: 700, y: 300, width: 30, height: 24 }],
    ['on no screen', { x: 5000, y: 0, width: 30, height: 24 }],
  ])('is in the top right corner of the screen with the pointer for an icon %s', (_title, tray) => {
    expect(panelPosition(tray, size, [main, second], pointer)).toEqual({ x: 1072, y: 30 });
    expect(panelPosition(tray, size, [main, second], { x: -100, y: 900 })).toEqual({ x: -368, y: 230 });
    expect(isInMenuBar(tray, [main, second])).toBe(false);
  });

  it('never leaves the screens, wherever the icon says that it is', () => {
    const number = fc.integer({ min: -5000, max: 5000 });
    const tray = fc.record({ x: number, y: number, width: number, height: number });
    fc.assert(
      fc.property(tray, fc.record({ x: number, y: number }), (icon, where) => {
        const { x, y } = panelPosition(icon, size, [main, second], where);
        const shown = [main, second].filter(
          ({ workArea }) =>
            x >= workArea.x && x + size.width <= workArea.x + workArea.width && y === workArea.y + 5,
        );
        expect(shown).toHaveLength(1);
      }),
    );
  });
});

describe('heightWithin', () => {
  it('leaves a panel as it is, or cuts it to the screen', () => {
    expect(heightWithin(480, main)).toBe(480);
    expect(heightWithin(2000, main)).toBe(787);
  });
});
