import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type MacCommandResult, macCommand, runMacCommand } from '../macos/run-mac-command';
import { type BackgroundService, ServiceError, type ServiceState } from './background-service';
import { propertyList } from './property-list';
import { managerFailure } from './manager-failure';
import { removeDefinition, writeDefinition } from './write-definition';

export interface LaunchdAgentOptions {
  /** LATCHKEY_MAC_COMMANDS in it names a folder with stand-ins for macOS's commands. */
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
  /** Whose agent it is. */
  readonly uid: number;
}

const label = 'app.latchkey.run';
const commandTimeoutMs = 30_000;
/** launchd keeps a job for its ExitTimeOut at most: 20 seconds by default. */
const goneWithinMs = 30_000;
const lookEveryMs = 200;
/** A configuration that is wrong is not tried ten times a minute. */
const throttleSeconds = 30;

/** Exit codes of launchctl(1), which are not documented: as macOS 13 to 26 has them. */
const exits = {
  /** `print`: the service is not there. */
  noService: 113,
  /** `print`: the domain is not there, as `gui/` without a login window. */
  noDomain: 112,
  unsupportedDomain: 125,
  /** `bootout`: it is not there. */
  noProcess: 3,
  /** `bootout`: it is being stopped. */
  inProgress: 36,
};

/**
 * A launchd agent of one user: it starts at login and again when it has failed, and sees the user's Keychain. Whoever has no
 * desktop (over ssh, say) gets it in his background session.
 */
export function launchdAgent({ env, home, uid }: LaunchdAgentOptions): BackgroundService {
  const path = join(home, 'Library', 'LaunchAgents', `${label}.plist`);
  const launchctl = macCommand(env, '/bin/launchctl', commandTimeoutMs);
  const call = (...args: readonly string[]): Promise<MacCommandResult> => runMacCommand(launchctl, args);

  /** Where this user's agents live: his desktop's session where he has one. */
  const findDomain = async (): Promise<string> => {
    const desktop = `gui/${uid}`;
    const result = await call('print', desktop);
    const isAbsent =
      result.kind === 'ended' &&
      (result.exitCode === exits.noDomain || result.exitCode === exits.unsupportedDomain);
    return isAbsent ? `user/${uid}` : desktop;
  };

  /** What launchd says of it; undefined when it does not have it. */
  const look = async (domain: string): Promise<string | undefined> => {
    const result = await call('print', `${domain}/${label}`);
    if (result.kind === 'ended' && result.exitCode === 0) return result.stdout;
    if (result.kind === 'ended' && result.exitCode === exits.noService) return undefined;
    throw failed('print', result);
  };

  const bootOut = async (domain: string): Promise<void> => {
    if ((await look(domain)) === undefined) return;
    const result = await call('bootout', `${domain}/${label}`);
    const isGoing =
      result.kind === 'ended' && [0, exits.noProcess, exits.inProgress].includes(result.exitCode);
    if (!isGoing) throw failed('bootout', result);
    // It answers before the program has ended.
    for (let waitedMs = 0; (await look(domain)) !== undefined; waitedMs += lookEveryMs) {
      if (waitedMs >= goneWithinMs)
        throw new ServiceError('launchd does not let go of the one that ran before');
      await delay(lookEveryMs);
    }
  };

  return {
    name: `launchd agent ${label}`,
    paths: [path],
    logCommand: `log show --last 1h --style compact --predicate 'process == "logger" AND eventMessage CONTAINS "latchkey"'`,
    install: async ({ command, config, env: environment, sockets }) => {
      if (sockets.length > 0) {
        throw new ServiceError(
          'launchd hands sockets to programs in C alone (launch_activate_socket): leave --socket out',
        );
      }
      const domain = await findDomain();
      await bootOut(domain);
      await writeDefinition(
        path,
        propertyList({
          Label: label,
          ProgramArguments: config === undefined ? command : [...command, '--config', config],
          ...(Object.keys(environment).length === 0 ? {} : { EnvironmentVariables: environment }),
          RunAtLoad: true,
          KeepAlive: { SuccessfulExit: false },
          ThrottleInterval: throttleSeconds,
          // Traffic of programs that somebody waits for: not to be slowed down as background work is.
          ProcessType: 'Interactive',
          // Descriptors: each client has two.
          SoftResourceLimits: { NumberOfFiles: 65_536 },
        }),
      );
      // One that the user has switched off with launchctl would stay off.
      const enabled = await call('enable', `${domain}/${label}`);
      if (!hasSucceeded(enabled)) throw failed('enable', enabled);
      const started = await call('bootstrap', domain, path);
      if (!hasSucceeded(started)) throw failed('bootstrap', started);
    },
    remove: async () => {
      await bootOut(await findDomain());
      return removeDefinition(path);
    },
    state: async (): Promise<ServiceState> => {
      const text = await look(await findDomain());
      if (text === undefined) {
        return existsSync(path) ? { kind: 'stopped', lastExitCode: undefined } : { kind: 'absent' };
      }
      const pid = /^\s*pid = (\d+)$/m.exec(text)?.[1];
      if (pid !== undefined) return { kind: 'running', pid: Number(pid) };
      const exitCode = /^\s*last exit code = (\d+)/m.exec(text)?.[1];
      return { kind: 'stopped', lastExitCode: exitCode === undefined ? undefined : Number(exitCode) };
    },
  };
}

function hasSucceeded(result: MacCommandResult): boolean {
  return result.kind === 'ended' && result.exitCode === 0;
}

function failed(verb: string, result: MacCommandResult): ServiceError {
  return managerFailure('launchctl', verb, result, 'launchctl cannot be started');
}
