import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DayRecord } from '../../../shared/activity-day';
import { TrafficFile } from './traffic-file';

let folder = '';
let problems: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-traffic-'));
  problems = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const day = '2026-12-01';
const open = (owner = 'settings.json', directory = folder): Promise<TrafficFile> =>
  TrafficFile.open(directory, owner, (message) => problems.push(message));
const hoursWith = (downBytes: number) =>
  Array.from({ length: 24 }, (_, hour) => ({ downBytes: hour === 9 ? downBytes : 0, upBytes: hour }));
const path = () => join(folder, 'traffic.json');

describe('TrafficFile', () => {
  it('knows the day again after a restart, and no other', async () => {
    const book = await open();
    expect(book.recall(day)).toBeUndefined();
    book.keep(day, hoursWith(1));
    book.keep(day, hoursWith(7));
    await book.close();
    const later = await open();
    expect(later.recall(day)).toEqual(hoursWith(7));
    expect(later.recall('2026-12-02')).toBeUndefined();
    expect((await stat(path())).mode & 0o777).toBe(0o600);
    expect(problems).toEqual([]);
  });

  it('keeps the traffic of others of the same day, and nothing older', async () => {
    const [one, other, old] = [await open('one.conf'), await open('other.conf'), await open('old.conf')];
    old.keep('2026-11-30', hoursWith(1));
    await old.close();
    one.keep(day, hoursWith(2));
    await one.close();
    other.keep(day, hoursWith(3));
    await other.close();
    expect((await open('one.conf')).recall(day)).toEqual(hoursWith(2));
    expect((await open('other.conf')).recall(day)).toEqual(hoursWith(3));
    const stored = JSON.parse(await readFile(path(), 'utf8')) as { traffic: object };
    expect(Object.keys(stored.traffic)).toEqual(['one.conf', 'other.conf']);
  });

  it('knows what else has happened on the day again, in the same file, and forgets another day', async () => {
    const record: DayRecord = {
      hosts: [{ host: 'page.test', count: 2, downBytes: 30, upBytes: 4 }],
      others: { count: 5, hostCount: 4, downBytes: 3, upBytes: 2 },
      events: [
        { kind: 'on-company-network', upstream: { host: 'proxy.corp', port: 8080 }, isBack: false, atMs: 1 },
        { kind: 'asleep', untilMs: undefined, openTunnels: undefined, atMs: 2 },
        {
          kind: 'logon-refused',
          upstream: { host: 'proxy.corp', port: 8080 },
          account: { domain: 'CORP', user: 'alice' },
          logons: 1,
          untilMs: 3,
          isFinal: true,
          atMs: 3,
        },
        { kind: 'proxy-behind', holder: { kind: 'pac', host: 'vpn.corp' }, untilMs: 5, atMs: 4 },
      ],
      presence: [{ where: 'company', fromMs: 1, untilMs: 9 }],
    };
    const book = await open();
    expect(book.recallRecord(day)).toBeUndefined();
    let asked = 0;
    book.keepRecord(day, () => {
      asked += 1;
      return record;
    });
    book.keepRecord(day, () => {
      asked += 1;
      return record;
    });
    book.keep(day, hoursWith(7));
    await book.close();
    // It costs something, and is made for the file alone.
    expect(asked).toBe(1);
    const later = await open();
    expect(later.recallRecord(day)).toEqual(record);
    expect(later.recall(day)).toEqual(hoursWith(7));
    expect(later.recallRecord('2026-12-02')).toBeUndefined();
    await later.close();
    // Nobody has told of anything on that day, and yet the hosts of the day before are gone.
    expect(await readFile(path(), 'utf8')).not.toContain('page.test');
  });

  it('takes what is known of one day for nothing of the next, whoever tells of that first', async () => {
    const book = await open();
    const hosts = [{ host: 'page.test', count: 1, downBytes: 1, upBytes: 1 }];
    const others = { count: 0, hostCount: 0, downBytes: 0, upBytes: 0 };
    book.keepRecord(day, () => ({ hosts, others, events: [], presence: [] }));
    book.keep('2026-12-02', hoursWith(1));
    await book.close();
    const later = await open();
    expect(later.recall('2026-12-02')).toEqual(hoursWith(1));
    expect(later.recallRecord('2026-12-02')).toBeUndefined();
    expect(await readFile(path(), 'utf8')).not.toContain('page.test');
  });

  it('leaves out lines that it does not know, and a record that is none', async () => {
    const good = { kind: 'elsewhere', atMs: 1 };
    const events = [
      good,
      { kind: 'of-a-newer-version', atMs: 1 },
      { kind: 'elsewhere' },
      { kind: 'switched', isOn: 'yes', atMs: 1 },
      { kind: 'proxy-taken', holder: { kind: 'proxy', address: 'charles' }, atMs: 1 },
      { kind: 'toString', atMs: 1 },
      null,
    ];
    const stored = { hosts: [], others: [0, 0, 0, 0], events, presence: [] };
    const hours = Array.from({ length: 24 }, () => [1, 1]);
    const write = (record: unknown): Promise<void> =>
      writeFile(path(), JSON.stringify({ version: 1, traffic: { 'settings.json': { day, hours, record } } }));
    await write(stored);
    expect((await open()).recallRecord(day)?.events).toEqual([good]);
    for (const record of [
      7,
      { ...stored, hosts: [['a', 1, 2]] },
      { ...stored, hosts: [['a', -1, 2, 3]] },
      { ...stored, others: undefined },
      { ...stored, presence: [['here', 1, 2]] },
    ]) {
      await write(record);
      const book = await open();
      expect(book.recallRecord(day)).toBeUndefined();
      // The bytes of the day are worth keeping all the same.
      expect(book.recall(day)?.[0]).toEqual({ downBytes: 1, upBytes: 1 });
    }
    expect(problems).toEqual([]);
  });

  it('writes nothing when nothing was carried', async () => {
    await (await open()).close();
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ['no JSON', '{'],
    ['another version', '{"version":2,"traffic":{}}'],
    ['too few hours', '{"version":1,"traffic":{"settings.json":{"day":"2026-12-01","hours":[[1,2]]}}}'],
    [
      'bytes that are none',
      `{"version":1,"traffic":{"settings.json":{"day":"2026-12-01","hours":${JSON.stringify(
        Array.from({ length: 24 }, () => [-1, 0]),
      )}}}}`,
    ],
  ])('sets a file aside that has %s', async (_name, text) => {
    await writeFile(path(), text);
    const book = await open();
    expect(book.recall(day)).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining('traffic.json is damaged')]);
    expect(await readdir(folder)).toEqual(['traffic.json.damaged-1']);
  });

  it('goes on when the file cannot be written, and says so once', async () => {
    await writeFile(join(folder, 'file'), '');
    const book = await open('settings.json', join(folder, 'file', 'below'));
    book.keep(day, hoursWith(1));
    await book.close();
    book.keep(day, hoursWith(2));
    await book.close();
    expect(book.recall(day)).toEqual(hoursWith(2));
    expect(problems).toEqual([expect.stringContaining('today’s traffic cannot be kept here')]);
  });
});
