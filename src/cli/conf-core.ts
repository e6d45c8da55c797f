import { createApp } from '../main/app/app';
import type { Account, SignInMethod, Upstream } from '../shared/settings';
import { unsupportedSystemProxy } from '../main/platform/system-proxy/unsupported-system-proxy';
import type { DoctorCore } from './doctor-core';
import type { HashFormatOption } from './conf-credential-source';
import { readConfPorts } from './conf-ports';
import { headlessPorts } from './headless-ports';
import { openCompanyProxies, openMemory } from './open-memory';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';
import { warnOfMethod } from './warn-of-method';

export interface ConfCoreOptions {
  /** A cntlm.conf. */
  readonly config: string;
  /** What the command line says of the account. */
  readonly account?: Partial<Account>;
  readonly hashFormat: HashFormatOption;
  /** Default: NTLMv2. */
  readonly signInMethod?: SignInMethod | undefined;
  /** Company proxies of the PAC that may get the sign-in. */
  readonly agreed?: readonly Upstream[] | undefined;
  readonly terminal: Terminal;
}

/** A core for one check of a configuration: its local proxy stays off. */
export async function withConfCore<T>(
  { config, account: said, hashFormat, signInMethod = 'NTLMv2', agreed, terminal }: ConfCoreOptions,
  action: (core: DoctorCore) => Promise<T>,
): Promise<T> {
  const directory = stateDirectory(terminal.env, process.platform);
  const memory = openMemory(terminal);
  const companyProxies = await openCompanyProxies(terminal);
  const { account, ports } = await readConfPorts({
    config,
    account: said,
    hashFormat,
    said: { isOn: false, signInMethod },
    agreed,
    memory,
    terminal,
  });
  warnOfMethod(signInMethod, terminal);
  const systemProxy = unsupportedSystemProxy();
  const core = createApp(
    headlessPorts(terminal, directory, { ...ports, memory, companyProxies, systemProxy }),
  );
  try {
    await core.ready();
    return await action({
      state: async () => core.state(),
      run: (command) => core.run(command),
      follow: (listener) => {
        core.subscribe(listener);
        return new Promise<never>(() => undefined);
      },
      advice: async () => {
        const found = await ports.credentials.find(account, signInMethod);
        return found.kind === 'found' && found.refusedAtMs === undefined
          ? 'The hash can be read in another way, too: run this again to try that one.'
          : undefined;
      },
    });
  } finally {
    await core.close();
  }
}
