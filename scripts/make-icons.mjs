/**
 * Makes every picture that ships from its SVG source in assets/source.
 *
 *     node scripts/make-icons.mjs [FOLDER]
 *
 * FOLDER is where they go (assets without it): the images of the menu bar in tray/, each at 1x and 2x, and the icon of
 * the app as icon.png and icon.icns. The same sources give the same pixels, so what is committed can be checked.
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Resvg } from '@resvg/resvg-js';

const assets = join(import.meta.dirname, '../assets');
const source = join(assets, 'source');
const folder = process.argv[2] ?? assets;

const TRAY_PX = 16;

/** The elements of an .icns file, each a PNG. The width is in pixels: ic11 to ic14 and ic10 are the 2x of a smaller size. */
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
];

/** The picture as PNG, `widthPx` wide. */
function render(svg, widthPx) {
  return new Resvg(svg, { fitTo: { mode: 'width', value: widthPx }, font: { loadSystemFonts: false } })
    .render()
    .asPng();
}

/** An Apple icon container: a header, then each element, both a four-letter type and a length that counts itself. */
function icns(elements) {
  const chunk = (type, body) => {
    const head = Buffer.alloc(8);
    head.write(type, 'latin1');
    head.writeUInt32BE(head.length + body.length, 4);
    return Buffer.concat([head, body]);
  };
  return chunk('icns', Buffer.concat(elements.map(([type, png]) => chunk(type, png))));
}

/** `tray-busy-1.svg` becomes `trayBusy1Template`: macOS tints an image whose name ends so. */
function templateName(file) {
  const camel = file.replace('.svg', '').replace(/-(.)/g, (_, first) => first.toUpperCase());
  return `${camel}Template`;
}

mkdirSync(join(folder, 'tray'), { recursive: true });

for (const file of readdirSync(source).filter((name) => name.startsWith('tray-'))) {
  const svg = readFileSync(join(source, file), 'utf8');
  const name = templateName(file);
  writeFileSync(join(folder, 'tray', `${name}.png`), render(svg, TRAY_PX));
  writeFileSync(join(folder, 'tray', `${name}@2x.png`), render(svg, 2 * TRAY_PX));
}

const icon = readFileSync(join(source, 'icon.svg'), 'utf8');
writeFileSync(join(folder, 'icon.png'), render(icon, 1024));
writeFileSync(
  join(folder, 'icon.icns'),
  icns(ICNS_ELEMENTS.map(([type, widthPx]) => [type, render(icon, widthPx)])),
);
