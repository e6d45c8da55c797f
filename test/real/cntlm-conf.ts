import type { RealProxy } from './real-proxies';

/** A cntlm.conf for the account of a company proxy, with more lines: the hash, or the password. */
export function cntlmConf(
  { port, domain, user }: Pick<RealProxy, 'port' | 'domain' | 'user'>,
  ...lines: readonly string[]
): string {
  return [
    `Username ${user}`,
    `Domain ${user.includes('@') ? '' : domain}`.trimEnd(),
    'Workstation testbed',
    `Proxy 127.0.0.1:${port}`,
    ...lines,
    '',
  ].join('\n');
}
