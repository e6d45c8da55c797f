import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeRequestHead } from '../http1/head-writer';
import type { BodySink } from '../upstream/body-sink';
import type { Answer } from '../upstream/http-connection';
import { PageError } from './doctor-errors';
import { messageOf } from '../../shared/error-text';

/** So much of a page is read, and for so long. */
const maxPageBytes = 4 * 1024 * 1024;
const pageMs = 30_000;

/** Reads the page behind the answer to `requestFor` it. @throws UpstreamError, PageError */
export function readAnswer(answer: Answer, url: URL, timeoutMs: number, ca?: string): Promise<string> {
  return url.protocol === 'http:' ? readPage(answer) : readPageThroughTunnel(answer, url, timeoutMs, ca);
}

/** Reads a page that has come as it is. A page that is long, or never ends, is read for a while only: that is proof enough. */
function readPage(answer: Answer): Promise<string> {
  const { status, reason } = answer.head;
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(`${status} ${reason}, ${bytes} bytes and more`);
      answer.connection.destroy();
    };
    const timer = setTimeout(stop, pageMs);
    const sink: BodySink = {
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes > maxPageBytes) stop();
      },
      end: () => {
        clearTimeout(timer);
        resolve(`${status} ${reason}, ${bytes} bytes`);
      },
      fail: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    };
    answer.connection.readBody(answer, sink, () => undefined);
  });
}

/** TLS through the tunnel up to the status line of the page. */
async function readPageThroughTunnel(
  answer: Answer,
  url: URL,
  timeoutMs: number,
  ca: string | undefined,
): Promise<string> {
  const { status, reason } = answer.head;
  if (status >= 300) return `CONNECT was answered with ${status} ${reason}`;
  const { socket } = answer.connection.detach().hopSocket;
  // TLS reads from it by itself.
  socket.pause();
  try {
    return await readStatusLine(socket, url, timeoutMs, ca);
  } finally {
    socket.destroy();
  }
}

function readStatusLine(
  socket: Socket,
  url: URL,
  timeoutMs: number,
  ca: string | undefined,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      const message = `the tunnel is open, but TLS failed: ${messageOf(error)}`;
      reject(new PageError(message, { cause: error }));
    };
    const tls = connectTls({ socket, ca, servername: isIP(url.hostname) === 0 ? url.hostname : '' });
    tls.setTimeout(timeoutMs, () => tls.destroy(new Error('no answer in time')));
    tls.on('error', fail).on('end', () => fail(new Error('closed before an answer')));
    tls.once('secureConnect', () => {
      const headers = ['Host', url.host, 'User-Agent', 'latchkey', 'Connection', 'close'];
      const target = `${url.pathname}${url.search}`;
      tls.write(encodeRequestHead({ method: 'GET', target, headers, minorVersion: 1 }));
    });
    tls.once('data', (chunk: Buffer) => {
      const [statusLine = ''] = chunk.toString('latin1').split('\r\n', 1);
      resolve(`${statusLine} over ${tls.getProtocol() ?? 'TLS'}`);
      tls.destroy();
    });
  });
}
