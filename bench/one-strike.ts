import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startOrigin } from '../test/company-proxy/start-origin';
import { openTunnel } from '../test/servers/clients';
import { hammer, hammerFor } from '../test/servers/hammer';
import { runCommand } from '../test/servers/run-command';
import { makeServerFolder, removeServerFolder } from '../test/servers/server-folder';
import { startCntlm } from '../test/servers/start-cntlm';
import { type Domain, startDomain } from '../test/servers/start-domain';
import { startLatchkey } from '../test/servers/start-latchkey';
import { type Squid, startSquid } from '../test/servers/start-squid';
import { circumstances } from './report/circumstances';

const reportFile = 'docs/one-strike.md';
const password = 'Passw0rd!';
const newPassword = 'N3w-Passw0rd!';
const staleClients = 20;
const staleMs = 10_000;
const changeClients = 20;
const changeMs = 5_000;

interface Running {
  readonly port: number;
  readonly close: () => Promise<unknown>;
}

interface Contender {
  readonly name: string;
  readonly start: (user: string, text: string, stateDirectory: string) => Promise<Running>;
  /** Gives it the new password as its users do. */
  readonly change: (running: Running, user: string, stateDirectory: string) => Promise<Running>;
}

interface Outcome {
  readonly stale: string;
  readonly restarted: string;
  readonly changed: string;
  readonly tunnel: string;
}

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

function latchkeyIn(squid: Squid): Contender {
  return {
    name: 'Latchkey',
    start: (user, text, stateDirectory) =>
      startLatchkey({
        config: `Username ${user}\nDomain CORP\nPassword ${text}\nProxy 127.0.0.1:${squid.port}\n`,
        stateDirectory,
        keepsWarm: true,
      }),
    change: async (running, _user, stateDirectory) => {
      const args = [resolve('out/cli/latchkey.cjs'), 'credential', 'set', '--port', String(running.port)];
      const { exitCode, stderr } = await runCommand(process.execPath, args, {
        input: `${newPassword}\n`,
        env: { LATCHKEY_STATE_DIR: stateDirectory },
      });
      if (exitCode !== 0) throw new Error(`latchkey credential set failed\n${stderr}`);
      return running;
    },
  };
}

function cntlmIn(squid: Squid): Contender {
  const start = (user: string, text: string): Promise<Running> =>
    startCntlm({ domain: 'CORP', user, password: text }, squid.port);
  return {
    name: 'cntlm',
    start,
    // A new hash in cntlm.conf takes effect with a new start.
    change: async (running, user) => {
      await running.close();
      return start(user, newPassword);
    },
  };
}

/** Bad logons that the directory has counted since the account was made, and whether that has locked it. */
async function damage(domain: Domain, user: string, before = 0): Promise<string> {
  const bad = domain.logons(user).filter(({ status }) => status !== 'NT_STATUS_OK').length - before;
  return `${bad}${(await domain.status(user)).isLocked ? ', **locked**' : ''}`;
}

async function examine(contender: Contender, domain: Domain, url: string): Promise<Outcome> {
  const { name, start, change } = contender;
  const stateDirectory = makeServerFolder('state');
  try {
    const [stale, changing] = [`${name}1`, `${name}2`];
    for (const user of [stale, changing]) await domain.createUser(user, password);
    say(`${name}: a stale password`);
    const first = await start(stale, 'stale', stateDirectory);
    await hammerFor(staleMs, { proxyPort: first.port, clients: staleClients, url });
    await first.close();
    const staleDamage = await damage(domain, stale);
    const before = domain.logons(stale).length;
    const second = await start(stale, 'stale', stateDirectory);
    await hammerFor(1_000, { proxyPort: second.port, clients: staleClients, url });
    await second.close();
    const restarted = await damage(domain, stale, before);
    say(`${name}: a password that changes`);
    let running = await start(changing, password, stateDirectory);
    const tunnel = await openTunnel(running.port, new URL(url).host);
    let isTunnelOpen = true;
    tunnel.once('close', () => {
      isTunnelOpen = false;
    });
    tunnel.resume().on('error', () => undefined);
    // As long behind the change as before it, however long the directory takes for it.
    let endMs = Number.POSITIVE_INFINITY;
    const hammered = hammer({
      proxyPort: running.port,
      clients: changeClients,
      url,
      isOver: () => Date.now() >= endMs,
      onStatus: () => undefined,
    });
    await delay(changeMs);
    await domain.setPassword(changing, newPassword);
    endMs = Date.now() + changeMs;
    await hammered;
    const changed = await damage(domain, changing);
    running = await change(running, changing, stateDirectory);
    await delay(500);
    const survived = isTunnelOpen ? 'yes' : 'no';
    tunnel.destroy();
    await running.close();
    return { stale: staleDamage, restarted, changed, tunnel: survived };
  } finally {
    removeServerFolder(stateDirectory);
  }
}

async function main(): Promise<void> {
  const domain = await startDomain();
  const squid = await startSquid({ directory: domain, helpers: 50 });
  const origin = await startOrigin();
  try {
    const url = `http://127.0.0.1:${origin.port}/bytes/1000`;
    const ours = await examine(latchkeyIn(squid), domain, url);
    const theirs = await examine(cntlmIn(squid), domain, url);
    const { madeOn, commit } = circumstances();
    const report = `# One strike

Made by \`npm run one-strike\` on ${madeOn} from commit ${commit}: Latchkey and cntlm 0.92.3 in front of the same squid, which
asks a Samba domain that locks an account after three bad logons. The numbers are bad logons in the log of the domain controller.

| | Latchkey | cntlm 0.92.3 |
|---|---|---|
| a stale password, ${staleClients} clients for ${staleMs / 1000} s | ${ours.stale} | ${theirs.stale} |
| the same, started again | ${ours.restarted} | ${theirs.restarted} |
| the password changes under ${changeClients} clients | ${ours.changed} | ${theirs.changed} |
| a tunnel stays open when the new password is put in | ${ours.tunnel} | ${theirs.tunnel} |

The clients fetch a page and open tunnels by turns, each again as soon as it has an answer. In the third row Samba refuses the old
password without counting it against the account, as it stands in the password history; other directories may count.
`;
    writeFileSync(reportFile, report);
    process.stdout.write(report);
  } finally {
    await origin.close();
    await squid.close();
    await domain.close();
  }
}

await main();
