import type { IncomingMessage } from 'node:http';
import type { Forwarding } from './forwarding';
import { renderPage } from './page';

/** An answer of the local proxy as a web server. */
export interface LocalAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: Buffer;
}

/** Answers a request that is addressed to the local proxy itself: a small status page at `/`. */
export function localAnswer(request: IncomingMessage, path: string, forwarding: Forwarding): LocalAnswer {
  const isRoot = path === '/' || path.startsWith('/?');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const status = !isRead ? 405 : isRoot ? 200 : 404;
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
  const body = Buffer.from(page);
  const headers = [
    'Content-Type',
    'text/html; charset=utf-8',
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
