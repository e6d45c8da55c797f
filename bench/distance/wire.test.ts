import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { farHosts, originMsOf } from './far-host';
import { startWire, type Wire } from './wire';

const rttMs = 60;
/** Timers may be early by less than a millisecond on each way. */
const graceMs = 3;
const closing: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A wire in front of a server that does with each connection what it is told. */
async function wireTo(serve: (socket: Socket) => void): Promise<Wire> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    closing.push(() => socket.destroy());
    socket.on('error', () => socket.destroy());
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => server.close());
  const wire = await startWire({ target: (server.address() as AddressInfo).port, rttMs });
  closing.push(() => wire.close());
  return wire;
}

async function dial({ port }: Wire): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  closing.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

async function answerTo(socket: Socket, bytes: string): Promise<string> {
  socket.write(bytes);
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  return chunk.toString();
}

const echo = (socket: Socket): void => void socket.pipe(socket);
const typeThree = 'GET / HTTP/1.1\r\nProxy-Authorization: NTLM TlRMTVNTUAADAAAA\r\n\r\n';

describe('a wire', () => {
  it('takes a round trip for an answer, and one more for the first', async () => {
    const wire = await wireTo(echo);
    const startMs = performance.now();
    const socket = await dial(wire);
    expect(await answerTo(socket, 'one')).toBe('one');
    const firstMs = performance.now();
    expect(firstMs - startMs).toBeGreaterThanOrEqual(2 * rttMs - graceMs);
    expect(await answerTo(socket, 'two')).toBe('two');
    expect(performance.now() - firstMs).toBeGreaterThanOrEqual(rttMs - graceMs);
  });

  it('keeps the order, and the end behind it', async () => {
    const wire = await wireTo(echo);
    const socket = await dial(wire);
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString();
    });
    for (let at = 0; at < 100; at += 1) {
      socket.write(`${at},`);
      if (at % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    socket.end();
    await once(socket, 'end');
    expect(received).toBe(Array.from({ length: 100 }, (_, at) => `${at},`).join(''));
  });

  it('passes on that a client has gone', async () => {
    let hasGone = false;
    const wire = await wireTo((socket) => {
      socket.resume().once('close', () => {
        hasGone = true;
      });
    });
    (await dial(wire)).resetAndDestroy();
    await expect.poll(() => hasGone).toBe(true);
  });
});

describe('logons on a wire', () => {
  it('are unanswered until a byte comes back', async () => {
    const waiting: Socket[] = [];
    const wire = await wireTo((socket) => socket.once('data', () => waiting.push(socket)));
    const clients = [await dial(wire), await dial(wire), await dial(wire)];
    clients[0]?.write(typeThree);
    clients[1]?.write(typeThree);
    clients[2]?.write('GET / HTTP/1.1\r\n\r\n');
    await expect.poll(() => waiting.length).toBe(3);
    expect(wire.takeCounts()).toEqual({ connections: 3, logons: 2, mostUnanswered: 2 });
    const answers = clients.map((client) => once(client, 'data'));
    for (const socket of waiting) socket.write('HTTP/1.1 200 OK\r\n\r\n');
    await Promise.all(answers);
    expect(wire.takeCounts()).toEqual({ connections: 0, logons: 0, mostUnanswered: 2 });
    expect(wire.takeCounts().mostUnanswered).toBe(0);
  });

  it('one after the other are never two at once', async () => {
    const wire = await wireTo(echo);
    for (let at = 0; at < 3; at += 1) await answerTo(await dial(wire), typeThree);
    expect(wire.takeCounts()).toEqual({ connections: 3, logons: 3, mostUnanswered: 1 });
  });

  it('are found in pieces', async () => {
    const wire = await wireTo(echo);
    const socket = await dial(wire);
    await answerTo(socket, typeThree.slice(0, 40));
    await answerTo(socket, typeThree.slice(40));
    expect(wire.takeCounts().logons).toBe(1);
  });
});

describe('the hosts of a page', () => {
  it('say how long they take, every tenth longer', () => {
    const hosts = farHosts(20, 'page1', 60, 2_000);
    expect(new Set(hosts).size).toBe(20);
    expect(hosts.map(originMsOf).filter((ms) => ms === 2_000)).toHaveLength(2);
    expect(originMsOf(hosts[0] ?? '')).toBe(60);
    expect(originMsOf('www.test')).toBe(0);
  });

  it('are others on another page', () => {
    expect(farHosts(3, 'page1', 0)).not.toContain(farHosts(1, 'page2', 0)[0]);
  });
});
