import { extname, join, normalize, sep } from 'node:path';

/** What the panel is served with, beside its own meta element: nothing from elsewhere, nothing inline. */
export const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

export interface PanelFile {
  readonly path: string;
  readonly contentType: string;
}

/**
 * The file that a URL of the panel stands for: only below `root`, only of the kinds that the panel is made of.
 *
 * @returns undefined when it stands for none
 */
export function findPanelFile(url: string, root: string): PanelFile | undefined {
  let parsed: URL;
  let name: string;
  try {
    parsed = new URL(url);
    name = decodeURIComponent(parsed.pathname);
  } catch {
    return undefined;
  }
  if (parsed.protocol !== 'latchkey:' || parsed.host !== 'panel' || /[\0\\]/.test(name)) return undefined;
  const path = normalize(join(root, name === '/' ? 'index.html' : name));
  const contentType = types[extname(path)];
  if (!path.startsWith(root + sep) || contentType === undefined) return undefined;
  return { path, contentType };
}
