import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { fakeState } from '../../../test/fake-core';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
  fixture.core.set({
    ...fakeState,
    askedProxies: [
      { host: 'p2.corp', port: 8080 },
      { host: 'p3.corp', port: 443, isTls: true },
    ],
  });
  await fixture.listen();
});

afterEach(() => fixture.remove());

describe('latchkey agree', () => {
  it('shows those that wait, as it takes them', async () => {
    expect(await fixture.run(['agree'])).toMatchObject({
      code: 0,
      out: ['p2.corp:8080', 'https://p3.corp:443'],
    });
    expect(fixture.core.commands).toEqual([]);
  });

  it.each([
    [['p2.corp:8080'], { host: 'p2.corp', port: 8080 }, true, 'p2.corp:8080 may get the sign-in'],
    [
      ['--not', 'https://p3.corp:443'],
      { host: 'p3.corp', port: 443, isTls: true },
      false,
      'https://p3.corp:443 gets no sign-in',
    ],
  ])('says so of one: %j', async (args, upstream, isAgreed, told) => {
    expect(await fixture.run(['agree', ...args])).toMatchObject({ code: 0, out: [told] });
    expect(fixture.core.commands).toEqual([{ kind: 'answer-proxy', upstream, isAgreed }]);
  });

  it('says what an address is', async () => {
    const { code, error } = await fixture.run(['agree', 'p2.corp']);
    expect([code, error]).toEqual([
      2,
      "latchkey: a company proxy is host:port, or https://host:port, not 'p2.corp'",
    ]);
  });
});
