import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const assets = join(import.meta.dirname, '../assets');

/** The states of the menu-bar icon; busy has three frames, and one that stands still when motion is reduced. */
const TRAY_STATES = ['On', 'Off', 'Busy', 'Busy1', 'Busy2', 'Busy3', 'Attention'];

/** Type and width in pixels of each element of icon.icns, as Apple's icon format lists them. */
const ICNS_ELEMENTS = [
  ['icp4', 16],
  ['icp5', 32],
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic08', 256],
  ['ic14', 512],
  ['ic09', 512],
  ['ic10', 1024],
] as const;

interface Picture {
  readonly widthPx: number;
  readonly heightPx: number;
  /** Four bytes a pixel: red, green, blue, alpha. */
  readonly rgba: Uint8Array;
}

/** The pixels of a PNG with 8-bit RGBA and no interlacing, which is what resvg writes (W3C PNG, 9.2 and 11.2.2). */
function decodePng(png: Buffer): Picture {
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) {
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') {
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
    }
  }
  const widthPx = png.readUInt32BE(16);
  const heightPx = png.readUInt32BE(20);
  expect([...png.subarray(24, 29)], 'depth, colour type, compression, filter, interlacing').toEqual([
    8, 6, 0, 0, 0,
  ]);
  const filtered = inflateSync(Buffer.concat(data));
  const stride = widthPx * 4;
  const rgba = new Uint8Array(heightPx * stride);
  for (let y = 0; y < heightPx; y++) {
    const filter = filtered[y * (stride + 1)];
    for (let x = 0; x < stride; x++) {
      const left = x < 4 ? 0 : (rgba[y * stride + x - 4] ?? 0);
      const up = y === 0 ? 0 : (rgba[(y - 1) * stride + x] ?? 0);
      const upLeft = x < 4 || y === 0 ? 0 : (rgba[(y - 1) * stride + x - 4] ?? 0);
      const predicted = [0, left, up, Math.floor((left + up) / 2), paeth(left, up, upLeft)][filter ?? 0] ?? 0;
      rgba[y * stride + x] = (filtered[y * (stride + 1) + 1 + x] ?? 0) + predicted;
    }
  }
  return { widthPx, heightPx, rgba };
}

function paeth(left: number, up: number, upLeft: number): number {
  const guess = left + up - upLeft;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - upLeft)];
  if (a <= b && a <= c) return left;
  return b <= c ? up : upLeft;
}

/** The elements of an .icns file in their order. */
function decodeIcns(icns: Buffer): (readonly [type: string, png: Buffer])[] {
  expect(icns.toString('latin1', 0, 4)).toBe('icns');
  expect(icns.readUInt32BE(4)).toBe(icns.length);
  const elements: (readonly [string, Buffer])[] = [];
  for (let at = 8; at < icns.length; at += icns.readUInt32BE(at + 4)) {
    elements.push([
      icns.toString('latin1', at, at + 4),
      icns.subarray(at + 8, at + icns.readUInt32BE(at + 4)),
    ]);
  }
  return elements;
}

/** The largest difference of any byte of the pixels; Infinity when the sizes differ. */
function differenceOf(one: Picture, other: Picture): number {
  if (one.rgba.length !== other.rgba.length) return Number.POSITIVE_INFINITY;
  return one.rgba.reduce((most, byte, at) => Math.max(most, Math.abs(byte - (other.rgba[at] ?? 0))), 0);
}

function alphaOf({ rgba }: Picture): readonly number[] {
  return [...rgba].filter((_, at) => at % 4 === 3);
}

const readTray = (state: string, suffix = ''): Picture =>
  decodePng(readFileSync(join(assets, 'tray', `tray${state}Template${suffix}.png`)));

describe('the images of the menu bar', () => {
  it('are those of the states, each at 1x and 2x, and nothing else', () => {
    const expected = TRAY_STATES.flatMap((state) => [
      `tray${state}Template.png`,
      `tray${state}Template@2x.png`,
    ]);
    expect(readdirSync(join(assets, 'tray')).toSorted()).toEqual(expected.toSorted());
  });

  it.each(TRAY_STATES.flatMap((state) => [[state, '', 16] as const, [state, '@2x', 32] as const]))(
    '%s%s is %d pixels wide and high, black and alpha only',
    (state, suffix, sizePx) => {
      const picture = readTray(state, suffix);
      expect([picture.widthPx, picture.heightPx]).toEqual([sizePx, sizePx]);
      expect(picture.rgba.some((byte, at) => at % 4 !== 3 && byte !== 0)).toBe(false);
      expect(Math.max(...alphaOf(picture))).toBe(255);
      expect(Math.min(...alphaOf(picture))).toBe(0);
    },
  );

  it('differ from one another by more than a shade, at 1x too', () => {
    for (const suffix of ['', '@2x']) {
      const pictures = TRAY_STATES.map((state) => readTray(state, suffix));
      const differences = pictures.flatMap((one, at) =>
        pictures.slice(at + 1).map((other) => differenceOf(one, other)),
      );
      expect(differences).toHaveLength((TRAY_STATES.length * (TRAY_STATES.length - 1)) / 2);
      expect(Math.min(...differences)).toBeGreaterThan(128);
    }
  });

  it('show off with less ink than on, and each busy frame with another dot lit', () => {
    const ink = (picture: Picture): number => alphaOf(picture).reduce((sum, alpha) => sum + alpha, 0);
    expect(ink(readTray('Off'))).toBeLessThan(0.7 * ink(readTray('On')));
    // The middle of each dot, on the row through the shaft.
    const dotsOf = (state: string): readonly (number | undefined)[] =>
      [18, 24, 30].map((x) => alphaOf(readTray(state, '@2x'))[16 * 32 + x]);
    expect(dotsOf('Busy')).toEqual([255, 255, 255]);
    for (const frame of [1, 2, 3]) {
      const lit = dotsOf(`Busy${frame}`).map((alpha) => alpha === 255);
      expect(lit).toEqual([frame === 1, frame === 2, frame === 3]);
    }
  });
});

describe('npm run icons', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'latchkey-icons-'));
  // Another processor rounds the blur of a shadow in another way; what is committed was made on this one.
  const toleratedDifference = process.platform === 'linux' && process.arch === 'x64' ? 0 : 2;

  beforeAll(() => {
    execFileSync(process.execPath, [join(import.meta.dirname, 'make-icons.mjs'), fresh]);
  });
  afterAll(() => rmSync(fresh, { recursive: true }));

  it.each(
    TRAY_STATES.flatMap((state) => ['', '@2x'].map((suffix) => `tray/tray${state}Template${suffix}.png`)),
  )('makes %s as it is committed', (file) => {
    const [made, committed] = [fresh, assets].map((folder) => decodePng(readFileSync(join(folder, file))));
    if (made === undefined || committed === undefined) throw new Error('there are two');
    expect(differenceOf(made, committed)).toBeLessThanOrEqual(toleratedDifference);
  });

  it('makes icon.png and icon.icns as they are committed', () => {
    const picturesOf = (folder: string): (readonly [string, Buffer])[] => {
      const elements = decodeIcns(readFileSync(join(folder, 'icon.icns')));
      return [['icon.png', readFileSync(join(folder, 'icon.png'))], ...elements];
    };
    const made = picturesOf(fresh);
    const committed = picturesOf(assets);
    expect(committed.map(([name]) => name)).toEqual(made.map(([name]) => name));
    const differing = made.filter(([, png], at) => {
      const other = committed[at]?.[1] ?? Buffer.alloc(0);
      return differenceOf(decodePng(png), decodePng(other)) > toleratedDifference;
    });
    expect(differing.map(([name]) => name)).toEqual([]);
  });

  it('puts every size into icon.icns under its type', () => {
    const elements = decodeIcns(readFileSync(join(assets, 'icon.icns')));
    const sizes = elements.map(([type, png]) => [type, decodePng(png).widthPx]);
    expect(sizes).toEqual(ICNS_ELEMENTS);
  });
});
