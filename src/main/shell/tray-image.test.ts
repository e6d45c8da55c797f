import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../../e2e/gallery/states';
import { trayImage } from './tray-image';

const imageOf = (name: string): string => trayImage(exampleNamed(name, 'en').state);

describe('trayImage', () => {
  it.each([
    ['on', 'on'],
    ['direct', 'on'],
    // Nobody has to do anything about these.
    ['refusing', 'on'],
    ['paused', 'on'],
    ['off', 'off'],
    ['needs-set-up', 'off'],
    ['starting', 'busy'],
    ['set-up-checking', 'busy'],
    ['password-checking', 'busy'],
    ['password-needed', 'attention'],
    ['password-keychain', 'attention'],
    ['spared', 'attention'],
    ['failed-port', 'attention'],
    ['off-not-put-back', 'attention'],
    ['mac-taken-over', 'attention'],
    ['mac-standard-user', 'attention'],
    // A VPN in front is no business of the user's.
    ['mac-vpn', 'on'],
  ])('is for the state %s: %s', (name, image) => {
    expect(imageOf(name)).toBe(image);
  });
});
