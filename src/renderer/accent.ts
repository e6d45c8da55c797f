/** Red, green and blue, each from 0 to 255. */
type Color = readonly [number, number, number];

const black: Color = [0, 0, 0];
const white: Color = [255, 255, 255];
/** What texts and lines in the accent stand on: the panel in light, a card in dark; each the worse of the two. */
const lightGround: Color = [0xf2, 0xf2, 0xf4];
const darkGround: Color = [0x33, 0x33, 0x37];

/** The least contrast of a label, of text on a tint of the accent, and of lines. */
const labelContrast = 4.5;
const textContrast = 5;
const lineContrast = 3.6;
/** Where white is so near to that, as on the blue of macOS, the fill becomes a little darker for it, as black would look odd. */
const nearlyEnough = 3.5;

/** What the panel draws in the accent: CSS colours, each for light and dark. */
export type AccentTokens = Readonly<Record<`--${string}`, string>>;

/**
 * The panel's colours for the user's accent. The hue is his; label, text and lines are as light or dark as it takes to be read:
 * black or white on the fill, whichever has more contrast (WCAG 2.2, 1.4.3 and 1.4.11).
 *
 * @param accent `#rrggbb`
 * @returns undefined for what is no colour
 */
export function accentTokens(accent: string): AccentTokens | undefined {
  const color = readColor(accent);
  if (color === undefined) return undefined;
  const fill = contrast(color, white) >= nearlyEnough ? until(color, black, white, labelContrast) : color;
  const label = contrast(fill, white) >= labelContrast ? white : black;
  // Away from the label, so that it can be read while the button is pressed.
  const pressed = mix(fill, label === white ? black : white, 0.18);
  const inDark = until(color, white, darkGround, lineContrast);
  const lightTint = mix(lightGround, color, 0.12);
  const darkTint = mix(darkGround, inDark, 0.2);
  const inLight = until(color, black, lightGround, lineContrast);
  const both = (light: string, dark: string): string => `light-dark(${light}, ${dark})`;
  const line = both(hex(inLight), hex(inDark));
  return {
    '--accent': hex(fill),
    '--accent-press': hex(pressed),
    '--on-accent': hex(label),
    '--accent-text': both(
      hex(until(color, black, lightTint, textContrast)),
      hex(until(color, white, darkTint, textContrast)),
    ),
    '--accent-soft': both(`rgb(${color.join(' ')} / 12%)`, `rgb(${inDark.join(' ')} / 20%)`),
    '--chart': line,
    '--ring': line,
  };
}

/** The inline style of an element, as far as it is used here. */
interface Style {
  setProperty(name: string, value: string): unknown;
  removeProperty(name: string): unknown;
}

/** Puts the user's accent on a page, or takes it off. */
export function showAccent(style: Style, accent: string | undefined): void {
  const tokens = accent === undefined ? undefined : accentTokens(accent);
  for (const name of tokenNames) {
    const value = tokens?.[name];
    if (value === undefined) style.removeProperty(name);
    else style.setProperty(name, value);
  }
}

const tokenNames = [
  '--accent',
  '--accent-press',
  '--on-accent',
  '--accent-text',
  '--accent-soft',
  '--chart',
  '--ring',
] as const;

function readColor(text: string): Color | undefined {
  const [, red, green, blue] = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(text) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)];
}

function hex(color: Color): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}

/** @param share of the second, from 0 to 1 */
function mix(one: Color, other: Color, share: number): Color {
  const part = (index: 0 | 1 | 2): number => Math.round(one[index] * (1 - share) + other[index] * share);
  return [part(0), part(1), part(2)];
}

/** The first shade on the way from a colour to another one that has so much contrast to a ground. */
function until(color: Color, to: Color, ground: Color, least: number): Color {
  for (let share = 0; share < 1; share += 0.02) {
    const shade = mix(color, to, share);
    if (contrast(shade, ground) >= least) return shade;
  }
  return to;
}

/** WCAG 2.2, contrast ratio: from 1 to 21. */
export function contrast(one: Color, other: Color): number {
  const [lighter = 1, darker = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (lighter + 0.05) / (darker + 0.05);
}

/** WCAG 2.2, relative luminance: from 0 to 1. */
function luminance(color: Color): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const value = part / 255;
    return value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
