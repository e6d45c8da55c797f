import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePorts, isListening } from './ports';
import { serverEnvironment } from './search-path';
import { inNewServerFolder, removeServerFolder } from './server-folder';
import { startProcess } from './start-process';

export interface CntlmAccount {
  readonly domain: string;
  readonly user: string;
  readonly password: string;
}

/** 32 hex digits each, as `cntlm -H` prints them. */
export interface CntlmHashes {
  readonly passLm: string;
  readonly passNt: string;
  readonly passNtlmV2: string;
}

export interface Cntlm {
  readonly port: number;
  readonly pid: number;
  /** From its start until it listened, in milliseconds. */
  readonly readyAfterMs: number;
  readonly close: () => Promise<void>;
}

/** Asks the cntlm that is installed. It reads the password as Latin-1, so only ASCII gives usable digits. */
export function cntlmHashes({ domain, user, password }: CntlmAccount): CntlmHashes {
  const { stdout } = spawnSync('cntlm', ['-H', '-u', user, '-d', domain, '-c', '/dev/null'], {
    input: `${password}\n`,
    encoding: 'utf8',
    env: serverEnvironment(),
  });
  const digitsOf = (keyword: string): string => {
    const digits = new RegExp(`^${keyword} +([0-9A-F]{32})`, 'm').exec(stdout)?.[1];
    if (digits === undefined) throw new Error(`cntlm -H did not print ${keyword}`);
    return digits;
  };
  return { passLm: digitsOf('PassLM'), passNt: digitsOf('PassNT'), passNtlmV2: digitsOf('PassNTLMv2') };
}

/**
 * Starts the installed cntlm, or another one, in front of the company proxy on 127.0.0.1:`upstreamPort`.
 *
 * @throws Error with its output when it does not come up
 */
export async function startCntlm(
  account: CntlmAccount,
  upstreamPort: number,
  command = 'cntlm',
): Promise<Cntlm> {
  const [port = 0] = await freePorts(1);
  const config = `Username ${account.user}
Domain ${account.domain}
Workstation testbed
PassNTLMv2 ${cntlmHashes(account).passNtlmV2}
Auth NTLMv2
Proxy 127.0.0.1:${upstreamPort}
Listen 127.0.0.1:${port}
`;
  return startCntlmWith(config, port, command);
}

/**
 * Starts cntlm with a configuration that listens on 127.0.0.1:`port`.
 *
 * @throws Error with its output when it does not come up
 */
export function startCntlmWith(config: string, port: number, command = 'cntlm'): Promise<Cntlm> {
  return inNewServerFolder('cntlm', async (folder) => {
    const configFile = join(folder, 'cntlm.conf');
    writeFileSync(configFile, config, { mode: 0o600 });
    const server = await startProcess({
      name: 'cntlm',
      command,
      args: ['-f', '-c', configFile],
      isReady: () => isListening(port),
      // SIGTERM makes it wait for its clients.
      endSignal: 'SIGKILL',
      // It takes a few milliseconds.
      pollMs: 2,
    });
    return {
      port,
      pid: server.pid,
      readyAfterMs: server.readyAfterMs,
      close: async () => {
        await server.stop();
        removeServerFolder(folder);
      },
    };
  });
}
