/**
 * What electron-builder does last before it signs (`afterPack` of electron-builder.yml): takes App Transport Security's exceptions out of
 * Info.plist. electron-builder allows every insecure connection there; Latchkey's traffic goes through Node and Chromium, to which the
 * rules do not apply. What macOS itself fetches for it is an update, from electron-updater in this very process, which has checked it: a
 * build with a feed may do that over http from 127.0.0.1, and from nowhere else.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const key = '<key>NSAppTransportSecurity</key>';
const none = '<dict/>';
// Before macOS 14 addresses need no exception, and this one means nothing.
const ofLoopback = `<dict>
      <key>NSExceptionDomains</key>
      <dict>
        <key>127.0.0.1</key>
        <dict>
          <key>NSExceptionAllowsInsecureHTTPLoads</key>
          <true/>
        </dict>
      </dict>
    </dict>`;

/**
 * The same property list with the strictest rules that will do.
 *
 * @param text of Info.plist
 * @param hasFeed whether the build updates itself
 * @throws Error where there is no dictionary for them
 */
export function narrowed(text, hasFeed) {
  const start = text.indexOf(key);
  if (start < 0) throw new Error('Info.plist has no NSAppTransportSecurity');
  const tags = /<(\/?)dict>|<dict\/>/g;
  tags.lastIndex = start;
  let depth = 0;
  for (let tag = tags.exec(text); tag !== null; tag = tags.exec(text)) {
    if (tag[0] !== '<dict/>') depth += tag[1] === '/' ? -1 : 1;
    if (depth === 0)
      return `${text.slice(0, start)}${key}\n    ${hasFeed ? ofLoopback : none}${text.slice(tags.lastIndex)}`;
  }
  throw new Error('Info.plist ends within NSAppTransportSecurity');
}

export function afterPack({ appOutDir, packager }) {
  const path = join(appOutDir, `${packager.appInfo.productFilename}.app`, 'Contents', 'Info.plist');
  const hasFeed = (packager.config.publish ?? null) !== null;
  writeFileSync(path, narrowed(readFileSync(path, 'utf8'), hasFeed));
}
