import { isLoopbackAddress } from '../upstream/own-machine';
import type { Forwarding } from './forwarding';
import { renderPage } from './page';
import { proxyPac } from './proxy-pac';
import { parseAuthority } from './request-target';

const httpPort = 80;

/** An answer of the local proxy as a web server. */
export interface LocalAnswer {
  readonly status: number;
  readonly headers: string[];
  readonly body: Buffer;
}

/** Where the PAC is that a Mac can be pointed at; src/main/platform/system-proxy/service-proxies.ts says so to the Mac. */
const pacPath = '/proxy.pac';

/** A request to the local proxy as a web server. */
export interface LocalRequest {
  readonly method: string;
  /** The authority that was asked for: that of a target in absolute-form, else the Host header. */
  readonly host: string | undefined;
  /** The address of the client. */
  readonly peer: string | undefined;
  /** Where the client has connected to. */
  readonly localAddress: string | undefined;
  readonly localPort: number | undefined;
}

/** What is known of the local proxy. */
type LocalFacts = Pick<Forwarding, 'noProxy' | 'goesDirectWhenAway' | 'statusFacts' | 'isOwnHost'>;

/** A PAC that names the local proxy as the client has reached it. */
function pacFor({ localAddress = '127.0.0.1', localPort = 0 }: LocalRequest, facts: LocalFacts): string {
  return proxyPac({
    address: { host: localAddress.replace(/^::ffff:/, ''), port: localPort },
    noProxy: facts.noProxy(),
    mayAllGoDirect: facts.goesDirectWhenAway(),
  });
}

/** Whether the request is meant for the local proxy, and not for a name that somebody has pointed at it. */
function isMeant({ host }: LocalRequest, facts: LocalFacts): boolean {
  const authority = host === undefined ? undefined : parseAuthority(host, httpPort);
  return authority !== undefined && facts.isOwnHost(authority);
}

function pageFor(status: number, { peer }: LocalRequest, facts: LocalFacts): string {
  switch (status) {
    case 200:
      return renderPage({
        title: 'Latchkey is running',
        paragraphs: [
          'This is the local proxy. Programs on this computer use its address as their HTTP proxy.',
        ],
        // The account is nobody's business on another machine.
        facts: isLoopbackAddress(peer) ? facts.statusFacts() : [],
      });
    case 421:
      return renderPage({
        title: 'Not the right address',
        paragraphs: [
          'This is a local proxy. Its own pages can be read under its own address only, as http://127.0.0.1 with its port.',
        ],
      });
    default:
      return renderPage({
        title: status === 404 ? 'Nothing here' : 'Not possible here',
        paragraphs: ['This is the local proxy itself. It has one page, its status, which can be read.'],
      });
  }
}

/**
 * Answers a request that is addressed to the local proxy itself: a small status page at `/`, and its PAC. Any other Host than
 * its own gets 421 (RFC 9110, 15.5.20): a web site whose name leads here must not read them.
 */
export function localAnswer(request: LocalRequest, path: string, facts: LocalFacts): LocalAnswer {
  const isPac = path === pacPath || path.startsWith(`${pacPath}?`);
  const isRoot = path === '/' || path.startsWith('/?');
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const status = !isMeant(request, facts) ? 421 : !isRead ? 405 : isRoot || isPac ? 200 : 404;
  const isPacAnswer = isPac && status === 200;
  const body = Buffer.from(isPacAnswer ? pacFor(request, facts) : pageFor(status, request, facts));
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
