import { describe, expect, it } from 'vitest';
import { isEmptiedForProxySignIn, offersConnectionSignIn, originSignInStep } from './origin-sign-in';

const ntlm = (type: number): string =>
  Buffer.from(`NTLMSSP\0${String.fromCharCode(type)}\0\0\0${'\0'.repeat(24)}`, 'latin1').toString('base64');
const spnego = (first: number): string => Buffer.from([first, 0x30, 1, 2, 3]).toString('base64');

describe('originSignInStep', () => {
  it.each<[string | undefined, ReturnType<typeof originSignInStep>]>([
    [undefined, undefined],
    ['Basic YTpi', undefined],
    ['Bearer NTLM', undefined],
    ['NTLMv2 x', undefined],
    [`NTLM ${ntlm(1)}`, 'first'],
    [`ntlm   ${ntlm(1)} `, 'first'],
    [`NTLM ${ntlm(3)}`, 'next'],
    [`Negotiate ${ntlm(1)}`, 'first'],
    [`Negotiate ${ntlm(3)}`, 'next'],
    [`Negotiate ${spnego(0x60)}`, 'first'],
    [`negotiate ${spnego(0xa1)}`, 'next'],
    ['NTLM', 'first'],
    [`Nego2 ${spnego(0xa1)}`, 'next'],
    ['Negotiate ###', 'first'],
  ])('of %s is %s', (value, step) => {
    expect(originSignInStep(value === undefined ? [] : ['authorization', value])).toBe(step);
  });
});

describe('originSignInStep of more than one line', () => {
  it.each<[string[], ReturnType<typeof originSignInStep>]>([
    [['Basic YTpi', `NTLM ${ntlm(1)}`], 'first'],
    [['Basic YTpi', `NTLM ${ntlm(3)}`], 'next'],
    [[`NTLM ${ntlm(1)}`, `Negotiate ${spnego(0xa1)}`], 'next'],
    [['Basic YTpi', 'Bearer x'], undefined],
  ])('%j is %s', (values, step) => {
    expect(originSignInStep(values.flatMap((value) => ['Authorization', value]))).toBe(step);
  });
});

describe('offersConnectionSignIn', () => {
  it.each([
    [['WWW-Authenticate', 'NTLM'], true],
    [['WWW-Authenticate', 'Basic realm="NTLM, x"', 'www-authenticate', 'Negotiate abc='], true],
    [['WWW-Authenticate', 'Basic realm="a", NTLM'], true],
    [['WWW-Authenticate', 'Basic realm="NTLM"'], false],
    [['WWW-Authenticate', 'Bearer'], false],
    [['Proxy-Authenticate', 'NTLM'], false],
  ])('in %j: %s', (headers, expected) => {
    expect(offersConnectionSignIn(headers)).toBe(expected);
  });
});

describe('isEmptiedForProxySignIn', () => {
  it.each([
    ['POST', ['Proxy-Authorization', 'NTLM abc', 'Content-Length', '0'], false, true],
    ['POST', ['Proxy-Authorization', 'NTLM abc', 'Content-Length', '5'], true, false],
    ['GET', ['Proxy-Authorization', 'NTLM abc'], false, false],
    ['POST', ['Proxy-Authorization', 'Basic abc', 'Content-Length', '0'], false, false],
    ['CONNECT', ['Proxy-Authorization', 'NTLM abc', 'Content-Length', '0'], false, false],
  ] as const)('%s %j', (method, headers, hasBody, expected) => {
    expect(isEmptiedForProxySignIn(method, headers, hasBody)).toBe(expected);
  });
});
