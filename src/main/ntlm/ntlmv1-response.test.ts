import { expect, test } from 'vitest';
import { lmowfv1 } from './lmowf';
import { computeLm, computeNtlm2Session, computeNtlmv1, desl } from './ntlmv1-response';
import { ntHash } from './ntowf';

// MS-NLMP 4.2.1.
const hash = ntHash('Password');
const lmHash = lmowfv1('Password') ?? Buffer.alloc(0);
const serverChallenge = Buffer.from('0123456789abcdef', 'hex');
const clientChallenge = Buffer.alloc(8, 0xaa);

test('makes the LM hash of MS-NLMP 4.2.2.1.1, and none where a directory has none', () => {
  expect(lmHash.toString('hex')).toBe('e52cac67419a9a224a3b108f3fa6cb6d');
  expect(lmowfv1('pASSwORD')).toEqual(lmHash);
  // That of an empty half.
  expect(lmowfv1('')?.toString('hex')).toBe('aad3b435b51404eeaad3b435b51404ee');
  expect(lmowfv1('14 characters.')).toHaveLength(16);
  expect(lmowfv1('15 characters..')).toBeUndefined();
  expect(lmowfv1('pässword')).toBeUndefined();
});

test('makes the NTLMv1 and LM responses of MS-NLMP 4.2.2.2', () => {
  const { ntResponse, lmResponse, keyExchangeKey } = computeNtlmv1(hash, lmHash, serverChallenge);
  expect(ntResponse.toString('hex')).toBe('67c43011f30298a2ad35ece64f16331c44bdbed927841f94');
  expect(lmResponse.toString('hex')).toBe('98def7b87f88aa5dafe2df779688a172def11c7d5ccdef13');
  expect(keyExchangeKey.toString('hex')).toBe('d87262b0cde4b1cb7499becccdf10784');
});

test('gives no LM response away where the user wants none, and that alone where he wants LM', () => {
  const nt = computeNtlmv1(hash, undefined, serverChallenge);
  expect(nt.lmResponse).toEqual(nt.ntResponse);
  const lm = computeLm(lmHash, serverChallenge);
  expect(lm.ntResponse).toHaveLength(0);
  expect(lm.lmResponse).toEqual(desl(lmHash, serverChallenge));
  expect(lm.keyExchangeKey.toString('hex')).toBe('e52cac67419a9a220000000000000000');
});

test('makes the NTLM2 session response of MS-NLMP 4.2.3', () => {
  const { ntResponse, lmResponse, keyExchangeKey } = computeNtlm2Session(
    hash,
    serverChallenge,
    clientChallenge,
  );
  expect(ntResponse.toString('hex')).toBe('7537f803ae367128ca458204bde7caf81e97ed2683267232');
  expect(lmResponse.toString('hex')).toBe(`${'aa'.repeat(8)}${'00'.repeat(16)}`);
  expect(keyExchangeKey.toString('hex')).toBe('eb93429a8bd952f8b89c55b87f475edc');
});
