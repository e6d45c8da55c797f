import { scryptSync } from 'node:crypto';
import { lstat, mkdtemp, readFile, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { addDays } from '../../../shared/calendar-day';
import { CredentialMemory } from './credential-memory';

let folder = '';
let problems: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-memory-'));
  problems = [];
});

afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

const alice = { domain: 'corp', user: 'alice' };
const hash = Buffer.from('1f6839ee15e639893286cf65c5d0a65c', 'hex');
const otherHash = Buffer.alloc(16, 7);
const nowMs = Date.parse('2026-07-01T12:00:00Z');
const dayMs = 86_400_000;

function memoryIn(directory = folder): CredentialMemory {
  return new CredentialMemory(directory, (message) => problems.push(message));
}

interface Stored {
  readonly salt: string;
  readonly outcomes: Record<string, { outcome: string; at: string }>;
  readonly accounts: Record<string, { logons: Record<string, unknown> }>;
}

async function storedIn(directory = folder): Promise<Stored> {
  return JSON.parse(await readFile(join(directory, 'credentials.json'), 'utf8')) as Stored;
}

describe('the outcomes of credentials', () => {
  it('cost no fingerprint while none is remembered', async () => {
    let count = 0;
    const onDerive = (): void => {
      count += 1;
    };
    const memory = new CredentialMemory(folder, (message) => problems.push(message), { onDerive });
    expect(await memory.recall(alice, hash)).toBeUndefined();
    expect(count).toBe(0);
    await memory.remember(alice, hash, 'refused', nowMs);
    expect(count).toBe(1);
    const later = new CredentialMemory(folder, (message) => problems.push(message), { onDerive });
    expect(await later.recall(alice, hash)).toEqual({ outcome: 'refused', atMs: nowMs });
    expect(count).toBe(2);
  });

  it('survive a restart, also when they come at once', async () => {
    const memory = memoryIn();
    await Promise.all([
      memory.remember(alice, hash, 'accepted', nowMs),
      memory.remember(alice, hash, 'refused', nowMs + 1),
      memory.remember(alice, otherHash, 'accepted', nowMs + 2),
    ]);
    const later = memoryIn();
    expect(await later.recall(alice, hash)).toEqual({ outcome: 'refused', atMs: nowMs + 1 });
    expect(await later.recall(alice, otherHash)).toEqual({ outcome: 'accepted', atMs: nowMs + 2 });
    expect(await later.recall(alice, Buffer.alloc(16))).toBeUndefined();
    expect(await later.recall({ ...alice, user: 'bob' }, hash)).toBeUndefined();
    expect(problems).toEqual([]);
  });

  it('belong to an account however it is written', async () => {
    await memoryIn().remember(alice, hash, 'refused', nowMs);
    expect(await memoryIn().recall({ domain: 'CORP', user: 'Alice' }, hash)).toMatchObject({
      outcome: 'refused',
    });
  });

  it('are known at once, before they are written', async () => {
    const memory = memoryIn();
    const written = memory.remember(alice, hash, 'refused', nowMs);
    expect(await memory.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    await written;
  });

  it('stand under a salted scrypt value, in a file of its owner alone', async () => {
    const directory = join(folder, 'deeper');
    await memoryIn(directory).remember(alice, hash, 'accepted', nowMs);
    const { salt, outcomes } = await storedIn(directory);
    const fingerprint = scryptSync(`CORP\\ALICE ${hash.toString('hex')}`, Buffer.from(salt, 'hex'), 16);
    expect(outcomes).toEqual({
      [fingerprint.toString('hex')]: { outcome: 'accepted', at: '2026-07-01T12:00:00.000Z' },
    });
    const { path } = memoryIn(directory);
    expect(await readFile(path, 'utf8')).not.toMatch(new RegExp(hash.toString('hex'), 'i'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('of several processes come together, whoever began the file', async () => {
    const [one, other] = [memoryIn(), memoryIn()];
    // Both have made up a salt before there is a file.
    await Promise.all([one.recall(alice, hash), other.recall(alice, hash)]);
    await one.remember(alice, hash, 'refused', nowMs);
    await other.remember(alice, otherHash, 'accepted', nowMs);
    expect(await one.recall(alice, otherHash)).toMatchObject({ outcome: 'accepted' });
    expect(await other.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(Object.keys((await storedIn()).outcomes)).toHaveLength(2);
  });

  it('are at most 64: old ones go first, refusals of the last 90 days last', async () => {
    const digits = (number: number): string => number.toString(16).padStart(32, '0');
    const at = (daysAgo: number): string => new Date(nowMs - daysAgo * dayMs).toISOString();
    const outcomes = Object.fromEntries([
      ...Array.from(
        { length: 61 },
        (_, index) => [digits(index), { outcome: 'refused', at: at(89) }] as const,
      ),
      [digits(100), { outcome: 'refused', at: at(91) }],
      [digits(101), { outcome: 'accepted', at: at(1) }],
      [digits(102), { outcome: 'accepted', at: at(2) }],
    ]);
    const file = { version: 1, salt: '0'.repeat(32), outcomes, accounts: {} };
    await writeFile(join(folder, 'credentials.json'), JSON.stringify(file));
    const memory = memoryIn();
    await memory.remember(alice, hash, 'refused', nowMs);
    let kept = Object.keys((await storedIn()).outcomes);
    expect(kept).toHaveLength(64);
    expect(kept).not.toContain(digits(100));
    await memory.remember(alice, otherHash, 'refused', nowMs);
    kept = Object.keys((await storedIn()).outcomes);
    expect(kept).toHaveLength(64);
    expect(kept).not.toContain(digits(102));
    expect(kept).toContain(digits(101));
    expect(kept).toContain(digits(0));
    expect(problems).toEqual([]);
  });
});

describe('the count of logons', () => {
  it('is there at once and written 5 s later', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const memory = memoryIn();
    memory.countLogon(alice, 'sent', '2026-07-01');
    memory.countLogon(alice, 'sent', '2026-07-01');
    memory.countLogon(alice, 'unanswered', '2026-07-01');
    memory.countLogon({ ...alice, user: 'bob' }, 'sent', '2026-07-01');
    memory.countLogon(alice, 'sent', '2026-07-02');
    expect(await memory.logonsOn(alice, '2026-07-01')).toEqual({ sent: 2, refused: 0, unanswered: 1 });
    expect(await memory.logonsOn(alice, '2026-06-30')).toEqual({ sent: 0, refused: 0, unanswered: 0 });
    await vi.advanceTimersByTimeAsync(4_999);
    expect(await memoryIn().logonsOn(alice, '2026-07-01')).toMatchObject({ sent: 0 });
    await vi.advanceTimersByTimeAsync(1);
    // Answered after the write.
    await memory.logonsOn(alice, '2026-07-01');
    expect(await memoryIn().logonsOn(alice, '2026-07-01')).toEqual({ sent: 2, refused: 0, unanswered: 1 });
    expect(await memoryIn().logonsOn(alice, '2026-07-02')).toMatchObject({ sent: 1 });
  });

  it('is written at once with a refusal, and at the end', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const memory = memoryIn();
    memory.countLogon(alice, 'sent', '2026-07-01');
    memory.countLogon(alice, 'refused', '2026-07-01');
    await memory.logonsOn(alice, '2026-07-01');
    expect(await memoryIn().logonsOn(alice, '2026-07-01')).toEqual({ sent: 1, refused: 1, unanswered: 0 });
    memory.countLogon(alice, 'sent', '2026-07-01');
    await memory.close();
    expect(await memoryIn().logonsOn(alice, '2026-07-01')).toEqual({ sent: 2, refused: 1, unanswered: 0 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('of several processes is one sum', async () => {
    const [one, other] = [memoryIn(), memoryIn()];
    one.countLogon(alice, 'sent', '2026-07-01');
    other.countLogon(alice, 'sent', '2026-07-01');
    await one.close();
    other.countLogon(alice, 'refused', '2026-07-01');
    await other.close();
    expect(await one.logonsOn(alice, '2026-07-01')).toEqual({ sent: 2, refused: 1, unanswered: 0 });
  });

  it('is kept for 31 days', async () => {
    const memory = memoryIn();
    for (let day = 0; day < 40; day += 1) memory.countLogon(alice, 'sent', addDays('2026-07-01', day));
    await memory.close();
    const days = Object.keys((await storedIn()).accounts['CORP\\ALICE']?.logons ?? {});
    expect(days.toSorted().at(0)).toBe('2026-07-10');
    expect(days).toHaveLength(31);
  });
});

describe('the age of a password', () => {
  it('and its reminders survive a restart', async () => {
    const memory = memoryIn();
    expect(await memory.passwordSetOn(alice)).toBeUndefined();
    expect(await memory.lastAccepted(alice)).toBeUndefined();
    await memory.rememberPasswordSetOn(alice, '2026-07-01');
    await memory.rememberReminder(alice, '2026-08-01', 7);
    await memory.rememberReminder(alice, '2026-08-01', 3);
    memory.countLogon(alice, 'sent', '2026-07-01');
    memory.rememberAccepted(alice, nowMs);
    await memory.close();
    const later = memoryIn();
    expect(await later.passwordSetOn(alice)).toBe('2026-07-01');
    expect(await later.lastAccepted({ ...alice, user: 'ALICE' })).toBe(nowMs);
    expect(await later.remindersShown(alice, '2026-08-01')).toEqual([7, 3]);
    expect(await later.passwordSetOn({ ...alice, user: 'bob' })).toBeUndefined();
  });

  it('brings the reminders again for another day of expiry', async () => {
    const memory = memoryIn();
    await memory.rememberReminder(alice, '2026-08-01', 7);
    expect(await memory.remindersShown(alice, '2026-09-01')).toEqual([]);
    await memory.rememberReminder(alice, '2026-09-01', 3);
    expect(await memory.remindersShown(alice, '2026-09-01')).toEqual([3]);
    expect(await memory.remindersShown(alice, '2026-08-01')).toEqual([]);
  });
});

describe('a file that cannot be used', () => {
  const outcome = { outcome: 'refused', at: '2026-07-01T12:00:00Z' };
  const base = { version: 1, salt: '0'.repeat(32), outcomes: {}, accounts: {} };
  const ofAlice = (account: unknown): unknown => ({ ...base, accounts: { 'CORP\\ALICE': account } });

  it.each<[string, string]>([
    ['empty', ''],
    ['cut off', '{"version":1,'],
    ['a list', '[]'],
    ['null', 'null'],
    ['of a newer version', JSON.stringify({ ...base, version: 2 })],
    ['without its salt', JSON.stringify({ ...base, salt: 'x' })],
    ['with a list of outcomes', JSON.stringify({ ...base, outcomes: [] })],
    ['with another fingerprint', JSON.stringify({ ...base, outcomes: { x: outcome } })],
    [
      'with another outcome',
      JSON.stringify({ ...base, outcomes: { ['0'.repeat(32)]: { ...outcome, outcome: 'x' } } }),
    ],
    [
      'with another time',
      JSON.stringify({ ...base, outcomes: { ['0'.repeat(32)]: { ...outcome, at: 'noon' } } }),
    ],
    ['with no accounts', JSON.stringify({ ...base, accounts: null })],
    [
      'with another day',
      JSON.stringify(ofAlice({ logons: { today: { sent: 1, refused: 0, unanswered: 0 } } })),
    ],
    [
      'with another count',
      JSON.stringify(ofAlice({ logons: { '2026-07-01': { sent: -1, refused: 0, unanswered: 0 } } })),
    ],
    ['with another time', JSON.stringify(ofAlice({ logons: {}, lastAccepted: 'noon' }))],
    ['with another day of setting', JSON.stringify(ofAlice({ logons: {}, passwordSetOn: '2026-02-30' }))],
    [
      'with other reminders',
      JSON.stringify(ofAlice({ logons: {}, reminders: { expiresOn: '2026-07-01', shown: 7 } })),
    ],
  ])('because it is %s is kept aside, and a new one is begun', async (_title, text) => {
    await writeFile(join(folder, 'credentials.json'), text);
    const memory = memoryIn();
    expect(await memory.recall(alice, hash)).toBeUndefined();
    expect(await readFile(`${memory.path}.damaged-1`, 'utf8')).toBe(text);
    expect(problems).toEqual([expect.stringContaining(`kept as ${memory.path}.damaged-1`)]);
    await memory.remember(alice, hash, 'refused', nowMs);
    expect(await memoryIn().recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(problems).toHaveLength(1);
  });

  it('loses nothing that this process knows, and none that was kept aside', async () => {
    await memoryIn().remember(alice, hash, 'refused', nowMs);
    const memory = memoryIn();
    await memory.recall(alice, hash);
    for (const text of ['first', 'second']) {
      await writeFile(memory.path, text);
      expect(await memory.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
      await memory.remember(alice, otherHash, 'accepted', nowMs);
      expect(await memoryIn().recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    }
    expect((await readdir(folder)).toSorted()).toEqual([
      'credentials.json',
      'credentials.json.damaged-1',
      'credentials.json.damaged-2',
    ]);
    expect(await readFile(`${memory.path}.damaged-2`, 'utf8')).toBe('second');
  });

  it('is told once, and written as soon as that can be', async () => {
    // A file where the directory should be: nothing can be read or written below it, not even by root.
    const directory = join(folder, 'state');
    await writeFile(directory, '');
    const memory = memoryIn(directory);
    await memory.remember(alice, hash, 'refused', nowMs);
    await memory.remember(alice, otherHash, 'accepted', nowMs);
    memory.countLogon(alice, 'refused', '2026-07-01');
    memory.countLogon(alice, 'refused', '2026-07-01');
    expect(await memory.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(await memory.logonsOn(alice, '2026-07-01')).toMatchObject({ refused: 2 });
    expect(problems).toEqual([expect.stringMatching(/credentials\.json: .* cannot be kept here: ENOTDIR/)]);
    await rm(directory);
    await memory.close();
    const later = memoryIn(directory);
    expect(await later.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(await later.recall(alice, otherHash)).toMatchObject({ outcome: 'accepted' });
    expect(await later.logonsOn(alice, '2026-07-01')).toMatchObject({ refused: 2 });
    expect(problems).toHaveLength(1);
  });

  it('is tried again a minute later, without another word', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const directory = join(folder, 'state');
    await writeFile(directory, '');
    const memory = memoryIn(directory);
    await memory.remember(alice, hash, 'refused', nowMs);
    await rm(directory);
    await vi.advanceTimersByTimeAsync(60_000);
    await memory.recall(alice, hash);
    expect(await memoryIn(directory).recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(vi.getTimerCount()).toBe(0);
    expect(problems).toHaveLength(1);
  });

  it('is not replaced when it can only not be read', async () => {
    const memory = memoryIn();
    // A link to itself can be replaced, but not read, not even by root.
    await symlink('credentials.json', memory.path);
    await memory.remember(alice, hash, 'refused', nowMs);
    expect((await lstat(memory.path)).isSymbolicLink()).toBe(true);
    expect(await memory.recall(alice, hash)).toMatchObject({ outcome: 'refused' });
    expect(await readdir(folder)).toEqual(['credentials.json']);
    expect(problems).toEqual([expect.stringContaining('ELOOP')]);
    await memory.close();
  });
});
