import type { LookupAddress } from 'node:dns';
import { once } from 'node:events';
import { type AddressInfo, createServer, type LookupFunction, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dial } from './dial';
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
    const { socket } = await dial(hop, 20_000, lookup, judge);
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
