import type { Squid } from '../servers/start-squid';

/** A cntlm.conf for the account of `squid`, with more lines: the hash, or the password. */
export function cntlmConf({ port, domain, user }: Squid, ...lines: readonly string[]): string {
  return [
    `Username ${user}`,
    `Domain ${user.includes('@') ? '' : domain}`.trimEnd(),
    'Workstation testbed',
    `Proxy 127.0.0.1:${port}`,
    ...lines,
    '',
  ].join('\n');
}
