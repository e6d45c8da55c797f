import { lookup } from 'node:dns/promises';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { encodeRequestHead } from '../main/http1/head-writer';
import { trialOf } from '../main/upstream/trial';
import { UpstreamError } from '../main/upstream/upstream-error';
import { CredentialGate } from '../main/upstream/credential-gate';
import type { CredentialMemory } from '../main/platform/credential-memory';
import { dial } from '../main/upstream/dial';
import {
  type Answer,
  type BodySink,
  defaultHopTimeouts,
  HttpConnection,
} from '../main/upstream/http-connection';
import { OutgoingRequest } from '../main/upstream/outgoing-request';
import {
  authenticate,
  type FirstLeg,
  logOn,
  offeredSchemes,
  requestChallenge,
} from '../main/upstream/sign-in';
import type { ChallengeMessage } from '../main/ntlm/challenge-message';
import { problemOf } from '../main/server/failure';
import type { Hop } from '../shared/problem';
import { localDay } from '../shared/calendar-day';
import { formatAccount, formatHostPort, type HostPort } from '../shared/settings';
import { describeProblem } from '../shared/text';
import { describeChallenge } from './challenge-report';
import { CliError, exitCodes, messageOf } from './cli-error';
import { systemEntropy } from './entropy';
import { type LoadedConfig, loadConfig, parseHashFormat } from './load-config';
import { openMemory } from './open-memory';
import { parseOptions } from './options';
import { type Steps, stepsOn } from './steps';
import type { Terminal } from './terminal';

const defaultUrl = 'http://example.com/';
/** So much of a page is read, and for so long. */
const maxPageBytes = 4 * 1024 * 1024;
const pageMs = 30_000;

/** The request that the doctor makes: a GET, or a CONNECT for https. */
function requestFor(url: URL): OutgoingRequest {
  if (url.protocol === 'http:') {
    return new OutgoingRequest('GET', url.href, [
      'Host',
      url.host,
      'User-Agent',
      'latchkey',
      'Accept',
      '*/*',
    ]);
  }
  const authority = `${url.hostname}:${url.port || '443'}`;
  return new OutgoingRequest('CONNECT', authority, ['Host', authority, 'User-Agent', 'latchkey']);
}

function parseUrl(text: string): URL {
  let url: URL | undefined;
  try {
    url = new URL(text);
  } catch {
    // Told below, with the schemes that are possible.
  }
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new CliError(
    exitCodes.badConfiguration,
    `'${text}' is not a URL that begins with http:// or https://`,
  );
}

/** `latchkey check`: the doctor on the terminal, with at most one logon. */
export async function check(args: string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseOptions(
    'check',
    args,
    {
      config: { type: 'string', short: 'c' },
      'hash-format': { type: 'string' },
      'dry-run': { type: 'boolean' },
    },
    1,
  );
  const url = parseUrl(positionals[0] ?? defaultUrl);
  const memory = openMemory(terminal);
  const format = parseHashFormat(values['hash-format']);
  const config = await loadConfig(values.config, format, undefined, terminal, memory);
  const { account, upstreams } = config.settings;
  const names = upstreams.map(formatHostPort).join(', ');
  terminal.out(`Company proxy ${names}, account ${formatAccount(account)}, page ${url.href}`);
  const steps = stepsOn(terminal, terminal.out);
  try {
    await examine({ config, memory, url, isDry: values['dry-run'] === true, steps });
    return exitCodes.ok;
  } catch (error) {
    const problem = problemOf(error, account);
    if (!(error instanceof UpstreamError) || problem === undefined) throw error;
    const { sentence, remedy } = describeProblem(problem);
    const hasOtherReading = problem.kind === 'credential-refused' && config.credentials.length > 1;
    const advice = hasOtherReading
      ? 'The hash can be read in another way, too: run this again to try that one.'
      : remedy;
    throw new CliError(exitCodes.failure, [`latchkey: ${sentence}`, `latchkey: ${advice}`], { cause: error });
  } finally {
    await memory.close();
  }
}

interface Examination {
  readonly config: LoadedConfig;
  readonly memory: CredentialMemory;
  readonly url: URL;
  /** No logon. */
  readonly isDry: boolean;
  readonly steps: Steps;
}

async function examine(examination: Examination): Promise<void> {
  const { config, url, isDry, steps } = examination;
  const connections: HttpConnection[] = [];
  const open = async (to: Hop): Promise<HttpConnection> => {
    const socket = await dial(to, defaultHopTimeouts.connectMs);
    const connection = new HttpConnection(socket, to, defaultHopTimeouts);
    connections.push(connection);
    return connection;
  };
  try {
    const first = await reach(config.settings.upstreams, open, steps);
    await steps.step('schemes', async () => askForSchemes(first, url));
    let leg: FirstLeg | undefined;
    const signingIn = await open(first.hop);
    const request = requestFor(url);
    await steps.step('challenge', async () => {
      leg = await requestChallenge(signingIn, request, defaultHopTimeouts);
      return leg.kind === 'challenge'
        ? `NTLM, ${leg.challenge.bytes.length} bytes`
        : 'none: no sign-in is asked for';
    });
    if (leg?.kind === 'challenge') steps.detail(...describeChallenge(leg.challenge, Date.now()));
    if (isDry || leg === undefined) return;
    await finish(examination, signingIn, request, leg);
  } finally {
    for (const connection of connections) connection.destroy();
  }
}

/** Looks up and connects to every company proxy. @throws UpstreamError of the first when none can be reached */
async function reach(
  upstreams: readonly HostPort[],
  open: (hop: Hop) => Promise<HttpConnection>,
  steps: Steps,
): Promise<HttpConnection> {
  let reached: HttpConnection | undefined;
  let firstError: UpstreamError | undefined;
  for (const address of upstreams) {
    const hop: Hop = { role: 'upstream', address };
    try {
      if (isIP(address.host) === 0) await steps.step('name', () => resolveName(hop));
      await steps.step('port', async () => {
        const connection = await open(hop);
        reached ??= connection;
        return `${formatHostPort(address)} accepts connections`;
      });
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error;
      firstError ??= error;
    }
  }
  if (reached === undefined) throw firstError ?? new Error('there is no company proxy');
  return reached;
}

async function resolveName(hop: Hop): Promise<string> {
  try {
    const addresses = await lookup(hop.address.host, { all: true });
    return `${hop.address.host}: ${addresses.map(({ address }) => address).join(', ')}`;
  } catch (error) {
    throw new UpstreamError('name-not-found', hop, messageOf(error), { cause: error });
  }
}

/** Asks without credentials, which no directory counts. */
async function askForSchemes(connection: HttpConnection, url: URL): Promise<string> {
  const { method, target, headers } = requestFor(url);
  const head = encodeRequestHead({ method, target, headers, minorVersion: 1 });
  const answer = await connection.exchange(method, head, defaultHopTimeouts.answerMs);
  const { status } = answer.head;
  if (status !== 407) return `status ${status} without a sign-in`;
  return `407, offers ${offeredSchemes(answer.head.headers).join(', ') || 'nothing'}`;
}

/** The only part that costs a logon. */
async function finish(
  examination: Examination,
  connection: HttpConnection,
  request: OutgoingRequest,
  leg: FirstLeg,
): Promise<void> {
  const { config, url, steps } = examination;
  let answer: Answer | undefined = leg.kind === 'answer' ? leg.answer : undefined;
  if (leg.kind === 'challenge') {
    await steps.step('logon', async () => {
      answer = await logOnOnce(examination, connection, request, leg.challenge);
      return `${formatAccount(config.settings.account)} was accepted`;
    });
  }
  await steps.step('page', async () => {
    if (answer === undefined) throw new Error('there is no answer to read');
    return request.method === 'CONNECT' ? fetchThroughTunnel(answer, url) : readPage(answer);
  });
}

async function logOnOnce(
  { config, memory }: Examination,
  connection: HttpConnection,
  request: OutgoingRequest,
  challenge: ChallengeMessage,
): Promise<Answer> {
  const outcomes: Promise<void>[] = [];
  const gate = new CredentialGate({
    candidates: config.credentials,
    isRefused: config.areRefused,
    maxWaitMs: 0,
    nowMs: () => performance.now(),
    onOutcome: (credential, outcome) => {
      outcomes.push(config.rememberOutcome(credential, outcome));
    },
  });
  const { account, workstation } = config.settings;
  const permit = await gate.admit(connection.hop, trialOf(request));
  const count = (kind: 'sent' | 'refused' | 'unanswered'): void => {
    memory.countLogon(account, kind, localDay(Date.now()));
  };
  const token = authenticate(challenge, permit.credential, connection, workstation, systemEntropy);
  count('sent');
  try {
    return await logOn(connection, request, token, permit, defaultHopTimeouts);
  } catch (error) {
    count(error instanceof UpstreamError && error.code === 'credential-refused' ? 'refused' : 'unanswered');
    throw error;
  } finally {
    await Promise.all(outcomes);
  }
}

/** A page that is long, or never ends, is read for a while only: that is proof enough. */
function readPage(answer: Answer): Promise<string> {
  const { status, reason } = answer.head;
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      resolve(`${status} ${reason}, ${bytes} bytes and more`);
      answer.connection.destroy();
    };
    const timer = setTimeout(stop, pageMs);
    const sink: BodySink = {
      data: (chunk) => {
        bytes += chunk.length;
        if (bytes > maxPageBytes) stop();
      },
      end: () => {
        clearTimeout(timer);
        resolve(`${status} ${reason}, ${bytes} bytes`);
      },
      fail: (error) => {
        clearTimeout(timer);
        reject(error);
      },
    };
    answer.connection.readBody(answer, sink, () => undefined);
  });
}

/** TLS through the tunnel up to the status line of the page. */
async function fetchThroughTunnel(answer: Answer, url: URL): Promise<string> {
  const { status, reason } = answer.head;
  if (status >= 300) return `CONNECT was answered with ${status} ${reason}`;
  const { socket } = answer.connection.detach().hopSocket;
  try {
    return await readStatusLine(socket, url);
  } finally {
    socket.destroy();
  }
}

function readStatusLine(socket: Socket, url: URL): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      reject(
        new CliError(exitCodes.failure, `the tunnel is open, but TLS failed: ${messageOf(error)}`, {
          cause: error,
        }),
      );
    };
    const tls = connectTls({ socket, servername: isIP(url.hostname) === 0 ? url.hostname : '' });
    tls.setTimeout(defaultHopTimeouts.challengeMs, () => tls.destroy(new Error('no answer in time')));
    tls.on('error', fail).on('end', () => fail(new Error('closed before an answer')));
    tls.once('secureConnect', () => {
      const headers = ['Host', url.host, 'User-Agent', 'latchkey', 'Connection', 'close'];
      tls.write(
        encodeRequestHead({
          method: 'GET',
          target: `${url.pathname}${url.search}`,
          headers,
          minorVersion: 1,
        }),
      );
    });
    tls.once('data', (chunk: Buffer) => {
      const [statusLine = ''] = chunk.toString('latin1').split('\r\n', 1);
      resolve(`${statusLine} over ${tls.getProtocol() ?? 'TLS'}`);
      tls.destroy();
    });
  });
}
