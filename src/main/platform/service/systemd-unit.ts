import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { formatHostPort, type HostPort } from '../../../shared/settings';
import { type MacCommandResult, runMacCommand } from '../macos/run-mac-command';
import type { BackgroundService, ServiceDefinition, ServiceError, ServiceState } from './background-service';
import { managerFailure } from './manager-failure';
import { removeDefinition, writeDefinition } from './write-definition';

export interface SystemdUnitOptions {
  /** LATCHKEY_SYSTEMCTL in it names a stand-in for systemctl(1). */
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** A user's own manager, or with 0 the one of the whole system. */
  readonly uid: number;
}

const unit = 'latchkey.service';
const socketUnit = 'latchkey.socket';
const commandTimeoutMs = 60_000;
/** What systemd calls the configuration that it hands over. */
const credentialName = 'cntlm.conf';

/**
 * A unit of systemd: of the user's own manager, which is there while he is logged in or lingers (loginctl enable-linger), or for
 * root one of the system, which then runs as a user of its own with nothing but the network and its configuration.
 */
export function systemdUnit({ env, home, uid }: SystemdUnitOptions): BackgroundService {
  const isSystem = uid === 0;
  const config = env['XDG_CONFIG_HOME'] || join(home, '.config');
  const folder = isSystem ? '/etc/systemd/system' : join(config, 'systemd', 'user');
  const path = join(env['LATCHKEY_SYSTEMD_FOLDER'] || folder, unit);
  const socketPath = join(env['LATCHKEY_SYSTEMD_FOLDER'] || folder, socketUnit);
  const systemctl = { file: env['LATCHKEY_SYSTEMCTL'] || 'systemctl', timeoutMs: commandTimeoutMs };
  const call = (...args: readonly string[]): Promise<MacCommandResult> =>
    runMacCommand(systemctl, isSystem ? args : ['--user', ...args]);
  const demand = async (...args: readonly string[]): Promise<string> => {
    const result = await call(...args);
    if (result.kind === 'ended' && result.exitCode === 0) return result.stdout;
    throw failed(args[0] ?? '', result);
  };
  const stop = async (): Promise<void> => {
    for (const [file, name] of [
      [socketPath, socketUnit],
      [path, unit],
    ] as const) {
      if (existsSync(file)) await demand('disable', '--now', name);
    }
  };
  return {
    name: `systemd unit ${unit}`,
    paths: [path, socketPath],
    logCommand: `journalctl ${isSystem ? '--unit' : '--user-unit'} latchkey --lines 50`,
    install: async (definition) => {
      await stop();
      await removeDefinition(socketPath);
      await writeDefinition(path, serviceText(definition, isSystem));
      const { sockets } = definition;
      if (sockets.length > 0) await writeDefinition(socketPath, socketText(sockets));
      await demand('daemon-reload');
      await demand('enable', '--now', sockets.length > 0 ? socketUnit : unit);
    },
    remove: async () => {
      await stop();
      const wasThere = await removeDefinition(path);
      await removeDefinition(socketPath);
      if (wasThere) await demand('daemon-reload');
      return wasThere;
    },
    state: async (): Promise<ServiceState> => {
      if (!existsSync(path)) return { kind: 'absent' };
      const facts = factsOf(
        await demand(
          'show',
          '--property',
          'ActiveState,MainPID,ExecMainStatus,ExecMainExitTimestampMonotonic',
          unit,
        ),
      );
      const pid = Number(facts.get('MainPID') ?? 0);
      if (pid > 0) return { kind: 'running', pid };
      if (existsSync(socketPath)) {
        const listening = factsOf(await demand('show', '--property', 'ActiveState', socketUnit));
        if (listening.get('ActiveState') === 'active') return { kind: 'waiting' };
      }
      const hasEnded = Number(facts.get('ExecMainExitTimestampMonotonic') ?? 0) > 0;
      return {
        kind: 'stopped',
        lastExitCode: hasEnded ? Number(facts.get('ExecMainStatus') ?? 0) : undefined,
      };
    },
  };
}

/** What `systemctl show` prints. */
function factsOf(text: string): ReadonlyMap<string, string> {
  return new Map(
    text.split('\n').flatMap((line) => {
      const [, key = '', value = ''] = /^(\w+)=(.*)$/.exec(line) ?? [];
      return key === '' ? [] : [[key, value] as const];
    }),
  );
}

function escapePercent(text: string): string {
  return text.replaceAll('%', '%%');
}

/** One word of ExecStart= or Environment= (systemd.syntax(7)): nothing in it means anything. */
function quote(word: string): string {
  const plain = escapePercent(word).replaceAll('$', () => '$$');
  if (/^[\w@%+=:,./$-]+$/.test(plain)) return plain;
  return `"${plain.replaceAll(/["\\]/g, String.raw`\$&`).replaceAll('\n', String.raw`\n`)}"`;
}

/** Environment= takes a dollar sign as it is. */
function quoteAssignment(name: string, value: string): string {
  return quote(`${name}=${value}`).replaceAll('$$', () => '$');
}

function serviceText({ command, config, env, sockets }: ServiceDefinition, isSystem: boolean): string {
  const words = command.map(quote);
  if (config !== undefined) words.push('--config', isSystem ? `%d/${credentialName}` : quote(config));
  const lines = [
    '[Unit]',
    'Description=Latchkey, which signs in to the company proxy',
    ...(isSystem ? ['Wants=network-online.target', 'After=network-online.target'] : []),
    ...(sockets.length > 0 ? [`Requires=${socketUnit}`] : []),
    '',
    '[Service]',
    `ExecStart=${words.join(' ')}`,
    // The hash stays readable by root alone: systemd hands the file over.
    ...(config !== undefined && isSystem
      ? [`LoadCredential=${credentialName}:${escapePercent(config)}`]
      : []),
    ...Object.entries(env).map(([name, value]) => `Environment=${quoteAssignment(name, value)}`),
    'SyslogIdentifier=latchkey',
    'Restart=on-failure',
    'RestartSec=5',
    '# A configuration that is wrong stays so until somebody mends it.',
    'RestartPreventExitStatus=2',
    '# Each client has two descriptors.',
    'LimitNOFILE=65536',
    'NoNewPrivileges=yes',
    ...(isSystem ? systemLines : ['ExecReload=/bin/kill -HUP $MAINPID']),
    '',
    '[Install]',
    `WantedBy=${isSystem ? 'multi-user.target' : 'default.target'}`,
    '',
  ];
  return lines.join('\n');
}

/** What a service of the whole system gets, and what it does not. */
const systemLines = [
  'DynamicUser=yes',
  'StateDirectory=latchkey',
  'Environment=LATCHKEY_STATE_DIR=%S/latchkey',
  'ProtectSystem=strict',
  'ProtectHome=read-only',
  'PrivateTmp=yes',
  'PrivateDevices=yes',
  'ProtectKernelTunables=yes',
  'ProtectControlGroups=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX AF_NETLINK',
  'CapabilityBoundingSet=',
  'LockPersonality=yes',
  'RestrictRealtime=yes',
  'UMask=0077',
];

function socketText(sockets: readonly HostPort[]): string {
  return [
    '[Unit]',
    'Description=Where Latchkey is asked for',
    '',
    '[Socket]',
    ...sockets.map((each) => `ListenStream=${formatHostPort(each)}`),
    'NoDelay=yes',
    'KeepAlive=yes',
    '',
    '[Install]',
    'WantedBy=sockets.target',
    '',
  ].join('\n');
}

function failed(verb: string, result: MacCommandResult): ServiceError {
  return managerFailure('systemctl', verb, result, 'there is no systemd here');
}
