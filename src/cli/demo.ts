import { writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { createServer } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { invertDigits } from '../main/cntlm/hash-digits';
import { ntHash, ntowfv2 } from '../main/ntlm/ntowf';
import { decodeChallengeMessage } from '../main/ntlm/challenge-message';
import type { Engine } from '../main/server/engine';
import { type Account, formatAccount, formatHostPort, type HostPort } from '../shared/settings';
import {
  type CompanyProxy,
  type CompanyProxyEvent,
  startCompanyProxy,
} from '../../test/company-proxy/start-company-proxy';
import { selfSignedCertificate } from '../../test/company-proxy/self-signed-certificate';
import { startOrigin } from '../../test/company-proxy/start-origin';
import { describeChallenge } from '../main/app/challenge-report';
import { CliError, exitCodes, messageOf } from './cli-error';
import { announce, startOrExplain } from './start-or-explain';
import { type Steps, stepsOn } from './steps';
import type { Terminal } from './terminal';

const defaultPort = 3128;
const fetchTimeoutMs = 15_000;

export interface DemoOptions {
  readonly port: number | undefined;
  /** Ends after the two pages instead of staying up. */
  readonly isOnce: boolean;
}

interface Page {
  readonly status: number;
  readonly bytes: number;
}

/**
 * `latchkey run --demo`: a company proxy that demands NTLMv2, an origin behind it and the local proxy in front, all
 * on this machine, and a page fetched through them over http and over https.
 */
export async function runDemo(options: DemoOptions, terminal: Terminal): Promise<number> {
  const closers: (() => Promise<void>)[] = [];
  // Asked for before anything is up, so that Ctrl-C in the middle closes in order as well.
  const stopped = terminal.untilStopped();
  try {
    return await Promise.race([
      demonstrate(options, terminal, closers, stopped),
      stopped.then(() => exitCodes.ok),
    ]);
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function demonstrate(
  options: DemoOptions,
  terminal: Terminal,
  closers: (() => Promise<void>)[],
  stopped: Promise<void>,
): Promise<number> {
  // A password of the moment: this account exists nowhere else.
  const password = Array.from(crypto.getRandomValues(new Uint8Array(9)), (byte) => byte.toString(36)).join(
    '',
  );
  const account: Account = { domain: 'CORP', user: 'alice' };
  const steps = stepsOn(terminal, terminal.out);
  const challenges: Buffer[] = [];
  const onEvent = (event: CompanyProxyEvent): void => {
    if (event.kind === 'challenge-sent') challenges.push(event.challenge);
  };
  terminal.out('Latchkey demo: everything runs on this machine');

  let companyProxy: CompanyProxy | undefined;
  await steps.step('company proxy', async () => {
    companyProxy = await startCompanyProxy({ accounts: [{ ...account, password }], onEvent });
    closers.push(companyProxy.close);
    return `${formatHostPort(companyProxy)} demands NTLMv2 of ${formatAccount(account)}`;
  });
  const tls = selfSignedCertificate();
  const http = await startOrigin();
  closers.push(http.close);
  const https = await startOrigin({ tls });
  closers.push(https.close);
  await steps.step('origin', async () => `http on port ${http.port}, https on port ${https.port}`);

  let engine: Engine | undefined;
  await steps.step('local proxy', async () => {
    if (companyProxy === undefined) throw new Error('the company proxy is not up');
    engine = await startOrExplain({
      settings: {
        account,
        workstation: 'DEMO',
        upstreams: [companyProxy],
        noProxy: [],
        listen: [{ host: '127.0.0.1', port: options.port ?? (await freePort(defaultPort)) }],
        gateway: false,
        access: [],
        offNetwork: 'refuse',
      },
      credentials: [{ account, ntowfv2: ntowfv2(ntHash(password), account) }],
    });
    closers.push(engine.close);
    return `${formatHostPort(addressOf(engine))} signs in with the hash; programs need no password`;
  });
  if (engine === undefined || companyProxy === undefined) return exitCodes.failure;
  const proxy = addressOf(engine);
  const httpUrl = `http://127.0.0.1:${http.port}/`;
  const httpsUrl = `https://localhost:${https.port}/`;
  const isHttpFine = await show(steps, 'page over http', companyProxy, () => fetchPlain(proxy, httpUrl));
  const [challenge] = challenges;
  if (challenge !== undefined) {
    steps.detail('the challenge that was answered:');
    steps.detail(
      ...describeChallenge(decodeChallengeMessage(challenge), Date.now()).map((line) => `  ${line}`),
    );
  }
  const isHttpsFine = await show(steps, 'page over https', companyProxy, () =>
    fetchTls(proxy, httpsUrl, tls.cert),
  );
  if (options.isOnce) return isHttpFine && isHttpsFine ? exitCodes.ok : exitCodes.failure;
  const confFile = terminal.env['LATCHKEY_DEMO_CONF'];
  if (confFile !== undefined) {
    await writeConf(confFile, account, password, companyProxy);
    terminal.out('The app in the menu bar finds a cntlm.conf for this company proxy: Check and save.');
  }
  terminal.out(`Try it:  curl -x http://${formatHostPort(proxy)} ${httpUrl}`);
  terminal.out(`         curl -k -x http://${formatHostPort(proxy)} ${httpsUrl}`);
  terminal.out('Ctrl-C ends it.');
  announce(engine, terminal);
  await stopped;
  return exitCodes.ok;
}

/** A cntlm.conf for the app, which set-up then takes over; the account exists nowhere else. */
function writeConf(file: string, account: Account, password: string, companyProxy: HostPort): Promise<void> {
  const hash = invertDigits(ntowfv2(ntHash(password), account).toString('hex'));
  const lines = [
    `Username ${account.user}`,
    `Domain ${account.domain}`,
    `PassNTLMv2 ${hash}`,
    `Proxy ${formatHostPort(companyProxy)}`,
    '',
  ];
  return writeFile(file, lines.join('\n'), { mode: 0o600 });
}

/** Fetches a page as one step, and says what it cost. Returns whether the page came. */
async function show(
  steps: Steps,
  title: string,
  companyProxy: CompanyProxy,
  fetchPage: () => Promise<Page>,
): Promise<boolean> {
  const logonsBefore = companyProxy.logons.length;
  const startMs = performance.now();
  try {
    await steps.step(title, async () => {
      const { status, bytes } = await fetchPage();
      if (status !== 200) throw new CliError(exitCodes.failure, `the answer was ${status}`);
      const logons = companyProxy.logons.length - logonsBefore;
      const cost = logons === 0 ? 'no logon: the connection was signed in already' : `${logons} logon`;
      return `${status}, ${bytes} bytes in ${Math.round(performance.now() - startMs)} ms, ${cost}`;
    });
    return true;
  } catch (error) {
    steps.detail(messageOf(error));
    return false;
  }
}

function addressOf(engine: Engine): HostPort {
  const [address] = engine.addresses;
  if (address === undefined) throw new Error('the engine listens nowhere');
  return address;
}

/** The wanted port, or 0 (any free one) when something listens on it already. */
function freePort(wanted: number): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}

function fetchPlain(proxy: HostPort, url: string): Promise<Page> {
  return readPage(requestHttp({ ...proxy, path: url, headers: { host: new URL(url).host } }));
}

/** A tunnel through the local proxy, and TLS inside it. */
async function fetchTls(proxy: HostPort, url: string, ca: string): Promise<Page> {
  const { hostname, port } = new URL(url);
  const connect = requestHttp({ ...proxy, method: 'CONNECT', path: `${hostname}:${port}` });
  const socket = await new Promise<Duplex>((resolve, reject) => {
    connect.setTimeout(fetchTimeoutMs, () => connect.destroy(new Error('no answer in time')));
    connect.once('error', reject);
    connect.once('connect', (response, tunnel) => {
      if (response.statusCode === 200) resolve(tunnel);
      else reject(new Error(`CONNECT was answered with ${response.statusCode ?? 0}`));
    });
    connect.end();
  });
  try {
    const tls = connectTls({ socket, servername: hostname, ca });
    return await readPage(
      requestHttp({ createConnection: () => tls, path: '/', headers: { host: `${hostname}:${port}` } }),
    );
  } finally {
    socket.destroy();
  }
}

function readPage(request: ClientRequest): Promise<Page> {
  return new Promise((resolve, reject) => {
    request.setTimeout(fetchTimeoutMs, () => request.destroy(new Error('no answer in time')));
    request.once('error', reject);
    request.once('response', (response: IncomingMessage) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.once('error', reject).once('end', () => resolve({ status: response.statusCode ?? 0, bytes }));
    });
    request.end();
  });
}
