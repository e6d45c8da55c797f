import { isHostCharacter } from './field-syntax';
import { headerValues } from './headers';
import { Http1Error } from './http1-error';
import type { RequestHead } from './message-head';

/**
 * Checks that a request has one Host that can name a host (RFC 9112, 3.2). An empty one is what a target without
 * authority has. It may differ from the authority of an absolute target, which counts then. CONNECT names its host in
 * the target, and old clients leave Host out.
 *
 * @throws Http1Error bad-host
 */
export function checkHost({ method, minorVersion, headers }: RequestHead): void {
  const [host, ...others] = headerValues(headers, 'host');
  if (others.length > 0) throw new Http1Error('bad-host', 'more than one Host');
  if (host === undefined) {
    if (minorVersion === 0 || method === 'CONNECT') return;
    throw new Http1Error('bad-host', 'a request of HTTP/1.1 without Host');
  }
  if (host !== '' && !isHostAndPort(host)) throw new Http1Error('bad-host', 'a Host that no host can have');
}

/** uri-host [ ":" port ] (RFC 9110, 7.2); bytes from 0x80 are let pass, as names are sent in raw UTF-8. */
function isHostAndPort(text: string): boolean {
  const isLiteral = text.startsWith('[');
  const end = isLiteral ? text.indexOf(']') + 1 : hostEnd(text);
  const isHost = isLiteral ? /^\[[0-9A-Za-z:.%_~-]+\]$/.test(text.slice(0, end)) : end > 0;
  return isHost && /^(?::[0-9]*)?$/.test(text.slice(end));
}

function hostEnd(text: string): number {
  let end = 0;
  while (end < text.length && isHostCharacter(text.charCodeAt(end))) end += 1;
  return end;
}
