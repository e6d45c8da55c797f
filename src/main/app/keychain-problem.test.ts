import { describe, expect, it } from 'vitest';
import { KeychainError } from '../platform/keychain/keychain-error';
import { keychainProblem } from './keychain-problem';

describe('keychainProblem', () => {
  it.each(['not-built', 'absent', 'locked', 'denied'] as const)('tells %s from the others', (code) => {
    expect(keychainProblem(new KeychainError(code, 'no'))).toEqual({ kind: `keychain-${code}` });
  });

  it('passes on what else was said, and takes a bug for a bug', () => {
    const detail = 'the Keychain cannot be used: full';
    expect(keychainProblem(new KeychainError('failed', detail))).toEqual({ kind: 'keychain-failed', detail });
    expect(() => keychainProblem(new TypeError('a bug'))).toThrow('a bug');
  });
});
