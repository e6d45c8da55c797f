import type { PacWay } from '../../shared/pac';

export interface PacWays {
  /** In the order in which they are to be tried. */
  readonly ways: readonly PacWay[];
  /** Entries that say nothing; browsers pass them by. */
  readonly notUnderstood: readonly string[];
}

/** What each word means, and the port where none is given. `SOCKS` is version 4 in browsers. */
const kinds = new Map([
  ['PROXY', { kind: 'http', port: 80 }],
  ['HTTP', { kind: 'http', port: 80 }],
  ['HTTPS', { kind: 'https', port: 443 }],
  ['SOCKS', { kind: 'socks4', port: 1080 }],
  ['SOCKS4', { kind: 'socks4', port: 1080 }],
  ['SOCKS5', { kind: 'socks5', port: 1080 }],
] as const);

/**
 * What FindProxyForURL has answered, as `PROXY a:8080; DIRECT`. As in browsers blanks around entries, the case of words and an
 * empty entry do not matter.
 */
export function parsePacAnswer(answer: string): PacWays {
  const ways: PacWay[] = [];
  const notUnderstood: string[] = [];
  for (const entry of answer.split(';').map((each) => each.trim())) {
    if (entry === '') continue;
    const way = parseWay(entry);
    if (way === undefined) notUnderstood.push(entry);
    else ways.push(way);
  }
  return { ways, notUnderstood };
}

function parseWay(entry: string): PacWay | undefined {
  const [word = '', place, ...rest] = entry.split(/\s+/);
  const upper = word.toUpperCase();
  if (upper === 'DIRECT') return place === undefined ? { kind: 'direct' } : undefined;
  const found = [...kinds].find(([name]) => name === upper)?.[1];
  if (found === undefined || place === undefined || rest.length > 0) return undefined;
  // A name, an IPv4 address, or an IPv6 address in brackets.
  const [, bracketed, name, digits] =
    /^(?:\[([\da-f:.]+)\]|([^\s:/[\]@?#\\]+))(?::(\d{1,5}))?$/i.exec(place) ?? [];
  const host = bracketed ?? name;
  const port = digits === undefined ? found.port : Number(digits);
  if (host === undefined || port === 0 || port > 65_535) return undefined;
  return { kind: found.kind, host, port };
}
