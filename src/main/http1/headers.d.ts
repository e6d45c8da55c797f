import type { HeaderList, RequestHead, ResponseHead } from './message-head';
/** The values of all lines with this name, which is compared without regard to case. */
export declare function headerValues(headers: HeaderList, name: string): string[];
/** The value of the first line with this name. */
export declare function headerValue(headers: HeaderList, name: string): string | undefined;
/** The members of a list over all lines with this name, trimmed, without empty ones (RFC 9110, 5.6.1.2). */
export declare function listMembers(headers: HeaderList, name: string): string[];
/** Whether a member of the list is this token, without regard to case. */
export declare function hasToken(headers: HeaderList, name: string, token: string): boolean;
/** The header lines that are forwarded: all but the hop-by-hop ones and those that Connection names. */
export declare function withoutHopByHop(headers: HeaderList): string[];
/** The header lines but those that a proxy consumes when it signs in or asks for it (RFC 9110, 11.7). */
export declare function withoutProxyAuthentication(headers: HeaderList): string[];
/**
 * Whether the connection stays open after this message (RFC 9112, 9.3), as far as its head tells: a body until
 * close ends it all the same. Proxy-Connection counts beside Connection, since HTTP/1.0 proxies and their clients
 * say it there; close on either wins.
 */
export declare function keepsAlive(head: RequestHead | ResponseHead): boolean;
