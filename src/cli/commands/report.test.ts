import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { fakeAccount } from '../../../test/fake-core';
import { styleWith } from '../style';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  await fixture.listen();
  fixture.core.answer('read-log', ({ maxLines }) => ({
    kind: 'log',
    lines: Array.from({ length: maxLines }, (_, index) => `line ${index + 1}`),
  }));
});

afterEach(() => fixture.remove());

describe('latchkey report', () => {
  it('has what status says, the machine, and the end of the log', async () => {
    const { code, out } = await fixture.run(['report']);
    const { out: status } = await fixture.run(['status']);
    expect(out).toEqual([
      '== Latchkey',
      ...status,
      `Platform        ${process.platform} ${process.arch}, Node ${process.version}`,
      '',
      '== Last report of the doctor',
      'there is none: `latchkey check` makes one',
      '',
      '== Last 50 lines of the log',
      ...Array.from({ length: 50 }, (_, index) => `line ${index + 1}`),
      '',
    ]);
    expect(code).toBe(0);
    expect(fixture.core.commands).toEqual([{ kind: 'read-log', maxLines: 50 }]);
  });

  it('has the last report of the doctor', async () => {
    fixture.core.set({
      check: {
        kind: 'finished',
        purpose: 'doctor',
        upstream: { host: 'proxy.corp', port: 8080 },
        account: fakeAccount,
        steps: [],
        result: 'accepted',
        logons: 1,
        report: 'Latchkey 0.0.0\n1. name: done\n',
      },
    });
    const { out } = await fixture.run(['report']);
    const at = out.indexOf('== Last report of the doctor');
    expect(out.slice(at + 1, at + 4)).toEqual(['Latchkey 0.0.0', '1. name: done', '']);
  });

  it('is there without a log, and without colours, ready for a file', async () => {
    fixture.core.answer('read-log', { kind: 'cancelled' });
    const terminal = fixture.terminal('', { outStyle: styleWith(true) });
    const { code, out } = await fixture.run(['report'], terminal);
    expect(out.slice(-3)).toEqual(['', '== Last 50 lines of the log', '']);
    expect(out.join('\n')).not.toContain('\u001b');
    expect(code).toBe(0);
  });

  it('says that nothing runs', async () => {
    expect(await fixture.run(['report', '--port', '9'])).toMatchObject({ code: 1, out: [] });
  });
});
