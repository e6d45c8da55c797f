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
