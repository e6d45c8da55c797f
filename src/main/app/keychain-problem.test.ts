import { describe, expect, it } from 'vitest';
import { KeychainError } from '../platform/keychain-error';
import { keychainProblem } from './keychain-problem';

describe('keychainProblem', () => {
  it.each([
    ['User interaction is not allowed.', 'keychain-locked'],
    ['Cannot get secret of a locked object: Cannot create an item in a locked collection', 'keychain-locked'],
    ['The user name or passphrase you entered is not correct.', 'keychain-denied'],
    ['User canceled the operation.', 'keychain-denied'],
    ['The specified keychain could not be found.', 'keychain-absent'],
    ['No keychain is available. You may need to restart your computer.', 'keychain-absent'],
    ['Cannot autolaunch D-Bus without X11 $DISPLAY', 'keychain-absent'],
    ['An unknown error occurred.', 'keychain-failed'],
  ])('takes %j for %s', (message, kind) => {
    expect(keychainProblem(new KeychainError('refused', message)).kind).toBe(kind);
  });

  it('takes a missing keytar for an absent Keychain, and a bug for a bug', () => {
    expect(keychainProblem(new KeychainError('absent', 'dlopen failed'))).toEqual({
      kind: 'keychain-absent',
    });
    expect(() => keychainProblem(new TypeError('a bug'))).toThrow('a bug');
  });
});
