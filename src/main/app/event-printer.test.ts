import { describe, expect, it } from 'vitest';
import type { EngineEvent, LogonReason } from '../../shared/event';
import { eventPrinter } from './event-printer';

const account = { domain: 'CORP', user: 'alice' };
const upstream = { host: 'proxy.corp', port: 8080 };
const hop = { role: 'upstream', address: upstream } as const;

/** The lines that events lead to. */
function linesOf(events: readonly EngineEvent[], isVerbose = false): string[] {
  const lines: string[] = [];
  const print = eventPrinter(
    (_level, line) => lines.push(`latchkey: ${line}`),
    () => isVerbose,
  );
  for (const event of events) print(event);
  return lines;
}

const finished = (problem: (EngineEvent & { kind: 'request-finished' })['problem']): EngineEvent => ({
  kind: 'request-finished',
  id: 1,
  method: 'GET',
  target: { host: 'page.test', port: 80 },
  route: { kind: 'upstream' },
  status: problem === undefined ? 200 : 502,
  durationMs: 12.4,
  problem,
  bytes: { down: 200, up: 100 },
  trace: [],
});

type OwnRequest = EngineEvent & { readonly kind: 'own-request' };

const ownRequest = (changes: Pick<OwnRequest, 'hasLogon'> & Partial<OwnRequest>): OwnRequest => ({
  kind: 'own-request',
  upstream,
  method: 'HEAD',
  target: { host: 'nobody.test', port: 80 },
  status: 503,
  durationMs: 7.2,
  ...changes,
});

describe('eventPrinter', () => {
  it('says once that macOS forbids a company proxy, and not that the Mac is away', () => {
    const problem = { kind: 'local-network-denied', hop } as const;
    const lines = linesOf([
      { kind: 'upstream-down', upstream, problem },
      { kind: 'reachability', reachability: 'forbidden' },
      finished(problem),
    ]);
    expect(lines).toEqual([expect.stringContaining('Privacy & Security, Local Network')]);
  });

  it.each<[EngineEvent, string]>([
    [
      { kind: 'logon-accepted', upstream, account, method: 'NTLMv2' },
      'signed in to proxy.corp:8080 as CORP\\alice',
    ],
    [
      { kind: 'credential-standing', account, standing: 'suspect' },
      'a sign-in as CORP\\alice was refused; one more will tell whether it was the address',
    ],
    [
      { kind: 'credential-standing', account, standing: 'refused' },
      'the password of CORP\\alice is refused: no more sign-ins with it until it changes',
    ],
    [
      { kind: 'kerberos', upstream, trouble: undefined },
      'signed in to proxy.corp:8080 with a Kerberos ticket',
    ],
    [
      { kind: 'kerberos', upstream, trouble: 'expired' },
      'No Kerberos ticket for proxy.corp:8080: it has expired. The password is used instead. Get a new one with `kinit`.',
    ],
    [{ kind: 'credential-changed', account }, 'a checked password of CORP\\alice is in use from now on'],
    [{ kind: 'sign-in-paused', isPaused: true }, 'signing in is paused'],
    [{ kind: 'sign-in-paused', isPaused: false }, 'signing in goes on'],
    [
      { kind: 'target-refused', account, host: 'games.test:443' },
      'the company proxy does not allow an address of games.test:443; the password is good',
    ],
    [{ kind: 'upstream-up', upstream }, 'the company proxy proxy.corp:8080 can be reached again'],
    [
      { kind: 'out-of-descriptors' },
      'This computer lets Latchkey have no more open connections. Close programs that open many, or start `latchkey run` with a higher `ulimit -n`.',
    ],
    [{ kind: 'upstream-changed', upstream }, 'now using the company proxy proxy.corp:8080'],
    [
      { kind: 'reachability', reachability: 'unreachable' },
      'off the company network: no company proxy can be reached',
    ],
    [{ kind: 'network-epoch', reason: 'woke' }, 'the machine has woken'],
    [{ kind: 'network-epoch', reason: 'network-changed' }, 'the network has changed'],
    [
      { kind: 'password-expiring', account, maxAgeDays: 31, expiresOn: '2026-12-02', daysLeft: 3 },
      'By the maximum age that you set (31 days), the password of CORP\\alice expires in 3 days, on 2026-12-02. Latchkey does not ask the directory.',
    ],
  ])('says what has happened: $kind', (event, line) => {
    expect(linesOf([event])).toEqual([`latchkey: ${line}`]);
  });

  it('tells a problem that goes on once, and again after it was gone', () => {
    const refused = finished({ kind: 'connection-refused', hop });
    const lines = linesOf([
      { kind: 'upstream-down', upstream, problem: { kind: 'connection-refused', hop } },
      refused,
      refused,
      { kind: 'upstream-up', upstream },
      refused,
    ]);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toBe(lines[2]);
    expect(lines[0]).toMatch(/refuses the connection\. Check that/);
  });

  it('is quiet about what concerns one request alone', () => {
    expect(linesOf([finished({ kind: 'bad-request', detail: 'x' }), finished(undefined)])).toEqual([]);
    expect(linesOf([{ kind: 'credential-standing', account, standing: 'proven' }])).toEqual([]);
    expect(linesOf([{ kind: 'reachability', reachability: 'reachable' }])).toEqual([]);
    expect(linesOf([ownRequest({ hasLogon: true })])).toEqual([]);
  });

  it('says everything when it is asked to', () => {
    const lines = linesOf(
      [
        { kind: 'logon-sent', upstream, account, reason: 'second-opinion' },
        { kind: 'logon-refused', upstream, account },
        { kind: 'logon-unanswered', upstream, account },
        finished(undefined),
        ownRequest({ hasLogon: true }),
        ownRequest({ hasLogon: false, status: undefined }),
      ],
      true,
    );
    expect(lines).toEqual([
      'latchkey: logon sent to proxy.corp:8080, to tell a forbidden address from a refused password',
      'latchkey: logon refused, proxy.corp:8080',
      'latchkey: logon unanswered, proxy.corp:8080',
      'latchkey: GET page.test:80 upstream 200 12 ms',
      'latchkey: own request, keeps a connection to proxy.corp:8080 ready, with a logon: HEAD nobody.test:80 503 7 ms',
      'latchkey: own request, keeps a connection to proxy.corp:8080 ready, without a logon: HEAD nobody.test:80 no answer 7 ms',
    ]);
  });

  it.each<[LogonReason, string]>([
    ['request', 'for a request'],
    ['proof', 'to prove the password with an address that is known to work'],
    ['slow-answer', 'as the answer to another one is slow'],
    ['lost-answer', 'as the answer to another one was lost'],
    ['check', 'to check a password'],
    ['spare', 'to have a connection ready'],
  ])('says in words what a logon is for: %s', (reason, words) => {
    expect(linesOf([{ kind: 'logon-sent', upstream, account, reason }], true)).toEqual([
      `latchkey: logon sent to proxy.corp:8080, ${words}`,
    ]);
  });
});
