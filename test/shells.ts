import { requireServers } from './servers/require-servers';

export interface TestShell {
  readonly name: string;
  readonly program: 'bash' | 'dash' | 'zsh' | 'busybox' | 'fish';
  /** What stands before a script, or before `-c` and the commands. */
  readonly args: readonly string[];
}

/**
 * What /bin/sh may be: on a Mac bash in POSIX mode, or what /private/var/select/sh leads to; busybox is stricter than them all.
 * bash and zsh as they are stand for the terminals of users.
 */
const allShells: readonly TestShell[] = [
  { name: 'bash in POSIX mode', program: 'bash', args: ['--posix'] },
  { name: 'dash', program: 'dash', args: [] },
  { name: 'zsh as sh', program: 'zsh', args: ['--emulate', 'sh'] },
  { name: 'busybox sh', program: 'busybox', args: ['sh'] },
  { name: 'bash', program: 'bash', args: ['--norc'] },
  { name: 'zsh', program: 'zsh', args: ['-f'] },
];

const isHere = ({ program }: TestShell): boolean => requireServers(program);

/** Those that are here; see `requireServers` of one that is not. */
export const testShells = allShells.filter(isHere);

/** With fish, which has a language of its own. */
export const terminalShells = [
  ...testShells,
  ...[{ name: 'fish', program: 'fish', args: [] } as const].filter(isHere),
];

/** Texts that a shell could take for something else than a name. */
export const hostileNames: readonly string[] = [
  String.raw`It's "$(id)" \n * %s; `,
  String.raw`Büro's \'Wi-Fi\' $(touch /tmp/x) \\`,
  '`reboot`',
  '-n',
  '--help',
  '  two before and two behind  ',
  'Größe ÄÖÜ ß 日本 🦊',
  'tab\there',
  '$HOME ${IFS} $((1+1)) ~',
  '!! !x #comment',
  '*',
  '[a-z]?',
  'a & b | c > d < e ( f )',
  '{a,b}',
  '\\',
  '"',
  "'",
  'Enabled: Yes',
  '=zsh',
];
