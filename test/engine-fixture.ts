import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import {
  type ClientRequest,
  type IncomingMessage,
  request as httpRequest,
  type RequestOptions,
} from 'node:http';
import {
  type CompanyProxy,
  type CompanyProxyOptions,
  startCompanyProxy,
} from './company-proxy/start-company-proxy';
import { type Origin, startOrigin } from './company-proxy/start-origin';
import { ntHash, ntowfv2 } from '../src/main/ntlm/ntowf';
import { type Engine, startEngine } from '../src/main/server/engine';
import type { EngineOptions } from '../src/main/server/engine-options';
import type { Credential } from '../src/main/upstream/credential';
import type { HopTimeouts } from '../src/main/upstream/hop-timeouts';
import type { EngineEvent } from '../src/shared/event';
import type { EngineSettings } from '../src/shared/settings';

export const account = { domain: 'CORP', user: 'alice' };
export const password = 'Passw0rd!';

/** The credential that a password is for that account. */
export function credentialOf(text: string): Credential {
  return { account, method: 'NTLMv2', secret: ntowfv2(ntHash(text), account) };
}

/** Short enough for tests of what never comes, long enough for a busy machine. */
export const testTimeouts: HopTimeouts = {
  connectMs: 2_000,
  challengeMs: 1_500,
  answerMs: 1_500,
  idleMs: 3_000,
  // However busy the machine is.
  quickMs: 60_000,
};

export interface Fixture {
  readonly engine: Engine;
  readonly proxy: CompanyProxy;
  readonly origin: Origin;
  /** The local proxy's port. */
  readonly port: number;
  /** What the engine was started with. */
  readonly settings: EngineSettings;
  readonly events: readonly EngineEvent[];
  /** Bugs that were caught; every test should leave it empty. */
  readonly internalErrors: readonly unknown[];
  /** The URL of a path on the origin. */
  readonly url: (path: string) => string;
  readonly close: () => Promise<void>;
}

export interface FixtureOptions {
  readonly proxy?: Partial<CompanyProxyOptions>;
  readonly settings?: Partial<EngineSettings>;
  readonly engine?: Partial<EngineOptions>;
  readonly password?: string;
}

/** A company proxy that verifies type 3, an origin behind it and the engine in front, all on free ports. */
export async function startFixture(options: FixtureOptions = {}): Promise<Fixture> {
  const origin = await startOrigin();
  const proxy = await startCompanyProxy({ accounts: [{ ...account, password }], ...options.proxy });
  const events: EngineEvent[] = [];
  const internalErrors: unknown[] = [];
  const settings: EngineSettings = {
    account,
    workstation: 'TEST',
    upstreams: [{ host: proxy.host, port: proxy.port }],
    noProxy: [],
    resolvesNames: false,
    listen: [{ host: '127.0.0.1', port: 0 }],
    gateway: false,
    access: [],
    offNetwork: 'refuse',
    offNetworkWaitSeconds: 30,
    ...options.settings,
  };
  const engine = await startEngine({
    settings,
    credentials: [credentialOf(options.password ?? password)],
    entropy: { randomBytes, nowMs: Date.now },
    monotonicMs: () => performance.now(),
    resolve: () => Promise.resolve(undefined),
    timeouts: testTimeouts,
    // Another host than most tests ask for.
    checkUrl: new URL(`http://localhost:${origin.port}/check`),
    onEvent: (event) => events.push(event),
    onInternalError: (error) => internalErrors.push(error),
    ...options.engine,
  });
  return {
    engine,
    proxy,
    origin,
    port: engine.addresses[0]?.port ?? 0,
    settings,
    events,
    internalErrors,
    url: (path) => `http://127.0.0.1:${origin.port}${path}`,
    close: async () => {
      await engine.close();
      await proxy.close();
      await origin.close();
    },
  };
}

/** An answer, read to its end. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly trailers: IncomingMessage['trailers'];
  readonly body: Buffer;
  readonly text: string;
}

/** Reads the answer to a request. */
export function readReply(request: ClientRequest): Promise<Reply> {
  return new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks);
        const { statusCode = 0, headers, trailers } = response;
        resolve({ status: statusCode, headers, trailers, body, text: body.toString() });
      });
    });
  });
}

/** A request through the local proxy, sent with Node's own client. */
export function send(
  port: number,
  url: string,
  {
    headers = {},
    ...options
  }: Omit<RequestOptions, 'headers'> & { headers?: Readonly<Record<string, string>> } = {},
  body?: Buffer | string,
): Promise<Reply> {
  const request = httpRequest({
    host: '127.0.0.1',
    port,
    path: url,
    ...options,
    headers: { host: new URL(url).host, ...headers },
  });
  const reply = readReply(request);
  request.end(body);
  return reply;
}

/** A bare connection that collects what comes. */
export class RawClient {
  readonly socket: Socket;
  readonly #chunks: Buffer[] = [];
  #hasEnded = false;
  readonly #changes = new Set<() => void>();

  constructor(port: number) {
    this.socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
    const change = (): void => {
      for (const listener of this.#changes) listener();
    };
    this.socket.on('data', (chunk: Buffer) => {
      this.#chunks.push(chunk);
      change();
    });
    for (const event of ['end', 'close']) {
      this.socket.on(event, () => {
        this.#hasEnded = true;
        change();
      });
    }
    this.socket.on('error', () => undefined);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  get bytes(): Buffer {
    // Joined when asked for: with each piece it would take quadratic time.
    if (this.#chunks.length > 1) this.#chunks.splice(0, this.#chunks.length, Buffer.concat(this.#chunks));
    return this.#chunks[0] ?? Buffer.alloc(0);
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  write(bytes: string | Buffer): this {
    if (typeof bytes === 'string') this.socket.write(bytes, 'latin1');
    else this.socket.write(bytes);
    return this;
  }

  /** Waits until what has come fulfils a condition, or the connection has ended. */
  async until(condition: (text: string) => boolean): Promise<string> {
    while (!condition(this.text) && !this.#hasEnded) await this.#nextChange();
    return this.text;
  }

  /** Waits for the end of the connection, without looking at what comes before. */
  async untilEnd(): Promise<string> {
    while (!this.#hasEnded) await this.#nextChange();
    return this.text;
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const listener = (): void => {
        this.#changes.delete(listener);
        resolve();
      };
      this.#changes.add(listener);
    });
  }

  destroy(): void {
    this.socket.destroy();
  }
}

/** A CONNECT to `authority` (host:port) through the local proxy, for its status; a tunnel is closed again. */
export async function tunnelStatus(port: number, authority: string): Promise<number> {
  const client = new RawClient(port).write(`CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const head = await client.until((text) => text.includes('\r\n\r\n'));
  client.destroy();
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1]);
}
