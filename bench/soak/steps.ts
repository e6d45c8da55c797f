import { setTimeout as delay } from 'node:timers/promises';
import { mutateHead } from './mutations';
import type { SoakOrigin } from './origin';
import { NoAnswer, ProxyClient, type SoakAnswer } from './proxy-client';
import { type RoughKind, roughKinds } from './rough-answers';
import { contentFor, type Tags } from './tags';

/** By the company proxy, or directly by a no-proxy rule. */
export type Way = 'proxied' | 'direct';

const hosts: Readonly<Record<Way, string>> = { proxied: '127.0.0.1', direct: 'localhost' };

/** A request that should be answered, and what became of it. */
export interface Fair {
  readonly way: Way;
  readonly what: string;
  /** Of the answer; undefined when the connection ended in its place. */
  readonly status: number | undefined;
  readonly why: string;
}

/** What steps work with. */
export interface Scene {
  /** The proxy under test. */
  readonly port: number;
  readonly origin: SoakOrigin;
  readonly tags: Tags;
  /** A new tag. */
  readonly nextTag: () => string;
  readonly onFair: (fair: Fair) => void;
  /** What must never happen. */
  readonly onFault: (what: string) => void;
}

/** What a lane keeps from step to step. */
export interface Lane {
  client: ProxyClient | undefined;
}

interface Ask {
  readonly tag: string;
  readonly way: Way;
  readonly method: string;
  /** Request line up to the authority. */
  readonly start: string;
  /** What stands before the part that a mutation may touch. */
  readonly address: string;
  readonly rest: string;
  readonly body: Buffer;
  /** What the answer should bring. */
  readonly expected: Buffer;
}

/** Beyond this the proxy may be about to close an idle connection of its client. */
const freshMs = 1_500;

const maxBodyBytes = 200_000;
const slowBodyBytes = 2_000_000;

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

function chance(random: () => number, share: number): boolean {
  return random() < share;
}

/** Most bodies are small. */
function bodyLength(random: () => number): number {
  if (chance(random, 0.4)) return 0;
  return below(random, chance(random, 0.08) ? maxBodyBytes : 4_000);
}

interface AskOptions {
  readonly kind?: 'echo' | 'leave' | 'mutated' | RoughKind;
  readonly method?: string;
  readonly answerBytes?: number;
  readonly bodyBytes?: number;
  readonly delayMs?: number;
}

function makeAsk(scene: Scene, random: () => number, options: AskOptions = {}): Ask {
  const tag = scene.nextTag();
  const way = chance(random, 0.5) ? 'proxied' : 'direct';
  const { kind = 'echo' } = options;
  const draw = random();
  const method = options.method ?? (draw < 0.5 ? 'GET' : draw < 0.6 ? 'HEAD' : draw < 0.8 ? 'POST' : 'PUT');
  const answerBytes = options.answerBytes ?? bodyLength(random);
  const hasBody = method === 'POST' || method === 'PUT';
  const content = hasBody ? contentFor(tag, options.bodyBytes ?? bodyLength(random)) : Buffer.alloc(0);
  const isChunked = hasBody && chance(random, 0.4);
  const body = isChunked ? inChunks(content, random) : content;
  const framing = isChunked ? 'Transfer-Encoding: chunked\r\n' : `Content-Length: ${content.length}\r\n`;
  const query = [
    `length=${answerBytes}`,
    ...(options.delayMs === undefined ? [] : [`delay=${options.delayMs}`]),
    ...(chance(random, 0.4) ? ['framing=chunked'] : []),
  ].join('&');
  const authority = `${hosts[way]}:${scene.origin.port}`;
  const length = content.length - tag.length - 1;
  return {
    tag,
    way,
    method,
    start: `${method} http://`,
    address: `${authority}/${kind}/`,
    rest:
      `${tag}?${query} HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: soak\r\nAccept: */*\r\nX-Soak-Tag: ${tag}\r\n` +
      `${hasBody ? `X-Soak-Length: ${length}\r\n${framing}` : ''}\r\n`,
    body,
    expected: method === 'HEAD' ? Buffer.alloc(0) : contentFor(tag, answerBytes),
  };
}

function inChunks(content: Buffer, random: () => number): Buffer {
  const pieces: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const length = Math.min(content.length - at, 1 + below(random, 30_000));
    pieces.push(
      Buffer.from(`${length.toString(16)}\r\n`),
      content.subarray(at, at + length),
      Buffer.from('\r\n'),
    );
    at += length;
  }
  return Buffer.concat([...pieces, Buffer.from('0\r\n\r\n')]);
}

function bytesOf({ start, address, rest, body }: Ask): Buffer {
  return Buffer.concat([Buffer.from(start + address + rest, 'latin1'), body]);
}

/** The lane's connection while it can be trusted, or a new one. */
function clientOf(scene: Scene, lane: Lane): ProxyClient {
  const { client } = lane;
  lane.client = undefined;
  if (client !== undefined) {
    const isFresh = performance.now() - client.usedMs < freshMs;
    if (isFresh && client.socket.writable && !client.socket.readableEnded) return client;
    client.socket.destroy();
  }
  return new ProxyClient(scene.port);
}

function keepClient(lane: Lane, client: ProxyClient, isLast: boolean, random: () => number): void {
  if (isLast || chance(random, 0.1)) client.socket.destroy();
  else lane.client = client;
}

/** Says what an answer to a request that should be answered is worth. Returns whether it is the right one. */
function judge(scene: Scene, ask: Ask, answer: SoakAnswer | NoAnswer): boolean {
  const { tag, way, method, expected } = ask;
  const what = `${method} ${way} ${tag}`;
  if (answer instanceof NoAnswer) {
    scene.onFair({ way, what, status: undefined, why: answer.message });
    return false;
  }
  const { status, headers, body } = answer;
  const named = headers.get('x-soak-tag');
  const foreign =
    named !== undefined && named !== tag ? named : scene.tags.foreignTag(body.subarray(0, 2_000), tag);
  if (foreign !== undefined) scene.onFault(`${what} got the answer to ${foreign}`);
  else if (status === 200 && (named !== tag || !body.equals(expected)))
    scene.onFault(`${what} got ${body.length} bytes, not its own ${expected.length}`);
  const why = status === 200 ? '' : (headers.get('proxy-status') ?? body.toString('latin1', 0, 200));
  scene.onFair({ way, what, status, why });
  return foreign === undefined && status === 200;
}

async function readFairly(client: ProxyClient, method: string): Promise<SoakAnswer | NoAnswer> {
  try {
    return await client.readAnswer(method);
  } catch (error) {
    if (error instanceof NoAnswer) return error;
    throw error;
  }
}

async function sendFairly(
  scene: Scene,
  lane: Lane,
  random: () => number,
  asks: readonly Ask[],
): Promise<void> {
  const client = clientOf(scene, lane);
  const written = client.write(Buffer.concat(asks.map(bytesOf)));
  let isLast = false;
  let cut: Ask | undefined;
  for (const ask of asks) {
    const answer = await readFairly(client, ask.method);
    if (answer instanceof NoAnswer) cut ??= ask;
    // Behind an answer that was cut off in a pipeline there is none to any request, whatever its way (RFC 9112, 9.3.2).
    judge(scene, { ...ask, way: cut?.way ?? ask.way }, answer);
    isLast ||= answer instanceof NoAnswer || answer.isLast;
  }
  await (isLast ? undefined : written);
  keepClient(lane, client, isLast, random);
}

/** Each step takes one kind of behaviour and returns how many requests it made. */
type Step = (scene: Scene, lane: Lane, random: () => number) => Promise<number>;

const single: Step = async (scene, lane, random) => {
  await sendFairly(scene, lane, random, [makeAsk(scene, random)]);
  return 1;
};

const pipeline: Step = async (scene, lane, random) => {
  const asks = Array.from({ length: 2 + below(random, 7) }, () => makeAsk(scene, random));
  await sendFairly(scene, lane, random, asks);
  return asks.length;
};

/** The answer is larger than what the kernel holds, and is read bit by bit. */
const slowReader: Step = async (scene, _lane, random) => {
  const client = new ProxyClient(scene.port);
  client.beforeRead = async () => delay(1);
  await sendFairly(scene, { client }, random, [
    makeAsk(scene, random, { method: 'GET', answerBytes: slowBodyBytes }),
  ]);
  await client.leave('destroy');
  return 1;
};

/** Anything may come back, except for what belongs to another request. */
const mutatedHead: Step = async (scene, _lane, random) => {
  const ask = makeAsk(scene, random, { kind: 'mutated' });
  const client = new ProxyClient(scene.port);
  const start = chance(random, 0.3) ? mutateHead(ask.start, random) : Buffer.from(ask.start);
  const head = [start, Buffer.from(ask.address), mutateHead(ask.rest, random)];
  client.socket.end(Buffer.concat([...head, ask.body]));
  const foreign = scene.tags.foreignTag(await client.readToEnd(), ask.tag);
  if (foreign !== undefined) scene.onFault(`the mutated ${ask.tag} got something of ${foreign}`);
  await client.leave('destroy');
  return 1;
};

/** The origin, or the company proxy, breaks the rules: nobody else may notice. */
const roughAnswer: Step = async (scene, lane, random) => {
  const kind = roughKinds[below(random, roughKinds.length)] ?? 'early-close';
  const ask = makeAsk(scene, random, { kind, method: 'GET' });
  const client = clientOf(scene, lane);
  await client.write(bytesOf(ask));
  const answer = await readFairly(client, ask.method);
  if (answer instanceof NoAnswer) {
    await client.leave('destroy');
    return 1;
  }
  const named = answer.headers.get('x-soak-tag');
  const foreign =
    named !== undefined && named !== ask.tag && scene.tags.isTag(named)
      ? named
      : scene.tags.foreignTag(answer.body, ask.tag);
  if (foreign !== undefined) scene.onFault(`the rough ${ask.tag} got something of ${foreign}`);
  if (kind === 'interim-flood') {
    const { status } = answer;
    scene.onFair({ way: ask.way, what: `GET behind 103s ${ask.way} ${ask.tag}`, status, why: '' });
  }
  // The next request of this lane would read what is left over.
  keepClient(lane, client, answer.isLast, random);
  return 1;
};

const leaver: Step = async (scene, _lane, random) => {
  const client = new ProxyClient(scene.port);
  const how = chance(random, 0.5) ? 'reset' : 'destroy';
  const draw = random();
  if (draw < 0.35) {
    // Before the answer.
    const asks = Array.from({ length: chance(random, 0.3) ? 3 : 1 }, () =>
      makeAsk(scene, random, { kind: 'leave', delayMs: below(random, 30) }),
    );
    await client.write(Buffer.concat(asks.map(bytesOf)));
    await delay(below(random, 8));
    await client.leave(how);
    return asks.length;
  }
  if (draw < 0.7) {
    // In the middle of the head or of the upload.
    const ask = makeAsk(scene, random, {
      kind: 'leave',
      method: chance(random, 0.5) ? 'POST' : 'PUT',
      bodyBytes: 100_000,
    });
    const bytes = bytesOf(ask);
    await client.write(bytes.subarray(0, below(random, chance(random, 0.2) ? 200 : bytes.length)));
    await delay(below(random, 8));
    await client.leave(how);
    return 1;
  }
  // In the middle of the download.
  const ask = makeAsk(scene, random, { kind: 'leave', method: 'GET', answerBytes: maxBodyBytes });
  await client.write(bytesOf(ask));
  await client.readPiece();
  await client.leave(how);
  return 1;
};

const shares: readonly (readonly [share: number, step: Step])[] = [
  [0.52, single],
  [0.08, pipeline],
  [0.15, mutatedHead],
  [0.12, roughAnswer],
  [0.125, leaver],
  [0.005, slowReader],
];

/** One or more requests of a kind that the random numbers choose. Returns how many. */
export async function requestStep(scene: Scene, lane: Lane, random: () => number): Promise<number> {
  let draw = random();
  for (const [share, step] of shares) {
    if (draw < share) return step(scene, lane, random);
    draw -= share;
  }
  return single(scene, lane, random);
}

/** A tunnel with bytes both ways and one way that closes first; or one whose client leaves, or whose head is spoilt. */
export async function tunnelStep(scene: Scene, random: () => number): Promise<void> {
  const tag = scene.nextTag();
  const way = chance(random, 0.5) ? 'proxied' : 'direct';
  const authority = `${hosts[way]}:${scene.origin.tunnelPort}`;
  const head = ` HTTP/1.1\r\nHost: ${authority}\r\nUser-Agent: soak\r\n\r\n`;
  const client = new ProxyClient(scene.port);
  const draw = random();
  const how = chance(random, 0.5) ? 'reset' : 'destroy';
  if (draw < 0.1) {
    client.socket.end(
      Buffer.concat([Buffer.from(`CONNECT ${authority} `), mutateHead(head.slice(1), random)]),
    );
    await client.readToEnd();
    await client.leave('destroy');
    return;
  }
  await client.write(`CONNECT ${authority}${head}`);
  if (draw < 0.2) {
    await delay(below(random, 8));
    await client.leave(how);
    return;
  }
  const answer = await readFairly(client, 'CONNECT');
  const status = answer instanceof NoAnswer ? undefined : answer.status;
  const why = answer instanceof NoAnswer ? answer.message : (answer.headers.get('proxy-status') ?? '');
  if (answer instanceof NoAnswer || answer.status !== 200) {
    scene.onFair({ way, what: `CONNECT ${way} ${tag}`, status, why });
    await client.leave('destroy');
    return;
  }
  const [up, down] = [below(random, maxBodyBytes), below(random, maxBodyBytes)];
  const order = chance(random, 0.5) ? 'first' : 'last';
  const upload = Buffer.concat([Buffer.from(`${tag} ${up} ${down} ${order}\n`), contentFor(tag, up)]);
  if (draw < 0.35) {
    await client.write(upload.subarray(0, upload.length / 2));
    await client.readPiece();
    await client.leave(how);
    return;
  }
  const expected = contentFor(tag, down);
  let read: Promise<Buffer>;
  if (order === 'first') {
    // The far end closes its way, and what is sent afterwards must still arrive there.
    const cut = upload.length - 1;
    await client.write(upload.subarray(0, cut));
    read = client.readToEnd().finally(() => client.socket.end(upload.subarray(cut)));
  } else {
    read = client.readToEnd();
    client.socket.end(upload);
  }
  const received = await read;
  const whole = order === 'last' ? Buffer.concat([expected, Buffer.from(`${tag} over\n`)]) : expected;
  const isDown = received.equals(whole);
  // What is cut off is what a restart does; what is not a beginning of the right bytes is somebody else's.
  if (!isDown && !whole.subarray(0, received.length).equals(received))
    scene.onFault(`the tunnel ${way} ${tag} brought wrong bytes`);
  const arrived = isDown ? await scene.origin.tunnelled(tag) : -1;
  const isWhole = isDown && arrived === upload.length - upload.indexOf('\n') - 1;
  const cut = `cut off, ${received.length} of ${whole.length} bytes down, ${arrived} up`;
  scene.onFair({
    way,
    what: `tunnel ${way} ${tag} ${order}`,
    status: isWhole ? 200 : undefined,
    why: isWhole ? '' : cut,
  });
  await client.leave('destroy');
}
