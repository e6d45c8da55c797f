import { connect, createServer, type Server, type Socket } from 'node:net';
import { type CompanyProxy, startCompanyProxy } from '../../test/company-proxy/start-company-proxy';
import { type RoughKind, roughAnswer, roughKinds } from './rough-answers';
import { randomFor } from './tags';

const typeOne = 'Proxy-Authorization: NTLM TlRMTVNTUAAB';
const typeThree = 'Proxy-Authorization: NTLM TlRMTVNTUAAD';
const roughRequest = /^GET http:\/\/[^/]+\/([a-z-]+)\/(s(\d+)-[0-9a-f]{8})[ ?]/;

export interface LogonCount {
  readonly accepted: number;
  readonly refused: number;
}

/**
 * A company proxy on a port of its own that can be killed and started again, behind a wire that spoils challenges and
 * the answers to requests for a rough path. No challenge is spoilt in a way that lets it be answered: that would be a bad logon.
 */
export class RestartingUpstream {
  readonly port: number;
  /** The share of challenges that are spoilt. */
  spoiltShare = 0;
  #accepted = 0;
  #refused = 0;
  /** Type 3 messages that came over the wire; some end with it before the company proxy has seen them. */
  typeThreeCount = 0;
  spoiltCount = 0;
  #proxy: CompanyProxy | undefined;
  #wire: Server | undefined;
  readonly #sockets = new Set<Socket>();
  readonly #account: { readonly domain: string; readonly user: string; readonly password: string };
  readonly #random: () => number;

  constructor(
    port: number,
    account: { domain: string; user: string; password: string },
    random: () => number,
  ) {
    this.port = port;
    this.#account = account;
    this.#random = random;
  }

  get logons(): LogonCount {
    return { accepted: this.#accepted, refused: this.#refused };
  }

  async start(): Promise<void> {
    const proxy = await startCompanyProxy({
      accounts: [this.#account],
      onEvent: (event) => {
        if (event.kind !== 'logon') return;
        if (event.record.accepted) this.#accepted += 1;
        else this.#refused += 1;
      },
    });
    const wire = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      this.#join(socket, proxy.port),
    );
    await new Promise<void>((resolve, reject) => {
      wire.once('error', reject);
      wire.listen(this.port, '127.0.0.1', 1_024, resolve);
    });
    this.#proxy = proxy;
    this.#wire = wire;
  }

  /** Every connection is torn down. */
  async kill(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      if (this.#wire === undefined) resolve();
      else this.#wire.close(() => resolve());
    });
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await Promise.all([closed, this.#proxy?.close()]);
    this.#wire = undefined;
    this.#proxy = undefined;
  }

  #join(client: Socket, proxyPort: number): void {
    const proxy = connect({ host: '127.0.0.1', port: proxyPort, allowHalfOpen: true, noDelay: true });
    let spoilsNext = false;
    for (const [socket, other] of [
      [client, proxy],
      [proxy, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        this.#sockets.delete(socket);
        if (!socket.readableEnded || !other.writableFinished) other.destroy();
      });
      socket.on('end', () => other.end());
      socket.on('drain', () => other.resume());
    }
    client.on('data', (chunk) => {
      if (chunk[0] !== undefined && chunk[0] >= 65 && chunk[0] <= 90) {
        const head = chunk.toString('latin1');
        const hasLogon = head.includes('Proxy-Authorization: ');
        if (hasLogon && head.includes(typeThree)) this.typeThreeCount += 1;
        if (hasLogon && head.includes(typeOne)) spoilsNext = this.#random() < this.spoiltShare;
        const [, name, tag = '', index = ''] = (!hasLogon && roughRequest.exec(head)) || [];
        const kind = roughKinds.find((rough) => rough === name);
        if (kind !== undefined) {
          answerRoughly(client, kind, tag, Number(index));
          return;
        }
      }
      if (!proxy.write(chunk)) client.pause();
    });
    proxy.on('data', (chunk) => {
      if (spoilsNext) {
        spoilsNext = false;
        this.spoiltCount += 1;
        client.end(spoiltChallenge(chunk.toString('latin1'), this.#random));
        proxy.destroy();
        return;
      }
      if (!client.write(chunk)) proxy.pause();
    });
  }
}

function answerRoughly(client: Socket, kind: RoughKind, tag: string, index: number): void {
  const { bytes, next } = roughAnswer(kind, tag, randomFor(0, index));
  client.write(bytes, () => {
    if (next === 'reset') client.resetAndDestroy();
  });
  if (next === 'end') client.end();
}

/** A challenge that nobody can answer. */
function spoiltChallenge(head: string, random: () => number): string {
  const [line = '', token = ''] = /Proxy-Authenticate: NTLM (\S*)/.exec(head) ?? [];
  const bytes = Buffer.from(token, 'base64');
  const withBytes = (changed: Buffer): string =>
    head.replace(line, `Proxy-Authenticate: NTLM ${changed.toString('base64')}`);
  const at = Math.floor(random() * 12);
  switch (Math.floor(random() * 6)) {
    case 0:
      return head.replace(`${line}\r\n`, '');
    case 1:
      return head.replace(line, 'Proxy-Authenticate: NTLM');
    case 2:
      return head.replace(line, `Proxy-Authenticate: NTLM !${token.slice(1)}`);
    case 3:
      return withBytes(bytes.subarray(0, Math.floor(random() * 32)));
    case 4:
      // The signature or the type of the message.
      return withBytes(bytes.fill((bytes[at] ?? 0) ^ (1 + Math.floor(random() * 255)), at, at + 1));
    default:
      return head.slice(0, head.indexOf('\r\n\r\n') * random());
  }
}
