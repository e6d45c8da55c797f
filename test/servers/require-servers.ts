import { accessSync, constants, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { searchPath } from './search-path';
import { runsAsRoot } from './server-folder';

/** What a test can ask for, and the Debian package that has it. */
const packages = {
  squid: 'squid',
  ntlm_auth: 'winbind',
  nginx: 'nginx-light',
  'nginx echo module': 'libnginx-mod-http-echo',
  cntlm: 'cntlm',
  apache2: 'apache2-bin',
  'Apache GSSAPI module': 'libapache2-mod-auth-gssapi',
  'gss-ntlmssp': 'gss-ntlmssp',
  curl: 'curl',
  ssh: 'openssh-client',
  openssl: 'openssl',
  git: 'git',
  npm: 'npm',
  'dbus-run-session': 'dbus-daemon',
  'dbus-send': 'dbus-bin',
  'gnome-keyring-daemon': 'gnome-keyring',
  samba: 'samba samba-ad-dc',
  'samba-tool': 'samba-common-bin',
  'samba schema': 'samba-ad-provision',
  'samba modules': 'samba-dsdb-modules',
  ldbmodify: 'ldb-tools',
  wbinfo: 'winbind',
  unshare: 'util-linux',
  setpriv: 'util-linux',
  ip: 'iproute2',
  bash: 'bash',
  dash: 'dash',
  zsh: 'zsh',
  busybox: 'busybox',
  fish: 'fish',
  chromium: 'chromium',
  kinit: 'krb5-user',
  nsenter: 'util-linux',
  faketime: 'faketime',
  'systemd-analyze': 'systemd',
  'systemd-socket-activate': 'systemd',
  logger: 'bsdutils',
  // Compiled by npm ci where the package is there.
  keytar: 'libsecret-1-dev',
  kerberos: 'libkrb5-dev',
} as const;

type Requirement = keyof typeof packages;

/** Requirements that are no programs, and the file that shows that they are there. */
const files: Partial<Record<Requirement, string>> = {
  'nginx echo module': '/usr/share/nginx/modules-available/mod-http-echo.conf',
  'Apache GSSAPI module': '/usr/lib/apache2/modules/mod_auth_gssapi.so',
  'gss-ntlmssp': '/etc/gss/mech.d/mech.ntlmssp.conf',
  'samba schema': '/usr/share/samba/setup/ad-schema',
  'samba modules': `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu/samba/ldb/acl.so`,
};

/**
 * Whether everything is there that a test needs. When not: says so on standard error with the command that installs
 * it, and the caller skips its tests.
 *
 * @throws Error in CI on Linux, where these programs can always be had: a skipped test there would be a silent one
 */
export function requireServers(...needed: readonly Requirement[]): boolean {
  const missing = needed.filter((requirement) => !isInstalled(requirement));
  if (missing.length === 0) return true;
  const names = [...new Set(missing.map((requirement) => packages[requirement]))];
  const explanation = `${missing.join(', ')} not found; to install: apt-get install --no-install-recommends ${names.join(' ')}`;
  return skip(explanation);
}

/** The same for a Samba domain and squid in front of it, which need root as well. */
export function requireDomain(...more: readonly Requirement[]): boolean {
  if (!runsAsRoot()) return skip('a Samba domain needs root, for a network namespace of its own');
  return requireServers(
    ...(['samba', 'samba-tool', 'samba schema', 'samba modules', 'ldbmodify', 'wbinfo'] as const),
    ...(['unshare', 'setpriv', 'ip', 'squid', 'ntlm_auth'] as const),
    ...more,
  );
}

function skip(explanation: string): false {
  if (process.env['CI'] === 'true' && process.platform === 'linux') throw new Error(explanation);
  process.stderr.write(`SKIPPED, tests with real servers: ${explanation}\n`);
  return false;
}

function isInstalled(requirement: Requirement): boolean {
  const file = files[requirement];
  if (file !== undefined) return existsSync(file);
  if (requirement === 'keytar' || requirement === 'kerberos') return isBuilt(requirement);
  return searchPath.some((folder) => isExecutable(join(folder, requirement)));
}

function isBuilt(name: 'keytar' | 'kerberos'): boolean {
  try {
    createRequire(import.meta.url).resolve(`${name}/build/Release/${name}.node`);
    return true;
  } catch {
    return false;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
