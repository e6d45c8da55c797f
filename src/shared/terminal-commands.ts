import type { HostPort } from './settings';

export type Shell = 'zsh' | 'bash' | 'fish';

export interface TerminalOptions {
  readonly shell: Shell;
  /** Where the local proxy listens on this Mac. */
  readonly address: HostPort;
  /** Glob patterns of hosts that are reached directly. */
  readonly noProxy: readonly string[];
}

/** A text as one word of the shell, whatever is in it. */
export function quoteFor(shell: Shell, text: string): string {
  return shell === 'fish'
    ? `'${text.replace(/[\\']/g, '\\$&')}'`
    : // zsh and bash, as any POSIX shell: nothing is special between single quotes but the quote itself.
      `'${text.replaceAll("'", "'\\''")}'`;
}

/**
 * The no-proxy patterns as curl, Go, Python and git understand them: names with the hosts below them, addresses, and
 * networks by their length. A pattern that cannot be said that way is left out.
 */
export function noProxyVariable(patterns: readonly string[]): string {
  const entries = patterns.flatMap((pattern) => {
    const network = /^((?:\d{1,3}\.){1,3})\*$/.exec(pattern)?.[1];
    if (network !== undefined) {
      const bytes = network.split('.').filter((byte) => byte !== '');
      return [`${[...bytes, '0', '0', '0'].slice(0, 4).join('.')}/${bytes.length * 8}`];
    }
    const name = pattern.startsWith('*.') ? pattern.slice(1) : pattern;
    return /[*?[\]\\,\s]/.test(name) || name === '' ? [] : [name];
  });
  return [...new Set(['localhost', '127.0.0.1', '::1', ...entries])].join(',');
}

/** Java's list has globs of its own: `*` at the beginning or at the end. */
function javaNoProxy(patterns: readonly string[]): string {
  const entries = patterns.filter((pattern) => /^\*?[^*?[\]\\|\s]+$|^[^*?[\]\\|\s]+\*$/.test(pattern));
  return [...new Set(['localhost', '127.*', '[::1]', ...entries])].join('|');
}

/**
 * Lines for a terminal that send its programs to the local proxy. They hold for that terminal only and write no file: git
 * and Java get their settings through the environment, too. Docker runs its containers on a machine of its own, on which
 * this Mac has another name; its line is only shown.
 */
export function terminalCommands({ shell, address, noProxy }: TerminalOptions): string {
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  const url = `http://${host}:${address.port}`;
  const direct = noProxyVariable(noProxy);
  const java = [
    `-Dhttp.proxyHost=${address.host}`,
    `-Dhttp.proxyPort=${address.port}`,
    `-Dhttps.proxyHost=${address.host}`,
    `-Dhttps.proxyPort=${address.port}`,
    `-Dhttp.nonProxyHosts=${javaNoProxy(noProxy)}`,
  ].join(' ');
  const variables: readonly (readonly [name: string, value: string])[] = [
    ['http_proxy', url],
    ['HTTP_PROXY', url],
    ['https_proxy', url],
    ['HTTPS_PROXY', url],
    ['all_proxy', url],
    ['ALL_PROXY', url],
    ['no_proxy', direct],
    ['NO_PROXY', direct],
    ['GIT_CONFIG_COUNT', '1'],
    ['GIT_CONFIG_KEY_0', 'http.proxy'],
    ['GIT_CONFIG_VALUE_0', url],
    ['npm_config_proxy', url],
    ['npm_config_https_proxy', url],
    ['npm_config_noproxy', direct],
    ['PIP_PROXY', url],
    ['JAVA_TOOL_OPTIONS', java],
  ];
  const inContainers = `http://host.docker.internal:${address.port}`;
  const docker = `Docker: docker build --build-arg http_proxy=${inContainers} --build-arg https_proxy=${inContainers}`;
  const lines = variables.map(([name, value]) =>
    shell === 'fish'
      ? `set -gx ${name} ${quoteFor(shell, value)}`
      : `export ${name}=${quoteFor(shell, value)}`,
  );
  // `:` does nothing: zsh takes a pasted `#` for a command.
  return `${[...lines, `: ${quoteFor(shell, docker)}`].join('\n')}\n`;
}
