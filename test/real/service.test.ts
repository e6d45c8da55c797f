import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemdUnit } from '../../src/main/platform/service/systemd-unit';
import { removeFolder } from '../remove-folder';
import { freePorts } from '../servers/ports';
import { requireServers } from '../servers/require-servers';
import { type CommandResult, runCommand } from '../servers/run-command';
import { startProcess } from '../servers/start-process';

const isPossible = requireServers('systemd-analyze', 'systemd-socket-activate');
const command = resolve('out/cli/latchkey.cjs');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-service-'));
});

afterAll(() => removeFolder(folder));

/** What a server says to somebody who asks for its own page, on a connection of his own. */
async function askForPage(host: string, port: number): Promise<string> {
  const socket = connect(port, host);
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n\r\n`);
  return text(socket);
}

describe.skipIf(!isPossible)('systemd', () => {
  it.each([0, 1000])('takes the units as they are written, of uid %s', async (uid) => {
    const units = join(folder, `units-${uid}`);
    process.env['LATCHKEY_SYSTEMCTL_STATE'] = folder;
    const unit = systemdUnit({
      env: { LATCHKEY_SYSTEMCTL: resolve('test/linux-commands/systemctl'), LATCHKEY_SYSTEMD_FOLDER: units },
      home: folder,
      uid,
    });
    await unit.install({
      command: [process.execPath, '/opt/a "b" $c %d/x.cjs', 'run'],
      config: '/etc/a $x %.conf',
      env: { LATCHKEY_STATE_DIR: '/tmp/50 % "$x"' },
      sockets: [
        { host: '127.0.0.1', port: 3128 },
        { host: '::1', port: 3128 },
      ],
    });
    delete process.env['LATCHKEY_SYSTEMCTL_STATE'];
    const manager = uid === 0 ? '--system' : '--user';
    const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', manager, ...unit.paths], {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

describe.skipIf(!isPossible)('latchkey run on a port that systemd listens on', () => {
  it('serves whoever came first, turns away while another port is set, and serves again', async () => {
    const [port = 0, other = 0, elsewhere = 0] = await freePorts(3);
    const config = join(folder, 'cntlm.conf');
    const hash = 'PassNTLMv2 00112233445566778899AABBCCDDEEFF';
    const listenOn = (each: number): void =>
      writeFileSync(config, `Username alice\nDomain CORP\n${hash}\nProxy 127.0.0.1:9\nListen ${each}\n`, {
        mode: 0o600,
      });
    listenOn(port);
    const env = { LATCHKEY_STATE_DIR: join(folder, 'state') };
    const listens = [`127.0.0.1:${port}`, `127.0.0.1:${other}`].flatMap((each) => ['--listen', each]);
    const server = await startProcess({
      name: 'systemd-socket-activate',
      command: 'systemd-socket-activate',
      args: [
        ...listens,
        `--setenv=LATCHKEY_STATE_DIR=${env.LATCHKEY_STATE_DIR}`,
        process.execPath,
        command,
        'run',
        '--config',
        config,
      ],
      isReady: (output) => Promise.resolve(output.includes('Listening on')),
    });
    const call = (...args: readonly string[]): Promise<CommandResult> =>
      runCommand(process.execPath, [command, ...args], { env: { ...process.env, ...env } });
    try {
      // It is started by this connection.
      expect(await askForPage('127.0.0.1', port)).toMatch(/^HTTP\/1\.1 200 /);
      await expect.poll(server.output).toContain(`latchkey: listening on 127.0.0.1:${port}`);
      expect(server.output()).toContain(
        `whoever has started this listens on 127.0.0.1:${other}, which the configuration does not name`,
      );
      listenOn(elsewhere);
      expect(await call('reload')).toMatchObject({ stderr: '', exitCode: 0 });
      expect(await askForPage('127.0.0.1', port).catch(() => '')).toBe('');
      listenOn(port);
      expect(await call('reload')).toMatchObject({ stderr: '', exitCode: 0 });
      expect(await askForPage('127.0.0.1', port)).toMatch(/^HTTP\/1\.1 200 /);
    } finally {
      expect(await server.stop()).toBe(0);
    }
  });
});

describe.skipIf(!requireServers('logger'))('latchkey run --syslog', () => {
  it('tells logger(1) what goes on, and why it has ended', () => {
    const log = join(folder, 'log');
    const bin = join(folder, 'bin');
    // The machine of the tests may have no log: this one writes what logger would have been told.
    spawnSync('mkdir', ['-p', bin]);
    writeFileSync(join(bin, 'logger'), `#!/bin/sh\nprintf '%s\\n' "$*" >'${log}'\nexec cat >>'${log}'\n`, {
      mode: 0o755,
    });
    const { status } = spawnSync(
      process.execPath,
      [command, 'run', '--syslog', '--config', join(folder, 'none.conf')],
      {
        env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
      },
    );
    expect(status).toBe(2);
    expect(readFileSync(log, 'utf8')).toMatch(/^-t latchkey -p daemon\.notice\n.*none\.conf: /);
  });
});
