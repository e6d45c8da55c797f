import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { DelayLine } from './delay-line';
import { LogonCounter, type WireCounts } from './logon-counter';

export interface WireOptions {
  /** The port on 127.0.0.1 of what is far away. */
  readonly target: number;
  /** Time from here to there and back. */
  readonly rttMs: number;
}

export interface Wire {
  readonly port: number;
  readonly takeCounts: () => WireCounts;
  readonly close: () => Promise<void>;
}

const backlog = 1_024;

/**
 * Puts a server on 127.0.0.1 at a distance: each byte takes half a round trip each way, and the first one of a client a
 * whole one more, as TCP's own handshake would. For pages: what is on its way has no limit.
 */
export async function startWire({ target, rttMs }: WireOptions): Promise<Wire> {
  const sockets = new Set<Socket>();
  const counter = new LogonCounter();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true, noDelay: true });
    const logons = counter.onConnection();
    const openMs = performance.now() + rttMs;
    const there = new DelayLine(rttMs / 2, openMs, writesTo(far));
    const back = new DelayLine(rttMs / 2, openMs, {
      ...writesTo(near),
      write: (bytes) => {
        logons.onAnswer();
        near.write(bytes);
      },
    });
    near.on('data', (bytes) => {
      logons.onRequestBytes(bytes);
      there.write(bytes);
    });
    far.on('data', (bytes) => back.write(bytes));
    near.on('end', () => there.end());
    far.on('end', () => back.end());
    for (const [socket, other, line] of [
      [near, far, there],
      [far, near, back],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.once('close', (hadError) => {
        sockets.delete(socket);
        logons.onAnswer();
        if (!hadError) return;
        line.cut();
        other.resetAndDestroy();
      });
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', backlog, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    takeCounts: () => counter.take(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function writesTo(socket: Socket): { write: (bytes: Buffer) => void; end: () => void } {
  return {
    write: (bytes) => void (socket.writable && socket.write(bytes)),
    end: () => socket.end(),
  };
}
