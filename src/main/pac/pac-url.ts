/** What a script is given for an address. */
export interface PacUrl {
  readonly url: string;
  readonly host: string;
}

/** Schemes whose path the network cannot see either. */
const hiding = new Set(['https:', 'wss:']);

/**
 * An address as browsers give it to a script: without user, password and fragment, and where the connection hides it, without
 * path and query. An IPv6 host has no brackets.
 */
export function toPacUrl(address: URL): PacUrl {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  url.hash = '';
  if (hiding.has(url.protocol)) {
    url.pathname = '/';
    url.search = '';
  }
  return { url: url.href, host: url.hostname.replace(/^\[(.*)\]$/, '$1') };
}
