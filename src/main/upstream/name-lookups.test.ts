import type { LookupAddress } from 'node:dns';
import { describe, expect, it } from 'vitest';
import { NameLookups, systemResolver } from './name-lookups';

interface Question {
  readonly name: string;
  readonly answer: (address: string) => void;
  readonly fail: (code: string) => void;
}

/** A resolver that answers when it is told to, and a clock. */
class Stage {
  readonly questions: Question[] = [];
  nowMs = 0;
  readonly lookups: NameLookups;

  constructor(slots: number) {
    const resolve = (name: string): Promise<readonly LookupAddress[]> =>
      new Promise((done, reject) => {
        this.questions.push({
          name,
          answer: (address) => done([{ address, family: 4 }]),
          fail: (code) => reject(Object.assign(new Error(code), { code })),
        });
      });
    this.lookups = new NameLookups({ resolve, slots }, () => this.nowMs);
  }

  /** What net.connect is told. */
  look(name: string): Promise<unknown> {
    return new Promise((resolve) => {
      this.lookups.lookup(name, {}, (error, address) => resolve(error === null ? address : error.code));
    });
  }

  get names(): string[] {
    return this.questions.map(({ name }) => name);
  }

  /** Has a name answered once, so that it is known to be one that is. */
  async teach(name: string): Promise<void> {
    const found = this.look(name);
    this.questions.at(-1)?.answer('10.0.0.1');
    await found;
    this.lookups.forget(name);
    this.questions.length = 0;
  }
}

/** All that can happen without anything from outside has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('NameLookups', () => {
  it('asks once for all who ask at the same time, and keeps the answer for a moment', async () => {
    const stage = new Stage(8);
    const both = [stage.look('a.test'), stage.look('a.test')];
    stage.questions[0]?.answer('10.0.0.1');
    expect(await Promise.all(both)).toEqual(['10.0.0.1', '10.0.0.1']);
    stage.nowMs = 29_999;
    expect(await stage.look('a.test')).toBe('10.0.0.1');
    expect(stage.names).toEqual(['a.test']);
    stage.nowMs = 30_000;
    void stage.look('a.test');
    expect(stage.names).toEqual(['a.test', 'a.test']);
  });

  it('keeps a failure for a shorter one', async () => {
    const stage = new Stage(8);
    const found = stage.look('a.test');
    stage.questions[0]?.fail('EAI_AGAIN');
    expect(await found).toBe('EAI_AGAIN');
    stage.nowMs = 4_999;
    expect(await stage.look('a.test')).toBe('EAI_AGAIN');
    stage.nowMs = 5_000;
    void stage.look('a.test');
    expect(stage.names).toHaveLength(2);
  });

  it('asks anew on another network, also for what is being asked', async () => {
    const stage = new Stage(8);
    const old = stage.look('a.test');
    stage.lookups.clear();
    const fresh = stage.look('a.test');
    stage.questions[1]?.answer('10.0.0.2');
    expect(await fresh).toBe('10.0.0.2');
    stage.questions[0]?.answer('10.0.0.1');
    expect(await old).toBe('10.0.0.1');
    expect(await stage.look('a.test')).toBe('10.0.0.2');
  });

  it('asks anew when the addresses take no connections', async () => {
    const stage = new Stage(8);
    await stage.teach('a.test');
    void stage.look('a.test');
    // Under way already.
    stage.lookups.forget('a.test');
    void stage.look('a.test');
    expect(stage.names).toEqual(['a.test']);
  });

  it('asks nobody about an address', async () => {
    const stage = new Stage(1);
    expect(await stage.look('10.0.0.1')).toBe('10.0.0.1');
    expect(await stage.look('::1')).toBe('::1');
    expect(stage.names).toEqual([]);
  });

  it('leaves slots for names that have been answered, and one for the company proxies', async () => {
    const stage = new Stage(8);
    for (const name of ['good1.test', 'good2.test', 'good3.test']) await stage.teach(name);
    for (let index = 0; index < 20; index += 1) void stage.look(`dead${index}.test`);
    expect(stage.names).toHaveLength(5);
    const good = ['good1.test', 'good2.test', 'good3.test'].map((name) => stage.look(name));
    expect(stage.names.slice(5)).toEqual(['good1.test', 'good2.test']);
    void stage.lookups.resolveUpstream('proxy.test');
    expect(stage.names.slice(7)).toEqual(['proxy.test']);
    for (const index of [5, 6]) stage.questions[index]?.answer('10.0.0.9');
    expect(await Promise.all(good.slice(0, 2))).toEqual(['10.0.0.9', '10.0.0.9']);
    await settled();
    // Those that have been answered go before those that have not.
    expect(stage.names.slice(8)).toEqual(['good3.test']);
    for (const { answer } of stage.questions.slice(0, 5)) answer('10.0.0.3');
    await settled();
    expect(stage.names.slice(9)).toHaveLength(3);
    expect(stage.names[9]).toBe('dead5.test');
  });

  it('gives every one its turn with the two slots of a small pool', async () => {
    const stage = new Stage(2);
    const found = ['a.test', 'b.test', 'c.test'].map((name) => stage.look(name));
    void stage.lookups.resolveUpstream('proxy.test');
    expect(stage.names).toEqual(['a.test', 'proxy.test']);
    for (const index of [0, 1, 2, 3]) {
      stage.questions[index]?.answer('10.0.0.1');
      await settled();
    }
    expect(await Promise.all(found)).toEqual(['10.0.0.1', '10.0.0.1', '10.0.0.1']);
  });
});

describe('systemResolver', () => {
  it.each([
    [undefined, 2],
    ['4', 2],
    ['32', 16],
    ['1', 1],
    ['x', 1],
  ])('has slots for half of the threads: UV_THREADPOOL_SIZE=%s', (size, slots) => {
    expect(systemResolver({ UV_THREADPOOL_SIZE: size }).slots).toBe(slots);
  });
});
