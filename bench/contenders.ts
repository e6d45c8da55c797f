import { spawnSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ntHash } from '../src/main/ntlm/ntowf';
import { freePorts, isListening } from '../test/servers/ports';
import { requireServers } from '../test/servers/require-servers';
import { serverEnvironment } from '../test/servers/search-path';
import { startCntlm } from '../test/servers/start-cntlm';
import { startLatchkey } from '../test/servers/start-latchkey';
import { startProcess } from '../test/servers/start-process';

/** The company proxy that a contender is put in front of, on 127.0.0.1. */
export interface Upstream {
  /** Demands NTLM. */
  readonly port: number;
  /** The same without a sign-in. */
  readonly openPort: number;
  readonly account: { readonly domain: string; readonly user: string; readonly password: string };
}

export interface Running {
  /** Where clients connect to, on 127.0.0.1. */
  readonly port: number;
  /** Undefined when there is no process of its own to measure. */
  readonly pid: number | undefined;
  /** From its start until it listened, in milliseconds. */
  readonly readyAfterMs: number;
  readonly close: () => Promise<unknown>;
}

/** Who is compared: what signs in, and two that show what is possible. */
export interface Contender {
  readonly id: ContenderId;
  readonly name: string;
  readonly start: (upstream: Upstream) => Promise<Running>;
}

export type ContenderId = 'latchkey' | 'cntlm' | 'other-cntlm' | 'px' | 'alpaca' | 'relay' | 'direct';

const latchkey: Contender = {
  id: 'latchkey',
  name: 'Latchkey',
  start: ({ port, account: { domain, user, password } }) =>
    startLatchkey({
      config: `Username ${user}\nDomain ${domain}\nPassword ${password}\nProxy 127.0.0.1:${port}\n`,
      keepsWarm: true,
    }),
};

function cntlm(id: ContenderId, command: string): Contender {
  return {
    id,
    name: `cntlm ${cntlmVersion(command)}`,
    start: ({ port, account }) => startCntlm(account, port, command),
  };
}

/** cntlm says it above its usage. */
function cntlmVersion(command: string): string {
  const { stdout, stderr } = spawnSync(command, ['-h'], { encoding: 'utf8', env: serverEnvironment() });
  return /version ([\w.]+)/.exec(`${stdout}${stderr}`)?.[1] ?? '';
}

function px(command: string): Contender {
  return {
    id: 'px',
    name: 'px',
    start: async ({ port: upstreamPort, account: { domain, user, password } }) => {
      const [port = 0] = await freePorts(1);
      const { stop, ...server } = await startProcess({
        name: 'px',
        command,
        args: [
          `--proxy=127.0.0.1:${upstreamPort}`,
          '--listen=127.0.0.1',
          `--port=${port}`,
          `--username=${domain}\\${user}`,
          '--auth=NTLM',
        ],
        env: { PX_PASSWORD: password },
        isReady: () => isListening(port),
        pollMs: 2,
      });
      return { ...server, port, close: stop };
    },
  };
}

function alpaca(command: string): Contender {
  return {
    id: 'alpaca',
    name: 'alpaca',
    start: async ({ port: upstreamPort, account: { domain, user, password } }) => {
      const [port = 0] = await freePorts(1);
      // It takes its company proxy from a PAC file alone.
      const pac = createServer((_, response) => {
        response.end(`function FindProxyForURL() { return 'PROXY 127.0.0.1:${upstreamPort}'; }\n`);
      });
      await new Promise<void>((resolve) => pac.listen(0, '127.0.0.1', resolve));
      const pacUrl = `http://127.0.0.1:${(pac.address() as AddressInfo).port}/proxy.pac`;
      const { stop, ...server } = await startProcess({
        name: 'alpaca',
        command,
        args: ['-l', '127.0.0.1', '-p', String(port), '-C', pacUrl],
        env: { NTLM_CREDENTIALS: `${user}@${domain}:${ntHash(password).toString('hex')}` },
        isReady: () => isListening(port),
        pollMs: 2,
      });
      return {
        ...server,
        port,
        close: async () => {
          await stop();
          pac.close();
        },
      };
    },
  };
}

const relay: Contender = {
  id: 'relay',
  name: 'bare relay',
  start: async ({ openPort }) => {
    const { stop, ...server } = await startProcess({
      name: 'bare relay',
      command: process.execPath,
      args: [join(import.meta.dirname, 'bare-relay.mjs'), String(openPort)],
      isReady: (text) => Promise.resolve(/^listening on \d+$/m.test(text)),
    });
    return { ...server, port: Number(/\d+/.exec(server.output())?.[0]), close: stop };
  },
};

const direct: Contender = {
  id: 'direct',
  name: 'no sign-in',
  start: ({ openPort }) =>
    Promise.resolve({
      port: openPort,
      pid: undefined,
      readyAfterMs: 0,
      close: () => Promise.resolve(),
    }),
};

/** cntlm where it is installed; the environment names the commands of the others. */
export function findContenders(environment: NodeJS.ProcessEnv): Contender[] {
  const named = (variable: string, make: (command: string) => Contender): Contender[] => {
    const command = environment[variable];
    return command === undefined || command === '' ? [] : [make(command)];
  };
  return [
    latchkey,
    ...(requireServers('cntlm') ? [cntlm('cntlm', 'cntlm')] : []),
    ...named('BENCH_CNTLM', (command) => cntlm('other-cntlm', command)),
    ...named('BENCH_PX', px),
    ...named('BENCH_ALPACA', alpaca),
    relay,
    direct,
  ];
}
