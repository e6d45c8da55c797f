import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../../e2e/gallery/states';
import { wordsFor } from '../../shared/words/words-for';
import { trayMenu } from './tray-menu';

const { tray } = wordsFor('en');
const labelsOf = (name: string, hasOpen = false): string[] =>
  trayMenu(exampleNamed(name, 'en').state, hasOpen).map((entry) =>
    entry.kind === 'separator' ? '-' : entry.label,
  );

describe('trayMenu', () => {
  it('has the entries of the design, in their order', () => {
    expect(labelsOf('on')).toEqual([
      'Signed in as CORP\\alice',
      '-',
      tray.turnOff,
      tray.useForThisMac,
      '-',
      tray.copyTerminalCommands,
      tray.preferences,
      '-',
      tray.quit,
    ]);
  });

  it.each([
    ['needs-set-up', 'Latchkey is not set up', 'Set up…'],
    ['off', 'Latchkey is off', tray.turnOn],
    ['off-not-put-back', 'This Mac’s proxy settings still lead to Latchkey', 'Put the settings back…'],
    ['on-mac-off', 'On for terminals, as CORP\\alice', tray.turnOff],
    ['on-no-sign-in', 'Latchkey is on', tray.turnOff],
    ['mac-taken-over', 'This Mac goes another way', 'Use Latchkey again'],
    ['mac-vpn', 'This Mac goes another way', tray.turnOff],
    ['mac-standard-user', 'This Mac goes another way', 'Use for this Mac…'],
    ['on-expiring', 'Your password expires in 2 days', 'Change password…'],
    ['on-last-problem', 'Your password expires in 6 days', 'Change password…'],
    ['password-needed', 'The company proxy no longer accepts this password', 'Enter password…'],
    ['direct', 'Off the company network: going direct', 'Check again'],
    ['refusing', 'Off the company network: requests are refused until it is back', 'Check again'],
    ['local-network', 'Local network blocked', 'Open System Settings…'],
    ['paused', 'Sign-in is paused', 'Go on with the old password'],
    ['spared', 'Sign-in is on hold', tray.openLatchkey],
    ['starting', 'Starting…', tray.turnOff],
    ['failed-port', 'Latchkey could not start', tray.openLatchkey],
  ])('begins for the state %s with %s, and the action %s', (name, status, action) => {
    expect(labelsOf(name).slice(0, 3)).toEqual([status, '-', action]);
    expect(trayMenu(exampleNamed(name, 'en').state, false)[0]?.kind).toBe('label');
    // Nowhere are two lines beside each other, nor one at an end.
    for (const hasOpen of [false, true]) {
      const labels = labelsOf(name, hasOpen);
      expect(labels.join()).not.toMatch(/-,-|^-|-$/);
      expect(new Set(labels.filter((label) => label !== '-')).size).toBe(
        labels.filter((label) => label !== '-').length,
      );
    }
  });

  it('ticks nothing that does nothing', () => {
    const entryOf = (name: string) =>
      trayMenu(exampleNamed(name, 'en').state, false).find(
        (each) => each.kind === 'item' && each.label === tray.useForThisMac,
      );
    expect(entryOf('off')).toMatchObject({ isChecked: false, isEnabled: false });
    expect(entryOf('off-not-put-back')).toMatchObject({ isChecked: true, isEnabled: true });
    expect(entryOf('needs-set-up')).toBeUndefined();
    expect(entryOf('mac-taken-over')).toMatchObject({ isChecked: false, isEnabled: true });
  });

  it('turns on what is off, and offers neither before it is set up', () => {
    expect(labelsOf('off')).toContain(tray.turnOn);
    expect(labelsOf('off')).not.toContain(tray.turnOff);
    expect(labelsOf('password-needed')).toContain(tray.turnOff);
    const labels = labelsOf('needs-set-up');
    expect(labels).not.toContain(tray.turnOn);
    expect(labels).not.toContain(tray.turnOff);
    expect(labels.at(-1)).toBe(tray.quit);
  });

  it('says who is signed in only while somebody is', () => {
    for (const name of ['off', 'direct', 'starting', 'password-needed', 'on-no-sign-in']) {
      expect(labelsOf(name).join()).not.toContain('CORP');
    }
  });

  it('carries what a notification says, and leads to it', () => {
    expect(labelsOf('password-needed').slice(0, 3)).toEqual([
      'The company proxy no longer accepts this password',
      '-',
      'Enter password…',
    ]);
    const [label, , item] = trayMenu(exampleNamed('notifications-off', 'en').state, false);
    expect(label).toEqual({ kind: 'label', label: 'Your password expires in 2 days' });
    expect(item).toMatchObject({ label: 'Change password…', action: { kind: 'go-to', screen: 'password' } });
  });

  it('switches the Mac by what is set now, and not where there is nothing to switch', () => {
    const entry = trayMenu(exampleNamed('on', 'en').state, false).find(
      (each) => each.kind === 'item' && each.label === tray.useForThisMac,
    );
    expect(entry).toMatchObject({ isChecked: true, action: { kind: 'set-system-proxy', isOn: false } });
    expect(labelsOf('on-without-mac')).not.toContain(tray.useForThisMac);
  });

  it('leads to the panel where a click can only open a menu', () => {
    expect(labelsOf('on', true)).toContain(tray.openLatchkey);
  });

  it('is in the language of the state', () => {
    const german = trayMenu(exampleNamed('on', 'de').state, false);
    expect(german.at(-1)).toMatchObject({ label: wordsFor('de').tray.quit });
  });
});
