import { describeProblem } from '../../shared/text';
import { describe, expect, it } from 'vitest';
import type { Problem } from '../../shared/problem';
import { UpstreamError, type UpstreamErrorCode } from '../upstream/upstream-error';
import { encodeFailure, failureAnswer, problemOf, proxyStatus, RefusedRequest } from './failure';

const hop = { role: 'upstream', address: { host: 'proxy.test', port: 8080 } } as const;
const account = { domain: 'corp', user: 'alice' };

describe('problemOf', () => {
  it.each<[UpstreamErrorCode, Problem | undefined]>([
    ['aborted', undefined],
    ['silent', { kind: 'silent', hop }],
    ['out-of-descriptors', { kind: 'out-of-descriptors' }],
    ['forbidden-address', { kind: 'target-denied', target: hop.address }],
    ['loop', { kind: 'loop', target: hop.address }],
    ['credential-refused', { kind: 'credential-refused', hop, account }],
    ['broken-answer', { kind: 'broken-answer', hop, detail: 'the facts' }],
    ['ntlm-not-offered', { kind: 'ntlm-not-offered', hop, offered: ['Basic'] }],
  ])('maps %s', (code, problem) => {
    const error = new UpstreamError(code, hop, 'the facts', {
      offered: code === 'ntlm-not-offered' ? ['Basic'] : [],
    });
    expect(problemOf(error, account)).toEqual(problem);
  });

  it('passes on what was refused, and calls everything else a bug', () => {
    expect(problemOf(new RefusedRequest({ kind: 'client-denied' }), account)).toEqual({
      kind: 'client-denied',
    });
    expect(problemOf(new TypeError('x'), account)).toEqual({ kind: 'internal' });
  });
});

describe('failureAnswer', () => {
  const problem: Problem = { kind: 'credential-refused', hop, account };

  it('is text for programs', () => {
    const { status, headers, body } = failureAnswer(problem, '*/*', describeProblem);
    expect(status).toBe(502);
    expect(headers).toContain('text/plain; charset=utf-8');
    expect(body.toString()).toContain('CORP\\alice');
  });

  it('is a page for browsers, with everything escaped', () => {
    const hostile: Problem = { kind: 'broken-answer', hop, detail: '<script>alert(1)</script>' };
    const { headers, body } = failureAnswer(hostile, 'text/html,application/xhtml+xml', describeProblem);
    expect(headers).toContain('text/html; charset=utf-8');
    expect(body.toString()).not.toContain('<script>');
    expect(body.toString()).toContain('&#60;script&#62;');
  });

  it('has a Proxy-Status header of RFC 9209', () => {
    expect(proxyStatus(problem, describeProblem)).toMatch(
      /^latchkey; error=proxy_configuration_error; next-hop="proxy\.test:8080"; received-status=407; details="[\x20-\x7e]*"$/,
    );
    expect(proxyStatus({ kind: 'bad-request', detail: 'a "quoted" ü\r\nX: y' }, describeProblem)).toMatch(
      /details="[^\r\nü]*\\"quoted\\" \?\?\?X: y\."$/,
    );
  });

  it('closes the connection when it is written to a socket', () => {
    const date = 'Thu, 01 Jan 1970 00:00:00 GMT';
    expect(
      encodeFailure(failureAnswer(problem, undefined, describeProblem), date).toString('latin1'),
    ).toMatch(
      /^HTTP\/1\.1 502 Bad Gateway\r\n[^]*\r\nDate: Thu, [^]*\r\nConnection: close\r\n\r\nLatchkey: /,
    );
  });
});
