import { readFile } from 'node:fs/promises';
import type { MacPac, PacSurroundings } from '../../../shared/pac';
import { hasMacCommands } from '../macos/has-mac-commands';
import { macCommand, runMacCommand } from '../macos/run-mac-command';
import { holderOf, type ProxiesInForce, readProxiesInForce } from '../system-proxy/scutil-proxies';

const timeoutMs = 5_000;

export interface PacSurroundingsOptions {
  readonly platform: NodeJS.Platform;
  /** May say where macOS's commands are, as for `macCommand`. */
  readonly env?: NodeJS.ProcessEnv;
  /** Where a system without scutil says in which domains it looks names up. */
  readonly resolverFile?: string;
}

/** What this system's own settings say of a PAC: scutil on a Mac, resolv.conf elsewhere. */
export function systemPacSurroundings({
  platform,
  env = {},
  resolverFile = '/etc/resolv.conf',
}: PacSurroundingsOptions): PacSurroundings {
  if (!hasMacCommands(env, platform)) {
    return {
      macPac: () => Promise.resolve({ kind: 'none' }),
      searchDomains: async () => domainsOfFile(await readFile(resolverFile, 'utf8').catch(() => '')),
    };
  }
  const scutil = macCommand(env, '/usr/sbin/scutil', timeoutMs);
  return {
    macPac: async () => {
      const proxies = await readProxiesInForce(scutil);
      return proxies === undefined ? { kind: 'none' } : macPacOf(proxies);
    },
    searchDomains: async () => {
      const result = await runMacCommand(scutil, ['--dns']);
      return result.kind === 'ended' ? domainsOfScutil(result.stdout) : [];
    },
  };
}

function macPacOf(proxies: ProxiesInForce): MacPac {
  const holder = holderOf(proxies);
  if (holder?.kind === 'auto-discovery') return { kind: 'discovery' };
  if (holder?.kind === 'pac') {
    return isLocal(holder.url) ? { kind: 'latchkey' } : { kind: 'url', url: holder.url };
  }
  return holder?.kind === 'proxy' && isLoopback(holder.address.host)
    ? { kind: 'latchkey' }
    : { kind: 'none' };
}

/** The PAC that a local proxy serves. */
function isLocal(url: string): boolean {
  return URL.canParse(url) && isLoopback(new URL(url).hostname);
}

function isLoopback(host: string): boolean {
  return /^(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/i.test(host);
}

/** `search` and `domain` of resolv.conf: the last of them counts. */
function domainsOfFile(text: string): readonly string[] {
  const lines = text.match(/^[ \t]*(?:search|domain)[ \t]+.*$/gm) ?? [];
  return lines.at(-1)?.trim().split(/\s+/).slice(1) ?? [];
}

/** Of `scutil --dns`: `search domain[0] : corp.example`. The `domain` of a resolver is one that it is asked for alone. */
function domainsOfScutil(text: string): readonly string[] {
  const found = [...text.matchAll(/^\s*search domain\[\d+\]\s*:\s*(\S+)\s*$/gm)].map(
    ([, domain = '']) => domain,
  );
  return [...new Set(found)];
}
