import { homedir, hostname } from 'node:os';
import { join } from 'node:path';
import type { CorePorts } from '../main/app/core-ports';
import { curlPage } from '../main/platform/terminal/curl-page';
import { HomeShellStart } from '../main/platform/terminal/home-shell-start';
import { systemKerberos } from '../main/platform/kerberos/system-kerberos';
import { keytarKeychain } from '../main/platform/keychain/keytar-keychain';
import { localNetworkPrivacy } from '../main/platform/network/local-network-privacy';
import { lsofPortHolders } from '../main/platform/macos/lsof-port-holders';
import { systemBatterySaver } from '../main/platform/power/system-battery-saver';
import { systemNetworkWatch } from '../main/platform/network/system-network-watch';
import { systemSurroundings } from '../main/platform/macos/system-surroundings';
import { timerPower } from '../main/platform/power/timer-power';
import { startEngine } from '../main/server/engine';
import { resolveWithSystem } from '../main/upstream/name-cache';
import { shellAt } from '../shared/terminal-commands';
import { headlessPac } from './headless-pac';
import { LookupProcess } from './lookup-process';
import { terminalLog } from './terminal-log';
import { type Terminal, warnOn } from './terminal';

/** What only the composition root of a command can say. */
export type OwnPorts = Pick<CorePorts, 'settings' | 'memory' | 'companyProxies' | 'systemProxy'> &
  Partial<CorePorts>;

/** A machine without a desktop: what a core asks of one is not there, and no command of a terminal asks for it. */
const noDesktop = {
  loginItem: { state: () => 'unsupported', set: () => undefined },
  clipboard: { writeText: () => undefined },
  dialogs: {
    openConf: () => Promise.resolve(undefined),
    saveConf: () => Promise.resolve(undefined),
    quitAnyway: () => Promise.resolve(true),
  },
  panes: { openSettings: () => Promise.resolve(), openFile: () => Promise.resolve() },
  // What they would say, the log says.
  notifications: { state: () => 'unknown', subscribe: () => () => undefined, show: () => undefined },
  isIconShown: () => true,
} as const satisfies Partial<CorePorts>;

/** The ports of a core that a terminal has started. Those that are given take the place of the usual ones. */
export function headlessPorts(terminal: Terminal, directory: string, own: OwnPorts): CorePorts {
  const { env } = terminal;
  const { platform } = process;
  const resolver = process.versions['electron'] === undefined ? new LookupProcess() : undefined;
  const warn = warnOn(terminal);
  return {
    version: __LATCHKEY_VERSION__,
    platform: platform === 'darwin' ? 'darwin' : 'other',
    systemLanguage: 'en',
    hostName: hostname(),
    shell: shellAt(env['SHELL'], 'zsh'),
    shellStart: new HomeShellStart({
      home: homedir(),
      env,
      recordPath: join(directory, 'shell-block'),
      pid: process.pid,
    }),
    pages: { asCurl: curlPage(env) },
    keychain: keytarKeychain(),
    kerberos: systemKerberos({ nowMs: () => process.uptime() * 1000 }),
    network: systemNetworkWatch(platform, warn),
    power: timerPower(),
    battery: systemBatterySaver({ env, platform, onProblem: warn }),
    log: terminalLog(terminal, Date.now),
    surroundings: systemSurroundings({ platform }),
    portHolders: lsofPortHolders(platform === 'darwin' ? '/usr/sbin/lsof' : 'lsof'),
    isForbiddenByMac: localNetworkPrivacy(platform),
    isStartedByHand: true,
    // Within one process a look-up that nobody answers keeps it from ending. The packaged app's program is no Node that could run
    // another one; whoever hosts this there has a larger pool of threads, and ends it.
    ...(resolver === undefined ? {} : { resolver }),
    openPac: headlessPac(directory, warn, (name) => resolver?.resolve(name) ?? resolveWithSystem(name)),
    traces: 'while-watched',
    startEngine,
    ...noDesktop,
    ...own,
  };
}
