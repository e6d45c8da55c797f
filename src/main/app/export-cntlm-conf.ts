import type { AppSettings } from '../../shared/app-settings';
import { formatHostPort } from '../../shared/settings';

/** cntlm cuts lines at 4095 bytes. */
const patternsInLine = 12;

/** cntlm takes what stands between quotation marks as it is; `#` would begin a comment, and blanks are trimmed. */
function value(text: string): string {
  return /^\s|\s$|#|^[";]/.test(text) ? `"${text}"` : text;
}

/**
 * The settings as a cntlm.conf. It holds neither a password nor a hash: that stays in the Keychain.
 *
 * @throws nothing; without an account or a company proxy the file lacks those lines
 */
export function exportCntlmConf(settings: AppSettings): string {
  const { account, upstreams, noProxy, port, access, allowed, workstation } = settings;
  const lines = [
    '# Written by Latchkey. The password is not in it:',
    '# add the line that `cntlm -H -d DOMAIN -u USER` prints for PassNTLMv2, with the cntlm that will read this file.',
    '',
  ];
  if (account !== undefined) {
    lines.push(`Username ${value(account.user)}`);
    if (account.domain !== '') lines.push(`Domain ${value(account.domain)}`);
  }
  lines.push('Auth NTLMv2');
  if (workstation !== '') lines.push(`Workstation ${value(workstation)}`);
  lines.push('');
  for (const upstream of upstreams) lines.push(`Proxy ${formatHostPort(upstream)}`);
  for (let index = 0; index < noProxy.length; index += patternsInLine) {
    lines.push(`NoProxy ${value(noProxy.slice(index, index + patternsInLine).join(', '))}`);
  }
  lines.push('', `Listen ${port}`, `Gateway ${access === 'this-mac' ? 'no' : 'yes'}`);
  if (access === 'named') {
    lines.push('Allow 127.0.0.1', ...allowed.map((entry) => `Allow ${entry}`), 'Deny 0/0');
  }
  return `${lines.join('\n')}\n`;
}
