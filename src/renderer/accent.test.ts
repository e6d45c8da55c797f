import { describe, expect, it } from 'vitest';
import { accentTokens, contrast, showAccent } from './accent';

/** Those that macOS offers, in light and dark, and what no user should be able to break. */
const accents = [
  '#007aff',
  '#0a84ff',
  '#953d96',
  '#f74f9e',
  '#e0383e',
  '#f7821b',
  '#ffc600',
  '#62ba46',
  '#8c8c8c',
  '#000000',
  '#ffffff',
];

type Color = readonly [number, number, number];

function color(text: string): Color {
  const [red = 0, green = 0, blue = 0] = (text.match(/[\da-f]{2}/gi) ?? []).map((part) =>
    Number.parseInt(part, 16),
  );
  return [red, green, blue];
}

function lightAndDark(text: string | undefined): readonly [Color, Color] {
  const [, light = '', dark = ''] = /^light-dark\((#\w+), (#\w+)\)$/.exec(text ?? '') ?? [];
  return [color(light), color(dark)];
}

const over = (ground: Color, tint: Color, share: number): Color => {
  const part = (index: 0 | 1 | 2): number => ground[index] * (1 - share) + tint[index] * share;
  return [part(0), part(1), part(2)];
};

describe('accentTokens', () => {
  it.each(accents)('of %s can be read', (accent) => {
    const tokens = accentTokens(accent);
    const fill = color(tokens?.['--accent'] ?? '');
    const label = color(tokens?.['--on-accent'] ?? '');
    expect(contrast(fill, label)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color(tokens?.['--accent-press'] ?? ''), label)).toBeGreaterThanOrEqual(4.5);
    const [light, dark] = [color('#f2f2f4'), color('#333337')];
    const [lineInLight, lineInDark] = lightAndDark(tokens?.['--chart']);
    expect(contrast(lineInLight, light)).toBeGreaterThanOrEqual(3);
    expect(contrast(lineInDark, dark)).toBeGreaterThanOrEqual(3);
    const [textInLight, textInDark] = lightAndDark(tokens?.['--accent-text']);
    expect(contrast(textInLight, over(light, color(accent), 0.12))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(textInDark, over(dark, lineInDark, 0.2))).toBeGreaterThanOrEqual(4.5);
    expect(tokens?.['--ring']).toBe(tokens?.['--chart']);
  });

  it.each([
    ['#007aff', '#ffffff'],
    ['#e0383e', '#ffffff'],
    ['#953d96', '#ffffff'],
    ['#f7821b', '#000000'],
    ['#ffc600', '#000000'],
    ['#62ba46', '#000000'],
  ])('of %s have a label in %s', (accent, label) => {
    expect(accentTokens(accent)?.['--on-accent']).toBe(label);
  });

  it('leave the fill as the user has it where its label can be read', () => {
    expect(accentTokens('#FFC600')?.['--accent']).toBe('#ffc600');
    expect(accentTokens('#953d96')?.['--accent']).toBe('#953d96');
    // White on the blue of macOS has 4.0.
    expect(accentTokens('#007aff')?.['--accent']).toBe('#0070eb');
  });

  it('are none for what is no colour', () => {
    expect(accentTokens('blue')).toBeUndefined();
    expect(accentTokens('#12345')).toBeUndefined();
  });
});

describe('showAccent', () => {
  it('sets each of them, and takes each off', () => {
    const set = new Map<string, string>();
    const style = {
      setProperty: (name: string, value: string) => set.set(name, value),
      removeProperty: (name: string) => set.delete(name),
    };
    showAccent(style, '#ffc600');
    expect([...set.keys()].toSorted()).toEqual(Object.keys(accentTokens('#ffc600') ?? {}).toSorted());
    showAccent(style, undefined);
    expect(set.size).toBe(0);
  });
});
