/**
 * What electron-builder does last before it signs (`afterPack` of electron-builder.yml): takes App Transport Security's exceptions out of
 * Info.plist. electron-builder allows every insecure connection there, for an updater of its own; Latchkey's traffic goes through
 * Node and Chromium, to which the rules do not apply, so what macOS itself would fetch for it needs no exception.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const key = '<key>NSAppTransportSecurity</key>';

/** The same property list with an empty dictionary for it: the strictest rules. @throws Error where there is none */
export function narrowed(text) {
  const start = text.indexOf(key);
  if (start < 0) throw new Error('Info.plist has no NSAppTransportSecurity');
  const tags = /<(\/?)dict>|<dict\/>/g;
  tags.lastIndex = start;
  let depth = 0;
  for (let tag = tags.exec(text); tag !== null; tag = tags.exec(text)) {
    if (tag[0] !== '<dict/>') depth += tag[1] === '/' ? -1 : 1;
    if (depth === 0) return `${text.slice(0, start)}${key}\n    <dict/>${text.slice(tags.lastIndex)}`;
  }
  throw new Error('Info.plist ends within NSAppTransportSecurity');
}

export function afterPack({ appOutDir, packager }) {
  const path = join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Info.plist');
  writeFileSync(path, narrowed(readFileSync(path, 'utf8')));
}
