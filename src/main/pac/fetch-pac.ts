import { type IncomingMessage, Agent as HttpAgent, get as httpGet } from 'node:http';
import { Agent as HttpsAgent, get as httpsGet } from 'node:https';

export interface FetchedPac {
  readonly bytes: Buffer;
  /** As the server says. */
  readonly charset: string | undefined;
  /** The address that this machine has towards that server. */
  readonly localAddress: string | undefined;
}

export interface FetchPacOptions {
  /** For all of it. */
  readonly timeoutMs?: number;
  readonly limitBytes?: number;
  /** The authorities that a server of https may be certified by, as PEM. Default: those of Node. */
  readonly ca?: string[];
  /** Ends it. */
  readonly signal?: AbortSignal;
}

const mostRedirects = 10;

/**
 * Fetches a PAC, by no proxy: it is what says which proxy there is.
 *
 * @param url http or https
 * @throws Error with why not, in a few words
 */
export async function fetchPac(
  url: URL,
  { timeoutMs = 30_000, limitBytes = 4 * 1024 * 1024, signal: ended, ca }: FetchPacOptions = {},
): Promise<FetchedPac> {
  const timeout = new AbortController();
  const timer = setTimeout(() => {
    timeout.abort(new Error(`no answer within ${timeoutMs / 1_000} s`));
  }, timeoutMs);
  const end = (): void => timeout.abort(new Error('nobody waits for it any more'));
  ended?.addEventListener('abort', end);
  try {
    if (ended?.aborted === true) end();
    let place = url;
    for (let hops = 0; hops <= mostRedirects; hops += 1) {
      const response = await answerOf(place, timeout.signal, ca);
      const next = redirection(response, place);
      if (next === undefined) return await read(response, limitBytes);
      response.destroy();
      place = next;
    }
    throw new Error(`more than ${mostRedirects} redirects`);
  } catch (error) {
    throw timeout.signal.aborted ? timeout.signal.reason : error;
  } finally {
    clearTimeout(timer);
    ended?.removeEventListener('abort', end);
  }
}

function answerOf(url: URL, signal: AbortSignal, ca: string[] | undefined): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    // An agent of its own: Node can be told to send those of its global one through a proxy.
    const agent = isSecure ? new HttpsAgent(ca === undefined ? {} : { ca }) : new HttpAgent();
    const headers = { 'User-Agent': 'latchkey', 'Accept-Encoding': 'identity', Connection: 'close' };
    (isSecure ? httpsGet : httpGet)(url, { agent, headers, signal }, resolve).on('error', reject);
  });
}

function redirection(response: IncomingMessage, from: URL): URL | undefined {
  const { statusCode = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return undefined;
  if (!URL.canParse(headers.location, from.href)) throw new Error('it redirects to what is no address');
  const next = new URL(headers.location, from);
  if (next.protocol === 'http:' || next.protocol === 'https:') return next;
  throw new Error(`it redirects to ${next.protocol}, which is neither http nor https`);
}

async function read(response: IncomingMessage, limitBytes: number): Promise<FetchedPac> {
  const { statusCode = 0, statusMessage = '', headers } = response;
  try {
    if (statusCode !== 200) throw new Error(`the server answers ${statusCode} ${statusMessage}`.trimEnd());
    const coding = headers['content-encoding'] ?? 'identity';
    if (coding !== 'identity')
      throw new Error(`the server sends it as ${coding}, which it was not asked for`);
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > limitBytes) throw new Error(`it has more than ${limitBytes} bytes`);
      chunks.push(chunk);
    }
    const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(headers['content-type'] ?? '')?.[1];
    return { bytes: Buffer.concat(chunks), charset, localAddress: response.socket.localAddress };
  } finally {
    response.destroy();
  }
}
