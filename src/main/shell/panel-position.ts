export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Rectangle extends Point, Size {}

/** A screen; the work area is what menu bar and Dock leave of it. All in points. */
export interface DisplayArea {
  readonly bounds: Rectangle;
  readonly workArea: Rectangle;
}

/** Between the menu bar and the panel. */
const gap = 5;
/** Between the panel and the edge of the screen. */
const edge = 8;
/** A menu bar with a notch is at most so high: an icon further down is not on a screen at all. */
const menuBarHeight = 60;

function contains({ x, y, width, height }: Rectangle, point: Point): boolean {
  return point.x >= x && point.x < x + width && point.y >= y && point.y < y + height;
}

function distance({ x, y, width, height }: Rectangle, point: Point): number {
  const beyond = (value: number, from: number, to: number): number =>
    Math.max(from - value, 0, value - (to - 1));
  return Math.hypot(beyond(point.x, x, x + width), beyond(point.y, y, y + height));
}

/**
 * The screen whose menu bar shows the icon. Undefined when the icon says where it cannot be: just after it was made, behind
 * the notch, in the overflow, or switched off in System Settings (macOS 26), Electron gives bounds without a size or far from every menu bar.
 */
function displayOf(tray: Rectangle, displays: readonly DisplayArea[]): DisplayArea | undefined {
  if (tray.width <= 0 || tray.height <= 0) return undefined;
  const centre = { x: tray.x + tray.width / 2, y: tray.y + tray.height / 2 };
  return displays.find(({ bounds }) => contains(bounds, centre) && centre.y - bounds.y <= menuBarHeight);
}

/** Whether the icon is in a menu bar. It is not where macOS has switched it off, or has no room for it. */
export function isInMenuBar(tray: Rectangle, displays: readonly DisplayArea[]): boolean {
  return displayOf(tray, displays) !== undefined;
}

/**
 * Where the panel's top left corner goes: under the icon, or in the top right corner of the screen with the pointer when
 * the icon is nowhere. Never beyond an edge.
 *
 * @param displays at least one
 */
export function panelPosition(
  tray: Rectangle,
  size: Size,
  displays: readonly DisplayArea[],
  pointer: Point,
): Point {
  const shown = displayOf(tray, displays);
  const [nearest] = displays.toSorted(
    (one, other) => distance(one.bounds, pointer) - distance(other.bounds, pointer),
  );
  const display = shown ?? nearest;
  if (display === undefined) throw new Error('there is no screen');
  const { workArea } = display;
  const leftmost = workArea.x + edge;
  const rightmost = workArea.x + workArea.width - size.width - edge;
  const wanted = shown === undefined ? rightmost : tray.x + tray.width / 2 - size.width / 2;
  return {
    x: Math.round(Math.max(leftmost, Math.min(wanted, rightmost))),
    y: Math.round(workArea.y + gap),
  };
}

/** The height that a panel may have on the screen that it is shown on. */
export function heightWithin(wanted: number, { workArea }: DisplayArea): number {
  return Math.min(wanted, workArea.height - gap - edge);
}
