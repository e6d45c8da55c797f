/** The one screen of the stand-in's Mac: its menu bar is on top. STANDIN_SCREEN_HEIGHT is another height, in points. */
'use strict';

const height = Number(process.env['STANDIN_SCREEN_HEIGHT'] ?? 900);

/** @type {import('electron').Display} */
const display = {
  id: 1,
  label: 'Built-in Retina Display',
  bounds: { x: 0, y: 0, width: 1440, height },
  workArea: { x: 0, y: 25, width: 1440, height: height - 25 },
  size: { width: 1440, height },
  workAreaSize: { width: 1440, height: height - 25 },
  nativeOrigin: { x: 0, y: 0 },
  maximumCursorSize: { width: 64, height: 64 },
  scaleFactor: 2,
  rotation: 0,
  internal: true,
  detected: true,
  monochrome: false,
  colorDepth: 24,
  colorSpace: '{primaries:P3, transfer:SRGB, matrix:RGB, range:FULL}',
  depthPerComponent: 8,
  displayFrequency: 60,
  accelerometerSupport: 'unknown',
  touchSupport: 'unknown',
};

module.exports = { display };
