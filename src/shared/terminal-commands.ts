import type { HostPort } from './settings';

/** The shells whose language is spoken here. */
export const shells = ['zsh', 'bash', 'fish'] as const;

export type Shell = (typeof shells)[number];

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

type Variable = readonly [name: string, value: string];

function urlOf({ host, port }: HostPort): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/** What programs look at, in both cases: curl knows http_proxy only, others the capitals. */
function proxyVariables({ address, noProxy }: TerminalOptions): Variable[] {
  const url = urlOf(address);
  const values = {
    http_proxy: url,
    https_proxy: url,
    all_proxy: url,
    no_proxy: noProxyVariable(noProxy),
  };
  return Object.entries(values).flatMap(([name, value]): Variable[] => [
    [name, value],
    [name.toUpperCase(), value],
  ]);
}

function exportLine(shell: Shell, [name, value]: Variable): string {
  return shell === 'fish'
    ? `set -gx ${name} ${quoteFor(shell, value)}`
    : `export ${name}=${quoteFor(shell, value)}`;
}

/**
 * Lines that a shell can `eval`: they send the programs that look at the usual variables to the local proxy. Each line
 * ends with a line feed.
 */
export function environmentLines(options: TerminalOptions): string {
  return proxyVariables(options)
    .map((variable) => `${exportLine(options.shell, variable)}\n`)
    .join('');
}

/** Lines that take back what `environmentLines` has set, in whatever state the variables are. */
export function environmentOffLines(shell: Shell): string {
  const nowhere = { shell, address: { host: '', port: 0 }, noProxy: [] };
  // What was exported from elsewhere is global for fish, too.
  const unset = shell === 'fish' ? 'set -eg' : 'unset';
  return proxyVariables(nowhere)
    .map(([name]) => `${unset} ${name}\n`)
    .join('');
}

/**
 * Lines for a terminal that send its programs to the local proxy. They hold for that terminal only and write no file: git
 * and Java get their settings through the environment, too. Docker runs its containers on a machine of its own, on which
 * this Mac has another name; its line is only shown.
 */
export function terminalCommands(options: TerminalOptions): string {
  const { shell, address, noProxy } = options;
  const url = urlOf(address);
  const java = [
    `-Dhttp.proxyHost=${address.host}`,
    `-Dhttp.proxyPort=${address.port}`,
    `-Dhttps.proxyHost=${address.host}`,
    `-Dhttps.proxyPort=${address.port}`,
    `-Dhttp.nonProxyHosts=${javaNoProxy(noProxy)}`,
  ].join(' ');
  const variables: readonly Variable[] = [
    ...proxyVariables(options),
    ['GIT_CONFIG_COUNT', '1'],
    ['GIT_CONFIG_KEY_0', 'http.proxy'],
    ['GIT_CONFIG_VALUE_0', url],
    ['npm_config_proxy', url],
    ['npm_config_https_proxy', url],
    ['npm_config_noproxy', noProxyVariable(noProxy)],
    ['PIP_PROXY', url],
    ['JAVA_TOOL_OPTIONS', java],
  ];
  const inContainers = `http://host.docker.internal:${address.port}`;
  const docker = `Docker: docker build --build-arg http_proxy=${inContainers} --build-arg https_proxy=${inContainers}`;
  const lines = variables.map((variable) => exportLine(shell, variable));
  // `:` does nothing: zsh takes a pasted `#` for a command.
  return `${[...lines, `: ${quoteFor(shell, docker)}`].join('\n')}\n`;
}
