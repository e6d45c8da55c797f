import { describe, expect, it } from 'vitest';
import type { Connection } from '../../shared/state';
import { type AppEvent, transition } from './transition';

const proxy = { host: 'proxy.corp', port: 8080 };
const other = { host: 'other.corp', port: 8080 };
const hop = { role: 'upstream', address: proxy } as const;
const unclear = { kind: 'logon-unclear', hop, retryAfterMs: 60_000 } as const;
const locked = { kind: 'keychain-locked' } as const;
const taken = { kind: 'port-in-use', port: 3128, freePort: 3129, holder: undefined } as const;

const states = {
  off: { kind: 'off' },
  setup: { kind: 'needs-setup' },
  starting: { kind: 'starting' },
  asking: { kind: 'starting', isAskingKeychain: true },
  signed: { kind: 'on', route: { kind: 'upstream', upstream: proxy, hasSignedIn: true } },
  fresh: { kind: 'on', route: { kind: 'upstream', upstream: proxy, hasSignedIn: false } },
  direct: { kind: 'on', route: { kind: 'direct' } },
  network: { kind: 'waiting', why: { kind: 'network' } },
  local: { kind: 'waiting', why: { kind: 'local-network' } },
  paused: { kind: 'waiting', why: { kind: 'paused' } },
  spared: { kind: 'waiting', why: { kind: 'account-spared', problem: unclear } },
  missing: { kind: 'password-needed', why: { kind: 'missing' } },
  refused: { kind: 'password-needed', why: { kind: 'refused', upstream: proxy, atMs: 7 } },
  keychain: { kind: 'password-needed', why: { kind: 'keychain', problem: locked } },
  failed: { kind: 'failed', problem: taken },
  /** Where some events lead to. */
  elsewhere: { kind: 'on', route: { kind: 'upstream', upstream: other, hasSignedIn: false } },
} as const satisfies Record<string, Connection>;

type StateName = keyof typeof states;

const events = {
  on: { kind: 'switched-on' },
  off: { kind: 'switched-off' },
  setUp: { kind: 'set-up' },
  forgotten: { kind: 'forgotten' },
  startFailed: { kind: 'start-failed', problem: taken },
  listening: { kind: 'listening' },
  reachable: {
    kind: 'reachability',
    reachability: 'reachable',
    upstream: proxy,
    offNetwork: 'refuse',
    hasSignedIn: false,
  },
  other: {
    kind: 'reachability',
    reachability: 'reachable',
    upstream: other,
    offNetwork: 'refuse',
    hasSignedIn: false,
  },
  unknown: {
    kind: 'reachability',
    reachability: 'unknown',
    upstream: undefined,
    offNetwork: 'direct',
    hasSignedIn: false,
  },
  away: {
    kind: 'reachability',
    reachability: 'unreachable',
    upstream: undefined,
    offNetwork: 'direct',
    hasSignedIn: false,
  },
  shut: {
    kind: 'reachability',
    reachability: 'unreachable',
    upstream: undefined,
    offNetwork: 'refuse',
    hasSignedIn: false,
  },
  forbidden: {
    kind: 'reachability',
    reachability: 'forbidden',
    upstream: undefined,
    offNetwork: 'direct',
    hasSignedIn: false,
  },
  epoch: { kind: 'epoch', reason: 'woke' },
  asked: { kind: 'keychain-asked' },
  missing: { kind: 'credential-missing' },
  keychain: { kind: 'keychain-trouble', problem: locked },
  refused: { kind: 'credential-refused', upstream: proxy, atMs: 7 },
  accepted: { kind: 'credential-accepted', upstream: proxy },
  changed: { kind: 'credential-changed' },
  pause: { kind: 'sign-in-paused', isPaused: true },
  resume: { kind: 'sign-in-paused', isPaused: false },
  spared: { kind: 'account-spared', problem: unclear },
} as const satisfies Record<string, AppEvent>;

/** From each state, by each event; `=` stays. */
const table = `
            off      setup starting  asking    signed    fresh     direct    network   local     paused   spared   missing  refused  keychain failed
on          starting =     =         =         =         =         =         =         =         =        =        =        =        =        starting
off         =        =     off       off       off       off       off       off       off       off      off      off      off      off      off
setUp       =        off   =         =         =         =         =         =         =         =        =        =        =        =        =
forgotten   setup    =     setup     setup     setup     setup     setup     setup     setup     setup    setup    setup    setup    setup    setup
startFailed =        =     failed    failed    failed    failed    failed    failed    failed    failed   failed   failed   failed   failed   =
listening   =        =     =         =         =         =         =         =         =         =        =        =        =        =        starting
reachable   =        =     fresh     fresh     =         =         fresh     fresh     fresh     =        =        =        =        =        =
other       =        =     elsewhere elsewhere elsewhere elsewhere elsewhere elsewhere elsewhere =        =        =        =        =        =
unknown     =        =     =         starting  starting  starting  starting  starting  starting  =        =        =        =        =        =
away        =        =     direct    direct    direct    direct    =         direct    direct    =        =        =        =        =        =
shut        =        =     network   network   network   network   network   =         network   =        =        =        =        =        =
forbidden   =        =     local     local     local     local     local     local     =         =        =        =        =        =        =
epoch       =        =     =         starting  fresh     =         starting  starting  starting  =        =        =        =        =        =
asked       =        =     asking    =         =         =         =         =         =         =        =        =        =        =        =
missing     =        =     missing   missing   missing   missing   missing   missing   missing   missing  missing  =        missing  missing  =
keychain    =        =     keychain  keychain  keychain  keychain  keychain  keychain  keychain  keychain keychain keychain keychain =        =
refused     =        =     refused   refused   refused   refused   refused   refused   refused   refused  refused  refused  =        refused  =
accepted    =        =     signed    signed    =         signed    signed    signed    signed    =        signed   =        =        =        =
changed     =        =     =         =         =         =         =         starting  starting  starting starting starting starting starting =
pause       =        =     paused    paused    paused    paused    paused    paused    paused    =        paused   =        =        =        =
resume      =        =     =         =         =         =         =         =         =         starting =        =        =        =        =
spared      =        =     spared    spared    spared    spared    spared    spared    spared    =        =        =        =        =        =
`;

const [header = [], ...rows] = table
  .trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const cases = rows.flatMap(([event = '', ...next]) =>
  next.map((to, column) => ({
    from: header[column] ?? '',
    event,
    to: to === '=' ? (header[column] ?? '') : to,
  })),
);

describe('transition', () => {
  it('is tested for every state and every event', () => {
    expect(header).toEqual(Object.keys(states).filter((name) => name !== 'elsewhere'));
    expect(rows.map(([event]) => event)).toEqual(Object.keys(events));
    expect(cases).toHaveLength(15 * 22);
  });

  it.each(cases)('from $from by $event goes to $to', ({ from, event, to }) => {
    const next = transition(states[from as StateName], events[event as keyof typeof events]);
    expect(next).toEqual(states[to as StateName]);
  });

  it('forgets with another network that it has signed in', () => {
    const away = transition(states.signed, events.away);
    expect(transition(away, events.reachable)).toEqual(states.fresh);
  });
});
