import type { CorePorts } from '../main/app/core-ports';
import { keytarKeychain } from '../main/platform/keychain/keytar-keychain';
import type { CredentialBook } from '../main/platform/ports';
import type { Account, Upstream } from '../shared/settings';
import { ConfCredentialSource, type HashFormatOption } from './conf-credential-source';
import { ConfFile } from './conf-file';
import { ConfSettings, type InPlaceOfLines, type OwnSettings } from './conf-settings';
import { noShellStart } from './no-shell-start';
import { agreedProxies } from './pac-agreement';
import type { Terminal } from './terminal';

export interface ConfOptions {
  /** A cntlm.conf. */
  readonly config: string;
  readonly hashFormat: HashFormatOption;
  /** What the command line says of the account. */
  readonly account?: Partial<Account> | undefined;
  readonly inPlace?: InPlaceOfLines;
  /** Company proxies of the PAC that may get the sign-in besides those of the Proxy lines. */
  readonly agreed?: readonly Upstream[] | undefined;
  /** What no keyword of FILE says. */
  readonly said: Partial<OwnSettings>;
  readonly memory: CredentialBook;
  /** Is told of what is wrong with FILE. */
  readonly terminal: Terminal;
}

/** What is another thing for a core on a cntlm.conf than on the settings of the app. @throws CliError exit 2 with the mistakes in it */
export async function readConfPorts(options: ConfOptions) {
  const { config, account, hashFormat, inPlace = {}, said, memory, terminal } = options;
  const file = await ConfFile.open(config, terminal, account, said.signInMethod);
  const { conf } = file;
  const { pac } = inPlace;
  const agreed = await agreedProxies({ config, conf, pac, said: options.agreed ?? [], terminal });
  const settings = new ConfSettings(file, said, inPlace, agreed);
  const keychain = keytarKeychain();
  const credentials = new ConfCredentialSource({ file, hashFormat, keychain, memory, terminal });
  const { toEngineSettings } = settings;
  const ports = { settings, credentials, keychain, toEngineSettings, shellStart: noShellStart };
  return { account: file.account, ports: ports satisfies Partial<CorePorts> };
}
