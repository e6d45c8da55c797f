import { formatHostPort, type HostPort } from './settings';

/** The shells whose lines Latchkey knows. */
export const shells = ['zsh', 'bash', 'fish'] as const;
export type Shell = (typeof shells)[number];

/** What goes to no proxy: this machine, and names and addresses of the link. */
const noProxy = ['localhost', '127.0.0.1', '::1', '.local', '169.254.0.0/16'];

/**
 * The variables that programs of a terminal look at, each in both cases: curl reads http_proxy only in small letters, others
 * only capitals.
 */
function variables(address: HostPort): [name: string, value: string][] {
  const url = `http://${formatHostPort(address)}`;
  const list: [string, string][] = [
    ['http_proxy', url],
    ['https_proxy', url],
    ['all_proxy', url],
    ['no_proxy', noProxy.join(',')],
  ];
  const capitals = list.map(([name, value]): [string, string] => [name.toUpperCase(), value]);
  // Node 24 looks at the others only with this one.
  return [...list, ...capitals, ['NODE_USE_ENV_PROXY', '1']];
}

function quote(value: string, shell: Shell): string {
  if (shell === 'fish') return `'${value.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** The lines that make the programs of a terminal use the local proxy. */
export function shellEnvironment(shell: Shell, address: HostPort): string[] {
  return variables(address).map(([name, value]) =>
    shell === 'fish' ? `set -gx ${name} ${quote(value, shell)}` : `export ${name}=${quote(value, shell)}`,
  );
}

/** The lines that take `shellEnvironment` back. */
export function shellEnvironmentOff(shell: Shell): string[] {
  const names = variables({ host: '', port: 0 }).map(([name]) => name);
  return shell === 'fish' ? names.map((name) => `set -e ${name}`) : [`unset ${names.join(' ')}`];
}
