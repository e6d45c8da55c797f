import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { FakeCore, fakeState, notSetUp } from '../../../test/fake-core';
import { styleWith } from '../style';
import { addDays, localDay } from '../../shared/calendar-day';
import type { AccountState, AppState } from '../../shared/state';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
});

afterEach(() => fixture.remove());

const { account: fakeAccount } = fakeState;
const account = fakeAccount as AccountState;
const upstream = { host: 'proxy.corp', port: 8080 };
const atMs = Date.UTC(2026, 10, 2, 8);

async function lines(): Promise<readonly string[]> {
  const { code, out } = await fixture.run(['status']);
  expect(code).toBe(0);
  return out;
}

describe('latchkey status', () => {
  it('says how the app is', async () => {
    await fixture.listen();
    expect(await lines()).toEqual([
      'Running         the app, version 0.0.0',
      'Listening on    127.0.0.1:3128, [::1]:3128',
      'Company proxy   proxy.corp:8080, in use',
      'Account         CORP-UK\\testuser',
      'Password        accepted',
      'Today           12 logons, 0 refused, 1 without an answer',
    ]);
    expect(fixture.core.commands).toEqual([]);
  });

  it('says how `latchkey run` is', async () => {
    await fixture.listen({ host: 'run' });
    expect((await lines())[0]).toBe(
      `Running         \`latchkey run\`, version 0.0.0, process ${process.pid}`,
    );
  });

  it('says which PAC is in use, how old it is, what is wrong with it, and whom it names', async () => {
    const settings = { ...fakeState.settings, pac: 'mac' };
    const readMs = Date.UTC(2026, 10, 2, 8);
    fixture.core.set({
      ...fakeState,
      settings,
      pac: { place: 'http://pac.corp/proxy.pac', readMs, error: 'socket hang up' },
      askedProxies: [{ host: 'p2.corp', port: 443, isTls: true }],
    });
    await fixture.listen();
    expect((await lines()).slice(3, 5)).toEqual([
      'PAC             http://pac.corp/proxy.pac, read 2026-11-02T08:00:00.000Z; the last try failed: socket hang up',
      'Not agreed to   https://p2.corp:443: see `latchkey agree`',
    ]);
    const { out } = await fixture.run(['status', '--json']);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      pac: {
        source: 'mac',
        place: 'http://pac.corp/proxy.pac',
        read: '2026-11-02T08:00:00.000Z',
        error: 'socket hang up',
        notAgreedTo: ['https://p2.corp:443'],
      },
    });
  });

  it('lists the ports for SOCKS5 and tunnels, and why one is not open', async () => {
    fixture.core.set({
      services: [
        { kind: 'socks', address: { host: '127.0.0.1', port: 1080 }, openTunnels: 0 },
        { kind: 'socks', address: { host: '::1', port: 1080 }, openTunnels: 3 },
        {
          kind: 'tunnel',
          address: { host: '127.0.0.1', port: 5432 },
          target: { host: 'db.corp', port: 5432 },
          openTunnels: 2,
        },
      ],
      unbound: [
        { kind: 'http', place: '192.0.2.1:3128', line: 6, why: 'no-such-address' },
        { kind: 'tunnel', place: '2222', target: { host: '2001:db8::1', port: 22 }, line: 0, why: 'in-use' },
      ],
      notices: [
        { kind: 'not-listening', file: 'c.conf', line: 6, place: '192.0.2.1:3128', why: 'no-such-address' },
      ],
    });
    await fixture.listen();
    expect((await lines()).slice(1, 7)).toEqual([
      'Listening on    127.0.0.1:3128, [::1]:3128',
      'SOCKS5          127.0.0.1:1080, [::1]:1080 (3 open)',
      'Tunnels         127.0.0.1:5432 to db.corp:5432 (2 open)',
      'Not open        192.0.2.1:3128, HTTP, line 6: it is not an address of this computer',
      'Not open        2222, tunnel to [2001:db8::1]:22: another program has it',
      'Company proxy   proxy.corp:8080, in use',
    ]);
    expect((await lines()).join()).not.toContain('Notice');
    const { out } = await fixture.run(['status', '--json']);
    expect(JSON.parse(out.join('\n'))).toMatchObject({
      services: [
        { kind: 'http', place: '127.0.0.1:3128', target: null, openTunnels: null, problem: null },
        { kind: 'http', place: '[::1]:3128', target: null, openTunnels: null, problem: null },
        { kind: 'socks', place: '127.0.0.1:1080', target: null, problem: null },
        { kind: 'socks', place: '[::1]:1080', target: null, openTunnels: 3, problem: null },
        { kind: 'tunnel', place: '127.0.0.1:5432', target: 'db.corp:5432', openTunnels: 2, problem: null },
        { kind: 'http', place: '192.0.2.1:3128', target: null, problem: 'no-such-address' },
        { kind: 'tunnel', place: '2222', target: '[2001:db8::1]:22', problem: 'in-use' },
      ],
      notices: ['not-listening'],
    });
  });

  it('says that nothing runs', async () => {
    expect(await fixture.run(['status'])).toEqual({
      code: 1,
      out: [],
      err: [],
      error: 'latchkey: Latchkey is not running: open the app, or start `latchkey run`',
    });
  });

  it('says that nothing is set up', async () => {
    fixture.core.set(notSetUp);
    await fixture.listen();
    expect(await lines()).toEqual([
      'Running         the app, version 0.0.0',
      'Set-up          nothing is set up yet: open Latchkey in the menu bar',
    ]);
  });

  it.each<[string, Partial<AppState>, string]>([
    [
      'not tried',
      { account: { ...account, standing: 'unproven' } },
      'Password        not tried yet on this network',
    ],
    [
      'for this run alone',
      { account: { ...account, isForSessionOnly: true } },
      'Password        accepted; it is kept until this Latchkey ends',
    ],
    [
      'not tried, for this run alone',
      { account: { ...account, standing: 'unproven', isForSessionOnly: true } },
      'Password        not tried yet on this network; it is kept until this Latchkey ends',
    ],
    [
      'in doubt',
      { account: { ...account, standing: 'suspect' } },
      'Password        accepted before, refused for one address: being judged',
    ],
    [
      'refused',
      {
        account: { ...account, standing: 'refused' },
        connection: { kind: 'password-needed', why: { kind: 'refused', upstream, atMs } },
      },
      'Password        refused: it is not sent again until `latchkey credential set` or `latchkey credential retry`',
    ],
    [
      'missing',
      {
        account: { ...account, standing: 'unproven' },
        connection: { kind: 'password-needed', why: { kind: 'missing' } },
      },
      'Password        none: give it with `latchkey credential set`',
    ],
    [
      'paused',
      { connection: { kind: 'waiting', why: { kind: 'paused' } } },
      'Password        the sign-in is paused until `latchkey credential set` or `latchkey credential resume`',
    ],
    ['being looked for', { reachability: 'unknown' }, 'Company proxy   being looked for'],
    [
      'forbidden by macOS',
      { reachability: 'forbidden' },
      'Company proxy   macOS does not let Latchkey reach it: allow it in System Settings, Privacy & Security, Local Network',
    ],
    [
      'away, refusing',
      { reachability: 'unreachable' },
      'Company proxy   none can be reached: requests are refused',
    ],
    [
      'away, going direct',
      { reachability: 'unreachable', settings: { ...fakeState.settings, offNetwork: 'direct' } },
      'Company proxy   none can be reached: going direct',
    ],
    [
      'turned off',
      { connection: { kind: 'off' }, addresses: [] },
      'Listening on    nothing: it is turned off; `latchkey on` turns it on',
    ],
    ['turned off, with its company proxy', { addresses: [] }, 'Company proxy   proxy.corp:8080'],
    [
      'without its port',
      {
        connection: {
          kind: 'failed',
          problem: { kind: 'port-in-use', port: 3128, freePort: 3129, holder: 'cntlm' },
        },
        addresses: [],
      },
      'Listening on    nothing: Port 3128 is in use by cntlm. Stop it, or choose another port, such as 3129.',
    ],
    [
      'not the Mac’s proxy',
      { systemProxy: { kind: 'off', notes: [] } },
      'System proxy    This Mac does not use Latchkey as its proxy.',
    ],
    [
      'the Mac’s proxy',
      { systemProxy: { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] } },
      'System proxy    This Mac uses Latchkey as its proxy, on “Wi-Fi”.',
    ],
    [
      'with something amiss',
      { notices: [{ kind: 'keychain-locked' }, { kind: 'notifications-off' }] },
      'Notice          macOS does not show the notifications of Latchkey.',
    ],
  ])('%s', async (_title, changes, line) => {
    fixture.core.set(changes);
    await fixture.listen();
    expect(await lines()).toContain(line);
  });

  it('shows the age of the password when it is known, and one logon as one', async () => {
    const setOn = addDays(localDay(Date.now()), -28);
    fixture.core.set({
      account: { ...account, today: { sent: 1, refused: 1, unanswered: 0 }, setOn, daysLeft: 3 },
    });
    await fixture.listen();
    // Without a maximum age nothing is said of it.
    expect((await lines()).at(-1)).toBe('Today           1 logon, 1 refused, 0 without an answer');
    fixture.core.setSettings({ maxPasswordAgeDays: 31 });
    expect((await lines()).at(-1)).toBe(
      `Password age    set on ${setOn}; by the maximum age that you set it expires in 3 days, on ${addDays(setOn, 31)}`,
    );
  });

  it('says which one it means when there are several', async () => {
    await fixture.listen();
    await fixture.listen({
      host: 'run',
      core: new FakeCore({ addresses: [{ host: '127.0.0.1', port: 3129 }] }),
    });
    expect((await fixture.run(['status'])).error).toContain('choose one with --port');
    expect((await fixture.run(['status', '--port', '3128'])).out[0]).toContain('the app');
    expect((await fixture.run(['status', '-p', '3129'])).out[0]).toContain('`latchkey run`');
  });

  it('marks its titles on a terminal with colours alone', async () => {
    await fixture.listen();
    const terminal = fixture.terminal('', { outStyle: styleWith(true) });
    expect((await fixture.run(['status'], terminal)).out[3]).toBe(
      '\u001b[1mAccount\u001b[22m         CORP-UK\\testuser',
    );
  });
});

describe('latchkey status --json', () => {
  async function facts(): Promise<unknown> {
    const { code, out, err } = await fixture.run(['status', '--json']);
    expect([code, err]).toEqual([0, []]);
    return JSON.parse(out.join('\n'));
  }

  it('has all facts, and always the same fields', async () => {
    await fixture.listen();
    const all = {
      host: 'app',
      pid: process.pid,
      version: '0.0.0',
      connection: 'on',
      listening: [
        { host: '127.0.0.1', port: 3128 },
        { host: '::1', port: 3128 },
      ],
      services: [
        { kind: 'http', place: '127.0.0.1:3128', target: null, openTunnels: null, problem: null },
        { kind: 'http', place: '[::1]:3128', target: null, openTunnels: null, problem: null },
      ],
      companyProxy: 'reachable',
      companyProxies: [{ host: 'proxy.corp', port: 8080, status: 'in-use' }],
      account: { domain: 'corp-uk', user: 'testuser' },
      password: {
        standing: 'proven',
        isPaused: false,
        isForSessionOnly: false,
        lastAccepted: null,
        setOn: null,
        daysLeft: null,
      },
      logonsToday: { sent: 12, refused: 0, unanswered: 1 },
      pac: null,
      trafficToday: { downBytes: 0, upBytes: 0 },
      offNetwork: 'refuse',
      systemProxy: 'unsupported',
      notices: [],
    };
    expect(await facts()).toEqual(all);
    fixture.core.set({
      connection: { kind: 'waiting', why: { kind: 'paused' } },
      account: { ...account, lastAcceptedMs: atMs, setOn: '2026-11-01', daysLeft: 30 },
      systemProxy: { kind: 'off', notes: [] },
      notices: [{ kind: 'keychain-locked' }],
    });
    expect(await facts()).toEqual({
      ...all,
      connection: 'waiting',
      password: {
        standing: 'proven',
        isPaused: true,
        isForSessionOnly: false,
        lastAccepted: '2026-11-02T08:00:00.000Z',
        setOn: '2026-11-01',
        daysLeft: 30,
      },
      systemProxy: 'off',
      notices: ['keychain-locked'],
    });
    fixture.core.set(notSetUp);
    expect(await facts()).toMatchObject({ account: null, password: null, logonsToday: null, listening: [] });
  });
});
