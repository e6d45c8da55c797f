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
    // A password is told by a notification, where there are any; in its last days by the icon as well.
    ['on-last-problem', 'on'],
    ['on-expiring', 'attention'],
    ['notifications-off', 'attention'],
    // A VPN in front is no business of the user's.
    ['mac-vpn', 'on'],
    ['on-mac-off', 'on'],
  ])('is for the state %s: %s', (name, image) => {
    expect(imageOf(name)).toBe(image);
  });
});
