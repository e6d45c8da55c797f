import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type ControlAnswer,
  type ControlCommand,
  parseControlAnswer,
  parseControlCommand,
} from './control-command';

const account = { domain: 'corp', user: 'alice' };
const ntowfv2 = '1F6839EE15E639893286CF65C5D0A65c';
const set = { kind: 'credential-set', account, ntowfv2 };

describe('parseControlCommand', () => {
  it.each<ControlCommand>([
    { kind: 'status' },
    { kind: 'credential-pause' },
    { kind: 'credential-resume' },
    { kind: 'reload' },
    { kind: 'system-proxy', action: 'on', mode: 'pac', isLocalDirect: false },
    { kind: 'credential-retry' },
    { kind: 'credential-retry', url: 'http://example.com/' },
    { kind: 'credential-set', account, ntowfv2 },
    { kind: 'credential-set', account: { domain: '', user: 'alice@corp.example' }, ntowfv2 },
    { kind: 'credential-set', account, ntowfv2, url: 'https://example.com', setOn: '2026-07-01' },
  ])('reads %j', (command) => {
    expect(parseControlCommand(JSON.parse(JSON.stringify(command)))).toEqual(command);
  });

  it('drops what it does not know', () => {
    expect(parseControlCommand({ ...set, account: { ...account, x: 1 }, x: 1 })).toEqual(set);
    expect(parseControlCommand({ kind: 'status', url: 1 })).toEqual({ kind: 'status' });
  });

  it.each<unknown>([
    undefined,
    null,
    'status',
    [],
    [{ kind: 'status' }],
    {},
    { kind: 'stop' },
    { kind: ['status'] },
    { kind: '__proto__' },
    { kind: 'system-proxy', action: 'up', mode: 'pac', isLocalDirect: false },
    { kind: 'system-proxy', action: 'on', mode: 'pac' },
    { kind: 'system-proxy', action: 'on' },
    { kind: 'credential-retry', url: 'example.com' },
    { kind: 'credential-retry', url: 'file:///etc/passwd' },
    { kind: 'credential-retry', url: null },
    { kind: 'credential-retry', url: `http://example.com/${'x'.repeat(8192)}` },
    { kind: 'credential-set' },
    { ...set, ntowfv2: ntowfv2.slice(1) },
    { ...set, ntowfv2: `${ntowfv2}0` },
    { ...set, ntowfv2: `${ntowfv2}\n` },
    { ...set, ntowfv2: 'g'.repeat(32) },
    { ...set, ntowfv2: [ntowfv2] },
    { ...set, account: 'corp\\alice' },
    { ...set, account: { user: 'alice' } },
    { ...set, account: { domain: 'corp', user: '' } },
    { ...set, account: { domain: 'corp', user: 'al\nice' } },
    { ...set, account: { domain: 'x'.repeat(257), user: 'alice' } },
    { ...set, setOn: '2026-02-30' },
    { ...set, setOn: 20_260_701 },
    { ...set, url: 7 },
  ])('refuses %j', (value) => {
    expect(parseControlCommand(value)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.jsonValue(), fc.record({ kind: fc.constant('credential-set'), account: fc.jsonValue() })),
        (value) => {
          expect(['undefined', 'object']).toContain(typeof parseControlCommand(value));
        },
      ),
    );
  });
});

const status: ControlAnswer = {
  kind: 'status',
  state: {
    account,
    credential: 'proven',
    isPaused: false,
    companyProxy: 'reachable',
    upstream: { host: 'proxy.corp', port: 8080 },
    offNetwork: 'direct',
    addresses: [{ host: '127.0.0.1', port: 3128 }],
  },
  today: { sent: 1, refused: 0, unanswered: 0 },
};
const hop = { role: 'upstream', address: { host: 'proxy.corp', port: 8080 } } as const;

describe('parseControlAnswer', () => {
  it.each<ControlAnswer>([
    status,
    { ...status, password: { setOn: '2026-07-01', expiresOn: '2026-08-01', daysLeft: -3 } },
    { kind: 'checked', result: { kind: 'accepted' }, note: 'It is in the Keychain.' },
    {
      kind: 'checked',
      result: { kind: 'refused', problem: { kind: 'credential-refused', hop, account } },
    },
    { kind: 'checked', result: { kind: 'unclear', problem: { kind: 'silent', hop } } },
    { kind: 'done' },
    { kind: 'done', note: 'x' },
    { kind: 'failed', message: 'x' },
  ])('reads %j', (answer) => {
    expect(parseControlAnswer(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  });

  it('reads a state without an upstream', () => {
    const { upstream: _, ...state } = status.state;
    const answer = { ...status, state };
    expect(parseControlAnswer(answer)).toEqual(answer);
  });

  it.each<unknown>([
    undefined,
    'done',
    [],
    {},
    { kind: 'other' },
    { kind: 'failed' },
    { kind: 'done', note: 1 },
    { kind: 'status' },
    { ...status, today: { sent: '1', refused: 0, unanswered: 0 } },
    { ...status, password: { setOn: '2026-07-01', expiresOn: 'soon', daysLeft: 1 } },
    { ...status, state: { ...status.state, credential: 'good' } },
    { ...status, state: { ...status.state, upstream: 'proxy.corp' } },
    { ...status, state: { ...status.state, addresses: [1] } },
    { ...status, state: { ...status.state, isPaused: 0 } },
    { kind: 'checked' },
    { kind: 'checked', result: { kind: 'refused' } },
    { kind: 'checked', result: { kind: 'refused', problem: { kind: 'new' } } },
    { kind: 'checked', result: { kind: 'unclear', problem: { kind: 'silent' } } },
  ])('refuses %j', (value) => {
    expect(parseControlAnswer(value)).toBeUndefined();
  });
});
