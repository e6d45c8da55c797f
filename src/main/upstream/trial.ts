import { OutgoingRequest } from './outgoing-request';

/** A request that a logon can be tried with: it has no body and, as far as HTTP is kept, no effect. */
export interface Trial {
  readonly method: 'HEAD' | 'CONNECT';
  /** The request target as a company proxy gets it. */
  readonly target: string;
  /** The Host header. */
  readonly host: string;
}

/** A URL that no host can answer for (RFC 6761, 6.4), so that a company proxy has to do it itself. */
export const nobodysTrial: Trial = {
  method: 'HEAD',
  target: 'http://latchkey.invalid/',
  host: 'latchkey.invalid',
};

export function isNobodys({ target }: Trial): boolean {
  return target === nobodysTrial.target;
}

/** The request that a trial is. */
export function requestOf(trial: Trial): OutgoingRequest {
  const { method, target, host } = trial;
  // A cache answers at once with 504 (RFC 9111, 5.2.1.7), and does not even look the name up.
  const more = isNobodys(trial) ? ['Cache-Control', 'only-if-cached'] : [];
  return new OutgoingRequest(method, target, ['Host', host, ...more]);
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

/** The host that a trial is about, in lower case and without its port: whoever answers for it. */
export function hostOf({ method, target }: Trial): string {
  const start = method === 'CONNECT' ? 0 : target.indexOf('//') + 2;
  const [authority = ''] = target.slice(start).split(/[/?#]/, 1);
  return authority
    .slice(authority.lastIndexOf('@') + 1)
    .replace(/:\d*$/, '')
    .replace(/\.$/, '')
    .toLowerCase();
}

/** What may be remembered of a trial beyond this process: scheme, host and port. Undefined when it names no URL. */
export function siteOf({ method, target }: Trial): string | undefined {
  try {
    const { protocol, host } = new URL(method === 'CONNECT' ? `https://${target}` : target);
    return host === '' ? undefined : `${protocol}//${host}/`;
  } catch {
    return undefined;
  }
}
