import type { Socket } from 'node:net';
import { requestFraming, responseFraming } from '../../src/main/http1/body-framing';
import { responseHeadParser } from '../../src/main/http1/head-parser';
import { encodeRequestHead, encodeResponseHead } from '../../src/main/http1/head-writer';
import {
  hasToken,
  headerValues,
  withoutHopByHop,
  withoutProxyAuthentication,
} from '../../src/main/http1/headers';
import type { HeaderList, RequestHead, ResponseHead } from '../../src/main/http1/message-head';
import { connectionFields, type Manner, writeErrorPage } from './own-answer';
import { discardBody, readHead, relayBody } from './read-message';
import { SocketReader } from './socket-reader';
import { tunnel, type TunnelEnd } from './tunnel';

const via = ['Via', '1.1 proxy.corp.test (company-proxy)'];
const defaultHttpPort = 80;

/** Opens a connection to an origin; undefined when nobody answers there. */
export type Dial = (host: string, port: number) => Promise<Socket | undefined>;

export interface Exchange {
  readonly client: TunnelEnd;
  readonly request: RequestHead;
  readonly manner: Manner;
  /** Whether the connection is closed behind the response although it was announced to stay open. */
  readonly closesSilently: boolean;
}

/** Host and port of `host:port`, IPv6 addresses in brackets; undefined when it is neither. */
export function splitAuthority(
  authority: string,
  defaultPort?: number,
): { readonly host: string; readonly port: number } | undefined {
  const [, host = '', port] = /^(\[[^\]]+\]|[^:[\]@]+)(?::(\d{1,5}))?$/.exec(authority) ?? [];
  const number = port === undefined ? defaultPort : Number(port);
  if (host === '' || number === undefined || number > 65_535) return undefined;
  return { host: host.replace(/[[\]]/g, ''), port: number };
}

/** The two parts of an absolute-form target with http (RFC 9112, 3.2.2); undefined for any other target. */
export function splitAbsoluteForm(
  target: string,
): { readonly authority: string; readonly path: string } | undefined {
  const [, authority, path = ''] = /^http:\/\/([^/?#]+)(.*)$/i.exec(target) ?? [];
  if (authority === undefined) return undefined;
  return { authority, path: path.startsWith('/') ? path : `/${path}` };
}

/**
 * Asks the origin and relays its response, each over a connection of its own.
 *
 * @returns whether the client's connection can take another request
 * @throws Http1Error when the client's body is broken
 */
export async function forward(exchange: Exchange, dial: Dial): Promise<boolean> {
  const { client, request, manner } = exchange;
  const framing = requestFraming(request);
  const target = splitAbsoluteForm(request.target);
  const address = target === undefined ? undefined : splitAuthority(target.authority, defaultHttpPort);
  const refuse = async (status: number, reason: string): Promise<boolean> => {
    writeErrorPage(client.socket, status, reason, manner);
    await discardBody(client.reader, framing);
    return !manner.closes;
  };
  if (target === undefined || address === undefined) return refuse(400, 'Bad Request');
  const socket = await dial(address.host, address.port);
  if (socket === undefined) return refuse(503, 'Service Unavailable');

  const origin = { socket, reader: new SocketReader(socket) };
  const isUpgrade = hasToken(request.headers, 'connection', 'upgrade');
  const headers = [
    'Host',
    target.authority,
    ...withoutProxyAuthentication(withoutHost(withoutHopByHop(request.headers))),
    ...(framing.kind === 'chunked' ? ['Transfer-Encoding', 'chunked'] : []),
    ...(isUpgrade ? upgradeFields(request) : ['Connection', 'close']),
    ...via,
  ];
  const { method } = request;
  socket.write(encodeRequestHead({ method, target: target.path, minorVersion: 1, headers }), 'latin1');
  const upload = relayBody(client.reader, framing, socket, framing.kind === 'chunked').catch(() => {
    // Half a request must not look like a whole one, nor be answered.
    socket.destroy();
    client.socket.destroy();
  });
  if (!isUpgrade) void upload.then(() => abandonWithClient(client, socket));
  const isOpen = await relayResponse(exchange, origin);
  socket.destroy();
  if (!isOpen) return false;
  await upload;
  return true;
}

/** A client that leaves does not want the response any more. What it sends instead stays to be read. */
async function abandonWithClient(client: TunnelEnd, origin: Socket): Promise<void> {
  if ((await client.reader.peek()) === undefined) origin.destroy();
}

function withoutHost(headers: HeaderList): HeaderList {
  return headers.filter((_, at) => headers[at - (at % 2)]?.toLowerCase() !== 'host');
}

function upgradeFields({ headers }: RequestHead | ResponseHead): HeaderList {
  return [
    'Connection',
    'Upgrade',
    ...headerValues(headers, 'upgrade').flatMap((value) => ['Upgrade', value]),
  ];
}

async function relayResponse(exchange: Exchange, origin: TunnelEnd): Promise<boolean> {
  const { client, request, manner } = exchange;
  const parser = responseHeadParser();
  for (;;) {
    const head = await readHead(origin.reader, parser).catch(() => undefined);
    if (head === undefined) {
      writeErrorPage(client.socket, 502, 'Bad Gateway', manner);
      return !manner.closes;
    }
    if (head.status === 101) {
      const headers = [...withoutHopByHop(head.headers), ...upgradeFields(head)];
      client.socket.write(encodeResponseHead({ ...head, headers }), 'latin1');
      await tunnel(client, origin);
      return false;
    }
    if (head.status >= 200) return relayFinalResponse(exchange, origin, head);
    if (request.minorVersion === 1 && !manner.isHttp10) {
      client.socket.write(encodeResponseHead({ ...head, headers: withoutHopByHop(head.headers) }), 'latin1');
    }
  }
}

async function relayFinalResponse(
  { client, request, manner, closesSilently }: Exchange,
  origin: TunnelEnd,
  head: ResponseHead,
): Promise<boolean> {
  const framing = responseFraming(head, request.method);
  const isChunked = framing.kind === 'chunked' && request.minorVersion === 1 && !manner.isHttp10;
  const isUntilClose = framing.kind === 'until-close' || (framing.kind === 'chunked' && !isChunked);
  const closes = manner.closes || isUntilClose;
  const headers = [
    ...withoutHopByHop(head.headers),
    ...(isChunked ? ['Transfer-Encoding', 'chunked'] : []),
    ...via,
    ...connectionFields({ ...manner, closes }),
  ];
  const minorVersion = manner.isHttp10 ? 0 : 1;
  client.socket.write(encodeResponseHead({ ...head, minorVersion, headers }), 'latin1');
  try {
    await relayBody(origin.reader, framing, client.socket, isChunked);
  } catch {
    // The client must not take a part for the whole.
    client.socket.destroy();
    return false;
  }
  return !closes && !closesSilently;
}
