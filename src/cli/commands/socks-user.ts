import { isSocksPassword } from '../../shared/settings';
import { CliError, exitCodes } from '../cli-error';
import { readPassword } from '../read-password';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';

/** macOS may be asking the user for the Keychain. */
const keychainMs = 120_000;
const calledOff = 'it was called off; nothing has changed';

/** `latchkey socks-user set`: asks for the password of somebody who may connect by SOCKS5. */
export function setSocksUser(user: string, { port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const password = await readPassword(terminal, `SOCKS5 password of ${user}: `);
    if (!isSocksPassword(password)) {
      throw new CliError(
        exitCodes.badConfiguration,
        'a password of SOCKS5 has at most 255 bytes, and no control characters',
      );
    }
    const result = await client.run({ kind: 'set-socks-user', user, password }, keychainMs);
    if (result.kind !== 'done') throw resultError(result, calledOff);
    terminal.out(`${user} may connect by SOCKS5; the password is in the Keychain.`);
    return exitCodes.ok;
  });
}

/** `latchkey socks-user remove` */
export function removeSocksUser(user: string, { port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    if (!(await client.state()).settings.socksUsers.includes(user)) {
      throw new CliError(exitCodes.failure, `there is no SOCKS5 user ${user}`);
    }
    const result = await client.run({ kind: 'remove-socks-user', user }, keychainMs);
    if (result.kind !== 'done') throw resultError(result, calledOff);
    const { socksUsers, socks } = (await client.state()).settings;
    terminal.out(`${user} may connect by SOCKS5 no more.`);
    if (socksUsers.length === 0 && socks.length > 0) {
      terminal.err(
        'latchkey: warning: it was the last one: everybody may now connect whom the access rules let in',
      );
    }
    return exitCodes.ok;
  });
}

/** `latchkey socks-user list`: a name on each line. */
export function listSocksUsers({ port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    for (const user of (await client.state()).settings.socksUsers) terminal.out(user);
    return exitCodes.ok;
  });
}
