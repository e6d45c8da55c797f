import type { IncomingMessage } from 'node:http';
import type { Forwarding } from './forwarding';
import { renderPage } from './page';
import { proxyPac } from './proxy-pac';

/** An answer of the local proxy as a web server. */
export interface LocalAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: Buffer;
}

/** Where the PAC is that a Mac can be pointed at; src/main/platform/service-proxies.ts says so to the Mac. */
const pacPath = '/proxy.pac';

/** A PAC that names the local proxy as the client has reached it. */
function pacFor({ socket }: IncomingMessage, forwarding: Forwarding): string {
  const { localAddress = '127.0.0.1', localPort = 0 } = socket;
  return proxyPac({
    address: { host: localAddress.replace(/^::ffff:/, ''), port: localPort },
    noProxy: forwarding.noProxy(),
    mayAllGoDirect: forwarding.goesDirectWhenAway(),
  });
}

/** Answers a request that is addressed to the local proxy itself: a small status page at `/`, and its PAC. */
export function localAnswer(request: IncomingMessage, path: string, forwarding: Forwarding): LocalAnswer {
  const isPac = path === pacPath || path.startsWith(`${pacPath}?`);
  const isRoot = path === '/' || path.startsWith('/?');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const status = !isRead ? 405 : isRoot || isPac ? 200 : 404;
  const page =
    status === 200
      ? renderPage({
          title: 'Latchkey is running',
          paragraphs: [
            'This is the local proxy. Programs on this machine use its address as their HTTP proxy.',
          ],
          facts: forwarding.statusFacts(),
        })
      : renderPage({
          title: status === 404 ? 'Nothing here' : 'Not possible here',
          paragraphs: ['This is the local proxy itself. It has one page, its status, which can be read.'],
        });
  const isPacAnswer = isPac && status === 200;
  const body = Buffer.from(isPacAnswer ? pacFor(request, forwarding) : page);
  const headers = [
    'Content-Type',
    isPacAnswer ? 'application/x-ns-proxy-autoconfig' : 'text/html; charset=utf-8',
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-store',
    'X-Content-Type-Options',
    'nosniff',
  ];
  if (status === 405) headers.push('Allow', 'GET, HEAD');
  return { status, headers, body };
}
