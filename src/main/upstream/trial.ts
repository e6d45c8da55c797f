import type { OutgoingRequest } from './outgoing-request';

/** A request that a logon can be tried with: it has no body and, as far as HTTP is kept, no effect. */
export interface Trial {
  readonly method: 'HEAD' | 'CONNECT';
  /** The request target as a company proxy gets it. */
  readonly target: string;
  /** The Host header. */
  readonly host: string;
}

/** The trial for the URL that a request is about. */
export function trialOf({ method, target, headers }: OutgoingRequest): Trial {
  const at = headers.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
  return { method: method === 'CONNECT' ? 'CONNECT' : 'HEAD', target, host: headers[at + 1] ?? '' };
}

/** The trial for a URL: a HEAD for http, a tunnel to its host for everything else. */
export function trialForUrl(url: URL): Trial {
  if (url.protocol === 'http:') return { method: 'HEAD', target: url.href, host: url.host };
  const authority = `${url.hostname}:${url.port || '443'}`;
  return { method: 'CONNECT', target: authority, host: authority };
}

/** What two trials of the same URL have in common. */
export function trialKey({ method, target }: Trial): string {
  return `${method} ${target}`;
}
