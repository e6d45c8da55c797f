import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { invertDigits } from '../../main/cntlm/hash-digits';
import { ntHash, ntowfv2 } from '../../main/ntlm/ntowf';
import { decodeChallengeMessage } from '../../main/ntlm/challenge-message';
import { messageOf } from '../../shared/error-text';
import { type Account, formatAccount, formatHostPort, type HostPort } from '../../shared/settings';
import {
  type CompanyProxy,
  type CompanyProxyEvent,
  startCompanyProxy,
} from '../../../test/company-proxy/start-company-proxy';
import { selfSignedCertificate } from '../../../test/company-proxy/self-signed-certificate';
import { startOrigin } from '../../../test/company-proxy/start-origin';
import { createApp } from '../../main/app/app';
import { describeChallenge } from '../../main/app/challenge-report';
import { fetchPage } from '../../main/app/fetch-page';
import { CompanyProxyMemory } from '../../main/platform/files/company-proxy-memory';
import { CredentialMemory } from '../../main/platform/files/credential-memory';
import { unsupportedSystemProxy } from '../../main/platform/system-proxy/unsupported-system-proxy';
import type { HopTimeouts } from '../../main/upstream/hop-timeouts';
import type { AppCore } from '../../shared/app-core';
import { CliError, exitCodes } from '../cli-error';
import { readConfPorts } from '../conf-ports';
import { headlessPorts } from '../headless-ports';
import { startError } from '../start-error';
import { type Steps, stepsOn } from '../steps';
import { terminalLog } from '../terminal-log';
import { clientAddress } from '../terminal-system-proxy';
import { type Terminal, warnOn } from '../terminal';

const defaultPort = 3128;
const timeouts: HopTimeouts = { connectMs: 15_000, challengeMs: 15_000 };

export interface DemoOptions {
  readonly port: number | undefined;
  /** Ends after the two pages instead of staying up. */
  readonly isOnce: boolean;
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
  terminal.out('Latchkey demo: everything runs on this computer');

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

  let core: AppCore | undefined;
  await steps.step('local proxy', async () => {
    if (companyProxy === undefined) throw new Error('the company proxy is not up');
    const port = options.port ?? (await freePort(defaultPort));
    core = await startCore(confLines(account, password, companyProxy), port, terminal, closers);
    return `${formatHostPort(addressOf(core))} signs in with the hash; programs need no password`;
  });
  if (core === undefined || companyProxy === undefined) return exitCodes.failure;
  const proxy = addressOf(core);
  const httpUrl = `http://127.0.0.1:${http.port}/`;
  const httpsUrl = `https://localhost:${https.port}/`;
  const isHttpFine = await show(steps, 'page over http', companyProxy, () =>
    fetchPage(proxy, new URL(httpUrl), timeouts),
  );
  const [challenge] = challenges;
  if (challenge !== undefined) {
    steps.detail('the challenge that was answered:');
    steps.detail(
      ...describeChallenge(decodeChallengeMessage(challenge), Date.now()).map((line) => `  ${line}`),
    );
  }
  const isHttpsFine = await show(steps, 'page over https', companyProxy, () =>
    fetchPage(proxy, new URL(httpsUrl), timeouts, tls.cert),
  );
  if (options.isOnce) return isHttpFine && isHttpsFine ? exitCodes.ok : exitCodes.failure;
  const confFile = terminal.env['LATCHKEY_DEMO_CONF'];
  if (confFile !== undefined) {
    await writeFile(confFile, confLines(account, password, companyProxy), { mode: 0o600 });
    terminal.out('The app in the menu bar finds a cntlm.conf for this company proxy: Check and save.');
  }
  terminal.out(`Try it:  curl -x http://${formatHostPort(proxy)} ${httpUrl}`);
  terminal.out(`         curl -k -x http://${formatHostPort(proxy)} ${httpsUrl}`);
  terminal.out('Ctrl-C ends it.');
  for (const address of core.state().addresses)
    terminal.err(`latchkey: listening on ${formatHostPort(address)}`);
  await stopped;
  return exitCodes.ok;
}

/** A cntlm.conf for the local proxy, and for the app, whose set-up takes it over; the account exists nowhere else. */
function confLines(account: Account, password: string, companyProxy: HostPort): string {
  const hash = invertDigits(ntowfv2(ntHash(password), account).toString('hex'));
  return [
    `Username ${account.user}`,
    `Domain ${account.domain}`,
    `PassNTLMv2 ${hash}`,
    `Proxy ${formatHostPort(companyProxy)}`,
    '',
  ].join('\n');
}

/** The core of `latchkey run`, which remembers nothing beyond the demo. @param closers gets what ends it */
async function startCore(
  conf: string,
  port: number,
  terminal: Terminal,
  closers: (() => Promise<void>)[],
): Promise<AppCore> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-demo-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'cntlm.conf');
  await writeFile(path, conf, { mode: 0o600 });
  const warn = warnOn(terminal);
  const memory = new CredentialMemory(folder, warn);
  const quiet: Terminal = { ...terminal, err: () => undefined };
  const { ports } = await readConfPorts({
    config: path,
    hashFormat: 'inverted',
    inPlace: { port },
    said: { offNetwork: 'refuse', keepsWarm: false },
    memory,
    terminal: quiet,
  });
  const core = createApp(
    headlessPorts(terminal, folder, {
      ...ports,
      memory,
      companyProxies: await CompanyProxyMemory.open(folder, warn, Date.now),
      systemProxy: unsupportedSystemProxy(),
      log: terminalLog(quiet, Date.now),
    }),
  );
  closers.push(() => core.close());
  await core.ready();
  const { connection } = core.state();
  if (connection.kind === 'failed') throw await startError(connection.problem, terminal);
  return core;
}

/** Fetches a page as one step, and says what it cost. Returns whether the page came. */
async function show(
  steps: Steps,
  title: string,
  companyProxy: CompanyProxy,
  fetch: () => Promise<string>,
): Promise<boolean> {
  const logonsBefore = companyProxy.logons.length;
  const startMs = performance.now();
  try {
    await steps.step(title, async () => {
      const page = await fetch();
      if (!/^(HTTP\/1\.1 )?200 /.test(page)) throw new CliError(exitCodes.failure, `the answer was ${page}`);
      const logons = companyProxy.logons.length - logonsBefore;
      const cost = logons === 0 ? 'no logon: the connection was signed in already' : `${logons} logon`;
      return `${page} in ${Math.round(performance.now() - startMs)} ms, ${cost}`;
    });
    return true;
  } catch (error) {
    steps.detail(messageOf(error));
    return false;
  }
}

function addressOf(core: AppCore): HostPort {
  const address = clientAddress(core.state().addresses);
  if (address === undefined) throw new Error('the local proxy listens nowhere');
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
