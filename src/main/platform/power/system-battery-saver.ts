import { hasMacCommands } from '../macos/has-mac-commands';
import { PmsetBatterySaver } from './pmset-battery-saver';
import type { BatterySaver } from '../ports';
import { macCommand } from '../macos/run-mac-command';

export interface BatterySaverOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Told with a sentence when it cannot be told whether the battery is saved. */
  readonly onProblem: (message: string) => void;
}

const timeoutMs = 5_000;

/** Whether this machine saves its battery, as far as the system can be asked. The caller closes it. */
export function systemBatterySaver({ env, platform, onProblem }: BatterySaverOptions): BatterySaver {
  if (!hasMacCommands(env, platform)) {
    return { isOn: () => false, look: () => undefined, close: () => Promise.resolve() };
  }
  const pmset = macCommand(env, '/usr/bin/pmset', timeoutMs);
  return new PmsetBatterySaver({ pmset, nowMs: () => performance.now(), onProblem });
}
