import type { Socket } from 'node:net';
import { promises as timers } from 'node:timers';
import { chunkPrefix, lastChunk } from '../../src/main/http1/head-writer';
import type { HeaderList } from '../../src/main/http1/message-head';
import type { Misbehaviour } from './misbehaviour';
import { errorPage, type Manner, ownHead } from './own-answer';
import { delivered, flushed } from './socket-reader';

/** How much of a body comes byte by byte: all of it would take seconds and show nothing more. */
const drippedBodyBytes = 32;

export interface Demand {
  /** What is offered, each in a line of its own; the first is that of NTLM. */
  readonly offers: readonly string[];
  /** Whether the offer carries a challenge. */
  readonly isChallenge: boolean;
  readonly manner: Manner;
}

/** Sends a 407 in the way that the misbehaviour asks for. Whether the connection goes on is not decided here. */
export async function sendDemand(socket: Socket, demand: Demand, misbehaviour: Misbehaviour): Promise<void> {
  const { manner, isChallenge } = demand;
  const body = isChallenge ? misbehaviour.challengeBody : undefined;
  const page = bodyPage(body);
  const offers = offerFields(demand.offers, misbehaviour);
  const head = ownHead(
    407,
    'Proxy Authentication Required',
    [...offers, ...framingFields(body, page.length)],
    manner,
  );
  writeInterim(socket, misbehaviour);
  const { resetAt, silentAt } = misbehaviour;
  if (isChallenge && (resetAt === 'mid-challenge' || silentAt === 'mid-challenge')) {
    socket.write(head.slice(0, head.length / 2), 'latin1');
    await delivered();
    if (resetAt === 'mid-challenge') socket.resetAndDestroy();
    return;
  }
  const isChunked = body === 'chunked' || body === 'endless';
  const message = Buffer.concat([
    Buffer.from(head, 'latin1'),
    ...(manner.method === 'HEAD' ? [] : isChunked ? chunks(page, body === 'chunked') : [page]),
  ]);
  await writeSlowly(socket, message, head.length + drippedBodyBytes, misbehaviour.dripMs);
  if (body === 'endless' && manner.method !== 'HEAD') await writeForEver(socket);
}

function offerFields(
  [offer, ...others]: readonly string[],
  { challenge, negotiateFirst, offersNtlmTwice }: Misbehaviour,
): HeaderList {
  if (offer === undefined) return [];
  const name = 'Proxy-Authenticate';
  if (challenge === 'ntlm-missing') return [name, 'Basic realm="company proxy"'];
  return [
    ...(offersNtlmTwice === true ? [name, 'NTLM'] : []),
    ...(negotiateFirst === 'separate-line' ? [name, 'Negotiate'] : []),
    name,
    negotiateFirst === 'same-line' ? `Negotiate, ${offer}` : offer,
    ...others.flatMap((each) => [name, each]),
  ];
}

function bodyPage(body: Misbehaviour['challengeBody']): Buffer {
  if (body === 'empty') return Buffer.alloc(0);
  if (body === 'one-mebibyte') return Buffer.alloc(1_048_576, 'x');
  return errorPage(407, 'Proxy Authentication Required');
}

function framingFields(body: Misbehaviour['challengeBody'], length: number): HeaderList {
  switch (body) {
    case 'chunked':
    case 'endless':
      return ['Transfer-Encoding', 'chunked'];
    case 'unframed-open':
    case 'unframed-closed':
      return [];
    case 'one-mebibyte':
    case 'empty':
    case undefined:
      return ['Content-Length', `${length}`];
  }
}

function chunks(page: Buffer, hasEnd: boolean): Buffer[] {
  const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
  return [latin1(chunkPrefix(page.length)), page, latin1(`\r\n${hasEnd ? lastChunk() : ''}`)];
}

function writeInterim(socket: Socket, { interim }: Misbehaviour): void {
  if (interim === 'continue') socket.write('HTTP/1.1 100 Continue\r\n\r\n', 'latin1');
  if (interim === 'early-hints') {
    socket.write('HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n', 'latin1');
  }
}

async function writeSlowly(
  socket: Socket,
  message: Buffer,
  slowBytes: number,
  dripMs: number | undefined,
): Promise<void> {
  const end = dripMs === undefined ? 0 : Math.min(slowBytes, message.length);
  for (let at = 0; at < end && !socket.destroyed; at += 1) {
    socket.write(message.subarray(at, at + 1));
    await timers.setTimeout(dripMs);
  }
  if (end < message.length) socket.write(message.subarray(end));
  await flushed(socket);
}

async function writeForEver(socket: Socket): Promise<void> {
  const piece = Buffer.alloc(65_536, 'x');
  while (!socket.destroyed) {
    socket.write(Buffer.concat(chunks(piece, false)));
    await flushed(socket);
  }
}
