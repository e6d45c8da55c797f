import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type EmulatedMac, emulateMac } from '../emulated-mac';
import { removeFolder } from '../remove-folder';
import { freePorts } from '../servers/ports';
import { type CommandResult, runCommand } from '../servers/run-command';
import { type ServerProcess, startProcess } from '../servers/start-process';
import { root } from './read-documents';

/** What is there once for all commands. */
export interface Surroundings {
  readonly companyProxyPort: number;
  /** Where any path is answered with a PAC. */
  readonly pacPort: number;
  /** The bus with the Secret Service that is the Keychain. */
  readonly busAddress: string;
  readonly password: string;
  /** Of https pages, for localhost; PEM. */
  readonly authority: string;
}

export type Shell = 'bash' | 'zsh' | 'fish';

const readyLine = /^(?:latchkey: )?listening on 127\.0\.0\.1:\d+$/m;

/** A home of its own with what a reader of the documents would have, on a Mac that is emulated. */
export class Sandbox {
  readonly home: string;
  readonly #mac: EmulatedMac;
  readonly #ports: readonly number[];
  readonly #surroundings: Surroundings;
  #running: ServerProcess | undefined;

  private constructor(surroundings: Surroundings, ports: readonly number[]) {
    this.#surroundings = surroundings;
    this.#ports = ports;
    this.home = mkdtempSync(join(tmpdir(), 'latchkey-documents-'));
    this.#mac = emulateMac();
  }

  static async create(surroundings: Surroundings): Promise<Sandbox> {
    const sandbox = new Sandbox(surroundings, await freePorts(4));
    sandbox.#furnish();
    return sandbox;
  }

  #furnish(): void {
    const { companyProxyPort, password } = this.#surroundings;
    const [, second = 0] = this.#ports;
    const write = (name: string, text: string, mode = 0o600): void =>
      writeFileSync(join(this.home, name), text, { mode });
    for (const folder of ['bin', 'state', 'units', 'managed']) mkdirSync(join(this.home, folder));
    write(
      'bin/latchkey',
      `#!/bin/sh\nexec '${process.execPath}' '${root}/out/cli/latchkey.cjs' "$@"\n`,
      0o755,
    );
    // What the system's log would be told is told here.
    write('bin/logger', `#!/bin/sh\nexec cat >>'${this.home}/log'\n`, 0o755);
    write('log', '');
    write('authority.pem', this.#surroundings.authority);
    write(
      'cntlm.conf',
      `Username alice\nDomain CORP\nPassword ${password}\nProxy 127.0.0.1:${companyProxyPort}\nListen ${second}\n`,
    );
    write('proxy.pac', pacOf(companyProxyPort));
    write('password.txt', `${password}\n`);
    const settings = {
      version: 1,
      isOn: true,
      account: { domain: 'CORP', user: 'alice' },
      upstreams: [{ host: '127.0.0.1', port: companyProxyPort }],
      port: this.#ports[0],
      keepsWarm: false,
    };
    write('state/settings.json', JSON.stringify(settings));
    chmodSync(join(this.home, 'state'), 0o700);
  }

  get #env(): NodeJS.ProcessEnv {
    const { home } = this;
    return {
      HOME: home,
      PATH: [join(home, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
      XDG_CONFIG_HOME: join(home, '.config'),
      XDG_STATE_HOME: join(home, '.local/state'),
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_DATA_HOME: join(home, '.local/share'),
      XDG_RUNTIME_DIR: home,
      DBUS_SESSION_BUS_ADDRESS: this.#surroundings.busAddress,
      LATCHKEY_STATE_DIR: join(home, 'state'),
      LATCHKEY_MANAGED: join(home, 'managed'),
      NODE_EXTRA_CA_CERTS: join(home, 'authority.pem'),
      ...this.#mac.env,
    };
  }

  /** Where systemd is, and no Mac. */
  get #ofSystemd(): NodeJS.ProcessEnv {
    return {
      LATCHKEY_MAC_COMMANDS: '',
      LATCHKEY_SYSTEMCTL: join(root, 'test/linux-commands/systemctl'),
      LATCHKEY_SYSTEMCTL_STATE: join(this.home, 'units'),
      LATCHKEY_SYSTEMD_FOLDER: join(this.home, 'units'),
    };
  }

  /** A command with what there is here in the place of what a document names. */
  #inHere(command: string): string {
    const [first = 0, , third = 0, fourth = 0] = this.#ports;
    return command
      .replaceAll('/etc/', `${this.home}/`)
      .replace(/(?<=\bcheck .*)https:\/\/example\.com\//, 'https://localhost/')
      .replaceAll(/\bFILE\b/g, 'cntlm.conf')
      .replaceAll(/\bFOLDER\b/g, join(this.home, 'man'))
      .replaceAll(
        /http:\/\/(?:wpad|pac\.corp\.example)\//g,
        `http://127.0.0.1:${this.#surroundings.pacPort}/`,
      )
      .replaceAll(/\b\d{4}-\d\d-\d\d(?!T)\b/g, '2020-02-03')
      .replaceAll(/\b3128\b/g, String(/\brun\b/.test(command) ? third : first))
      .replaceAll(/\b3129\b/g, String(fourth));
  }

  /** Runs a command to its end, with the password on standard input. */
  async run(
    command: string,
    { shell = 'bash', isOnSystemd = false }: { readonly shell?: Shell; readonly isOnSystemd?: boolean } = {},
  ): Promise<CommandResult> {
    const env = { ...this.#env, ...(isOnSystemd ? this.#ofSystemd : {}) };
    const script = `cd '${this.home}'\n${this.#inHere(command)}`;
    const args = { bash: ['--norc', '-c'], zsh: ['-f', '-c'], fish: ['--no-config', '-c'] }[shell];
    return runCommand(shell, [...args, script], { env, input: `${this.#surroundings.password}\n` });
  }

  /** Starts a command that goes on until it is ended. */
  start(
    command: string,
    isReady: (output: string) => Promise<boolean>,
    endSignal: NodeJS.Signals,
  ): Promise<ServerProcess> {
    return startProcess({
      name: command,
      command: 'bash',
      args: ['--norc', '-c', `cd '${this.home}' && exec ${this.#inHere(command)}`],
      env: this.#env,
      isReady,
      endSignal,
    });
  }

  startRun(command: string): Promise<ServerProcess> {
    // With --syslog the system's log hears of it.
    const isReady = (output: string): boolean => readyLine.test(`${output}${this.read('log')}`);
    return this.start(command, (output) => Promise.resolve(isReady(output)), 'SIGTERM');
  }

  /** Has `latchkey run` run with the settings of the app, for whatever asks one that runs. */
  async startLatchkey(): Promise<void> {
    this.#running = await this.startRun('latchkey run');
  }

  /** Fetches a page by the one that runs. @returns its status, or 0 */
  fetchPage(): Promise<number> {
    return new Promise((resolve) => {
      const [port] = this.#ports;
      get({ host: '127.0.0.1', port, path: 'http://example.com/', agent: false }, (response) => {
        response.resume().once('close', () => resolve(response.statusCode ?? 0));
      }).once('error', () => resolve(0));
    });
  }

  /** Text of a file that a command has made. */
  read(name: string): string {
    return readFileSync(join(this.home, name), 'utf8');
  }

  async remove(): Promise<void> {
    await this.#running?.stop();
    this.#mac.remove();
    await removeFolder(this.home);
  }
}

/** A PAC that names one company proxy. */
export function pacOf(port: number): string {
  return `function FindProxyForURL(url, host) { return 'PROXY 127.0.0.1:${port}'; }\n`;
}

/** A Secret Service that lasts until it is closed. @throws Error when it does not come up */
export async function startKeychain(): Promise<{
  readonly address: string;
  readonly close: () => Promise<void>;
}> {
  const script = join(root, 'test/servers/with-secret-service.sh');
  // It ends in order, with all that it has made, once nothing more is to be read.
  const child: ChildProcess = spawn(
    'bash',
    [script, 'sh', '-c', 'echo "$DBUS_SESSION_BUS_ADDRESS"; cat >/dev/null'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const ended = once(child, 'exit');
  const first = child.stdout === null ? ended : Promise.race([once(child.stdout, 'data'), ended]);
  const [line] = (await first) as readonly unknown[];
  if (!(line instanceof Buffer)) throw new Error(`the Secret Service did not come up: ${String(line)}`);
  return {
    address: line.toString().trim(),
    close: async () => {
      child.stdin?.end();
      await ended;
    },
  };
}
