import { type IpRange, networksOf } from './ip-address';
import { noProxyRule } from './no-proxy-rule';
import { noProxyVariable } from './no-proxy-variable';
import type { HostPort } from './settings';

/** The shells whose language is spoken here. */
export const shells = ['zsh', 'bash', 'fish'] as const;

export type Shell = (typeof shells)[number];

/** The shell that a path leads to, as SHELL has it. @param other what stands for one whose language is not spoken here */
export function shellAt(path: string | undefined, other: Shell): Shell {
  return shells.find((shell) => shell === path?.split('/').at(-1)) ?? other;
}

export interface TerminalOptions {
  readonly shell: Shell;
  /** Where the local proxy listens on this Mac. */
  readonly address: HostPort;
  /** Rules for what is reached directly, as docs/no-proxy.md has them. */
  readonly noProxy: readonly string[];
}

/** A text as one word of the shell, whatever is in it. */
export function quoteFor(shell: Shell, text: string): string {
  return shell === 'fish'
    ? `'${text.replace(/[\\']/g, '\\$&')}'`
    : // zsh and bash, as any POSIX shell: nothing is special between single quotes but the quote itself.
      `'${text.replaceAll("'", "'\\''")}'`;
}

/** The rules as Java has them: globs of its own, with `*` at the beginning or at the end. It has no ports and no networks. */
function javaNoProxy(rules: readonly string[]): string {
  const entries = rules.map(noProxyRule).flatMap((rule) => {
    if (rule.port !== undefined) return [];
    switch (rule.kind) {
      case 'simple-names':
        return [];
      case 'domain':
        return [rule.name, `*.${rule.name}`];
      case 'addresses':
        return javaAddresses(rule);
      case 'glob':
        return /^\*?[^*?[\]\\|\s]+$|^[^*?[\]\\|\s]+\*$/.test(rule.pattern) ? [rule.pattern] : [];
    }
  });
  return [...new Set(['localhost', '127.*', '[::1]', ...entries])].join('|');
}

/** A single address, or an IPv4 network of whole bytes as the pattern of its addresses. */
function javaAddresses(range: IpRange): string[] {
  const [network = '', ...more] = networksOf(range);
  const [address = '', length] = network.split('/');
  if (more.length > 0) return [];
  if (length === undefined) return [address.includes(':') ? `[${address}]` : address];
  const bytes = Number(length) / 8;
  if (address.includes(':') || !Number.isInteger(bytes) || bytes === 0) return [];
  return [`${address.split('.').slice(0, bytes).join('.')}.*`];
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
    no_proxy: noProxyVariable(noProxy).value,
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

/** The usual variables alone: what a shell's start file gets. Each line ends with a line feed. */
export function environmentLines(options: TerminalOptions): string {
  return proxyVariables(options)
    .map((variable) => `${exportLine(options.shell, variable)}\n`)
    .join('');
}

/** The usual variables, and those of programs that do not look at them. */
function terminalVariables(options: TerminalOptions): readonly Variable[] {
  const { address, noProxy } = options;
  const url = urlOf(address);
  const java = [
    `-Dhttp.proxyHost=${address.host}`,
    `-Dhttp.proxyPort=${address.port}`,
    `-Dhttps.proxyHost=${address.host}`,
    `-Dhttps.proxyPort=${address.port}`,
    `-Dhttp.nonProxyHosts=${javaNoProxy(noProxy)}`,
  ].join(' ');
  return [
    ...proxyVariables(options),
    ['GIT_CONFIG_COUNT', '1'],
    ['GIT_CONFIG_KEY_0', 'http.proxy'],
    ['GIT_CONFIG_VALUE_0', url],
    ['npm_config_proxy', url],
    ['npm_config_https_proxy', url],
    ['npm_config_noproxy', noProxyVariable(noProxy).value],
    ['PIP_PROXY', url],
    ['JAVA_TOOL_OPTIONS', java],
  ];
}

/**
 * Lines that send a terminal's programs to the local proxy, to be pasted or given to `eval`: what the panel copies and what
 * `latchkey env` prints. They hold for that terminal only and write no file: git and Java get their settings through the
 * environment, too. Docker runs its containers on a machine of its own, on which this Mac has another name; its line is only
 * shown.
 */
export function terminalCommands(options: TerminalOptions): string {
  const { shell, address } = options;
  const inContainers = `http://host.docker.internal:${address.port}`;
  const docker = `Docker: docker build --build-arg http_proxy=${inContainers} --build-arg https_proxy=${inContainers}`;
  const lines = terminalVariables(options).map((variable) => exportLine(shell, variable));
  // `:` does nothing: zsh takes a pasted `#` for a command.
  return `${[...lines, `: ${quoteFor(shell, docker)}`].join('\n')}\n`;
}

/** Lines that take back all that `terminalCommands` has set, in whatever state the variables are. */
export function terminalOffCommands(shell: Shell): string {
  const nowhere = { shell, address: { host: '', port: 0 }, noProxy: [] };
  // What was exported from elsewhere is global for fish, too.
  const unset = shell === 'fish' ? 'set -eg' : 'unset';
  return terminalVariables(nowhere)
    .map(([name]) => `${unset} ${name}\n`)
    .join('');
}

/** Where the pid of a Latchkey that runs is found. */
export interface GuardedOptions extends TerminalOptions {
  /** A file whose first line is that pid. */
  readonly pidFile: string;
}

/**
 * The lines for a shell's start file: those of `environmentLines`, which count only while Latchkey runs. A Latchkey that
 * was killed leaves them, and they would lead every terminal to a port where nobody listens.
 *
 * Hence the guard. A mark that Latchkey removes would be left by the same crash, and asking the port would take a program
 * more; `read` and `kill -0` are built into zsh and bash and cost no time, in fish `kill` is one small program. A pid that
 * another program of this user was given since, and before Latchkey has started again, is the one thing that gets past it.
 */
export function shellBlockLines(options: GuardedOptions): string {
  const { shell } = options;
  const file = quoteFor(shell, options.pidFile);
  const exports = environmentLines(options).replace(/^/gm, '  ').trimEnd();
  return shell === 'fish'
    ? [
        // fish itself, not the command, complains of a file that is not there.
        `if test -r ${file}; and read -l latchkey_pid < ${file}; and kill -0 $latchkey_pid 2> /dev/null`,
        exports,
        'end\n',
      ].join('\n')
    : [
        `if { read -r latchkey_pid < ${file}; } 2> /dev/null && kill -0 "$latchkey_pid" 2> /dev/null; then`,
        exports,
        'fi',
        'unset latchkey_pid\n',
      ].join('\n');
}

export const tools = ['git', 'npm', 'pip', 'docker'] as const;

export type Tool = (typeof tools)[number];

/** What a user copies for a tool with settings of its own. */
export interface ToolLines {
  readonly set: string;
  /** Takes that back; undefined where it is a file that the user edits. */
  readonly unset: string | undefined;
}

/**
 * Lines that write the local proxy into a tool's own settings, and those that take it out. They stay when Latchkey quits.
 * For Docker they are the part of `~/.docker/config.json` that containers get their proxy from: to them this Mac has
 * another name.
 */
export function toolLines(tool: Tool, { address, noProxy }: Omit<TerminalOptions, 'shell'>): ToolLines {
  const url = urlOf(address);
  switch (tool) {
    case 'git':
      return {
        set: `git config --global http.proxy ${url}\n`,
        unset: 'git config --global --unset http.proxy\n',
      };
    case 'npm': {
      // fish reads this quoting, too: there is no backslash in the list.
      const direct = quoteFor('bash', noProxyVariable(noProxy).value);
      return {
        set: `npm config set proxy ${url}\nnpm config set https-proxy ${url}\nnpm config set noproxy ${direct}\n`,
        unset: 'npm config delete proxy\nnpm config delete https-proxy\nnpm config delete noproxy\n',
      };
    }
    case 'pip':
      return { set: `pip config set global.proxy ${url}\n`, unset: 'pip config unset global.proxy\n' };
    case 'docker': {
      const inContainers = `http://host.docker.internal:${address.port}`;
      const proxies = {
        default: {
          httpProxy: inContainers,
          httpsProxy: inContainers,
          noProxy: noProxyVariable(noProxy).value,
        },
      };
      return { set: `"proxies": ${JSON.stringify(proxies, undefined, 2)}\n`, unset: undefined };
    }
  }
}
