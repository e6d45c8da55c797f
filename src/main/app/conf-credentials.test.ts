import { expect, it } from 'vitest';
import { invertDigits } from '../cntlm/hash-digits';
import { readCntlmConf } from '../cntlm/read-cntlm-conf';
import { type SignInMethod, signInMethods } from '../../shared/settings';
import { makeCredential } from '../upstream/credential';
import { confCredentials } from './conf-credentials';
import { passLines } from './pass-lines';

const account = { domain: 'CORP', user: 'alice' };
const password = 'Passw0rd!';

function credentialOf(method: SignInMethod) {
  const credential = makeCredential(account, method, password);
  if (credential === undefined) throw new Error('it has no LM hash');
  return credential;
}

function readings(lines: readonly string[], method: SignInMethod, format: 'auto' | 'plain' = 'auto') {
  const text = ['Username alice', 'Domain CORP', 'Proxy p:1', ...lines, ''].join('\n');
  const { conf } = readCntlmConf(text, method);
  if (conf === undefined) throw new Error('it has mistakes');
  return confCredentials(conf, format, account, method).readings.map(({ credential }) => credential);
}

const withHash = signInMethods.filter((method) => method !== 'Basic');
const linesOf = (method: SignInMethod, isInverted = false): string[] =>
  passLines(credentialOf(method), isInverted).map((each) => each.join(' '));

it.each(withHash)('finds for %s what its export writes, in both ways', (method) => {
  expect(readings(linesOf(method), method, 'plain')).toEqual([credentialOf(method)]);
  // cntlm up to 0.92.3 is the likelier one.
  expect(readings(linesOf(method, true), method)[0]).toEqual(credentialOf(method));
  expect(readings(linesOf(method, true), method)).toHaveLength(2);
});

it.each(signInMethods)('finds for %s what Password is', (method) => {
  expect(readings([`Password ${password}`], method)).toEqual([credentialOf(method)]);
});

it('finds nothing where the line that the method needs is not there', () => {
  const nt = linesOf('NT');
  const lm = linesOf('LM');
  expect(readings(linesOf('NTLMv2'), 'NT')).toEqual([]);
  expect(readings(nt, 'LM')).toEqual([]);
  expect(readings(nt, 'NTLM')).toEqual([]);
  expect(readings(lm, 'NTLMv2')).toEqual([]);
  expect(readings([...nt, ...lm], 'Basic')).toEqual([]);
  expect(readings(['Password 15 characters..'], 'LM')).toEqual([]);
  expect(readings([...nt, ...lm], 'NTLM', 'plain')).toEqual([credentialOf('NTLM')]);
});

it('tells the reading by PassNT beside PassNTLMv2 for every method', () => {
  const lines = [...linesOf('NTLMv2', true), ...linesOf('NTLM', true)];
  for (const method of withHash) expect(readings(lines, method)).toEqual([credentialOf(method)]);
  expect(invertDigits(invertDigits('0F'))).toBe('0F');
});
