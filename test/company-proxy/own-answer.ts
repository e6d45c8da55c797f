import type { Socket } from 'node:net';
import { encodeResponseHead } from '../../src/main/http1/head-writer';
import type { HeaderList } from '../../src/main/http1/message-head';

const padding = `<!-- ${'The page is as long as the pages of real proxies are. '.repeat(54)} -->`;

/** A page of about 3 kB, as proxies send them with their errors. */
export function errorPage(status: number, reason: string): Buffer {
  return Buffer.from(
    `<!doctype html>\n<html><head><title>${status} ${reason}</title></head>\n` +
      `<body><h1>${status} ${reason}</h1><p>proxy.corp.test could not serve this.</p></body></html>\n${padding}\n`,
    'latin1',
  );
}

/** What a response has to suit. */
export interface Manner {
  /** Of the request: HEAD gets no body. */
  readonly method: string;
  readonly isHttp10: boolean;
  /** Whether the connection ends behind it. */
  readonly closes: boolean;
}

/** The field that says whether the connection stays open. */
export function connectionFields({ isHttp10, closes }: Omit<Manner, 'method'>): HeaderList {
  return [isHttp10 ? 'Proxy-Connection' : 'Connection', closes ? 'close' : 'keep-alive'];
}

/** What squid calls the reason; the number is the errno. */
const squidErrors: Readonly<Record<number, string>> = {
  400: 'ERR_INVALID_REQ 0',
  403: 'ERR_ACCESS_DENIED 0',
  407: 'ERR_CACHE_ACCESS_DENIED 0',
  413: 'ERR_TOO_BIG 0',
  502: 'ERR_INVALID_RESP 0',
  503: 'ERR_CONNECT_FAIL 111',
};

/** The head of a response that the proxy makes itself. */
export function ownHead(status: number, reason: string, fields: HeaderList, manner: Manner): string {
  const squidError = squidErrors[status];
  return encodeResponseHead({
    status,
    reason,
    minorVersion: manner.isHttp10 ? 0 : 1,
    headers: [
      'Server',
      'company-proxy',
      'Content-Type',
      'text/html;charset=utf-8',
      ...(squidError === undefined ? [] : ['X-Squid-Error', squidError]),
      ...fields,
      'Via',
      '1.1 proxy.corp.test (company-proxy)',
      ...connectionFields(manner),
    ],
  });
}

/** Answers with an error page. */
export function writeErrorPage(socket: Socket, status: number, reason: string, manner: Manner): void {
  const page = errorPage(status, reason);
  socket.write(ownHead(status, reason, ['Content-Length', `${page.length}`], manner), 'latin1');
  if (manner.method !== 'HEAD') socket.write(page);
}
