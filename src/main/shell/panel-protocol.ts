import { readFile } from 'node:fs/promises';
import { protocol } from 'electron';
import { contentSecurityPolicy, findPanelFile } from './panel-files';

export const panelUrl = 'latchkey://panel/';

/** To be called before the app is ready: the panel's pages have an origin of their own, unlike those of file://. */
export function registerPanelScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: 'latchkey',
      privileges: { standard: true, secure: true, supportFetchAPI: true, corsEnabled: true },
    },
  ]);
}

/** Serves the panel. @param root the folder with its files */
export function servePanel(root: string): void {
  protocol.handle('latchkey', async ({ url, method }) => {
    const file = method === 'GET' ? findPanelFile(url, root) : undefined;
    if (file === undefined) return new Response(null, { status: 404 });
    try {
      return new Response(new Uint8Array(await readFile(file.path)), {
        headers: {
          'Content-Type': file.contentType,
          'Content-Security-Policy': contentSecurityPolicy,
          'X-Content-Type-Options': 'nosniff',
          'Cache-Control': 'no-store',
        },
      });
    } catch {
      return new Response(null, { status: 404 });
    }
  });
}
