import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type LookupFunction, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dial, type HopSocket } from './dial';
import type { JudgeAddress } from './own-machine';

let server: Server;
let port: number;
let accepted: number;

beforeEach(async () => {
  accepted = 0;
  server = createServer((socket) => {
    accepted += 1;
    socket.on('error', () => undefined).destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
});

afterEach(async () => {
  server.close();
  await once(server, 'close');
});

const finds =
  (...addresses: string[]): LookupFunction =>
  (_name, { all }, callback) => {
    const found: LookupAddress[] = addresses.map((address) => ({ address, family: 4 }));
    if (all === true) callback(null, found);
    else callback(null, addresses[0] ?? '', 4);
  };

const refuse =
  (...addresses: string[]): JudgeAddress =>
  (address) =>
    addresses.includes(address) ? 'forbidden-address' : undefined;

async function attempt(host: string, lookup: LookupFunction, judge: JudgeAddress): Promise<string> {
  const hop = { role: 'origin', address: { host, port } } as const;
  try {
    const { socket } = await dial(hop, 20_000, { lookup, judge });
    const { remoteAddress = '' } = socket;
    socket.on('error', () => undefined).destroy();
    return remoteAddress;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'a bug';
  }
}

describe('an address that must not be connected to', () => {
  it('gets no packet, as a literal or by a name', async () => {
    const judge = refuse('127.0.0.1');
    expect(await attempt('127.0.0.1', finds(), judge)).toBe('forbidden-address');
    expect(await attempt('a.test', finds('127.0.0.1'), judge)).toBe('forbidden-address');
    expect(accepted).toBe(0);
  });

  it('is one that cannot be judged', async () => {
    const judge: JudgeAddress = () => {
      throw new Error('the addresses of this machine cannot be had');
    };
    expect(await attempt('127.0.0.1', finds(), judge)).toBe('forbidden-address');
    expect(await attempt('a.test', finds('127.0.0.1'), judge)).toBe('forbidden-address');
    expect(accepted).toBe(0);
  });

  it('is left out where a name has others', async () => {
    expect(await attempt('a.test', finds('127.0.0.2', '127.0.0.1'), refuse('127.0.0.2'))).toBe('127.0.0.1');
  });

  it('is not what a name without an address is', async () => {
    expect(await attempt('a.test', finds(), refuse('127.0.0.1'))).toBe('name-not-found');
  });
});

describe('what comes from a hop', () => {
  let talkers: Server;
  let pieces: Buffer[];

  /** Connects to a server that writes `bytes` over each connection, and keeps the pieces as they are given out. */
  async function listenTo(bytes: Buffer, isTunnel: boolean): Promise<HopSocket> {
    talkers = createServer((socket) => socket.on('error', () => undefined).end(bytes)).listen(0, '127.0.0.1');
    await once(talkers, 'listening');
    const address = { host: '127.0.0.1', port: (talkers.address() as AddressInfo).port };
    const hopSocket = await dial({ role: 'origin', address }, 20_000);
    hopSocket.isTunnel = isTunnel;
    hopSocket.onBytes = (piece) => pieces.push(piece);
    return hopSocket;
  }

  beforeEach(() => {
    pieces = [];
  });

  afterEach(async () => {
    talkers.close();
    await once(talkers, 'close');
  });

  it('stays what it was while others are read from', async () => {
    const words = ['one', 'another', 'a third'];
    for (const word of words) {
      const { socket } = await listenTo(Buffer.from(word), false);
      if (pieces.length === 0 || pieces.at(-1)?.toString() !== word) await once(socket, 'end');
      socket.destroy();
      talkers.close();
    }
    expect(Buffer.concat(pieces).toString()).toBe(words.join(''));
  });

  it('lies in one buffer again and again once a tunnel carries much', async () => {
    const hopSocket = await listenTo(Buffer.alloc(4 * 1024 * 1024, 'x'), true);
    await once(hopSocket.socket, 'end');
    hopSocket.socket.destroy();
    // Up to the first large piece they are copied out of the buffer that all share.
    const first = pieces.findIndex(({ length }) => length >= 32 * 1024);
    const later = pieces.slice(first + 1).map(({ buffer }) => buffer);
    expect(first).toBeGreaterThanOrEqual(0);
    expect(later.length).toBeGreaterThan(1);
    expect(new Set(later).size).toBe(1);
    expect(later[0]).not.toBe(pieces[first]?.buffer);
  });

  it('is copied for a message, however much it is', async () => {
    const hopSocket = await listenTo(Buffer.alloc(1024 * 1024, 'x'), false);
    await once(hopSocket.socket, 'end');
    hopSocket.socket.destroy();
    // What is smaller may lie beside others in a pool of Node's.
    const large = pieces.filter(({ length }) => length >= Buffer.poolSize / 2).map(({ buffer }) => buffer);
    expect(large.length).toBeGreaterThan(1);
    expect(new Set(large).size).toBe(large.length);
  });
});
