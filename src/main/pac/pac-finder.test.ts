import { afterEach, describe, expect, it, vi } from 'vitest';
import { deferred } from '../../../test/deferred';
import { PacFinder, type PacFinderOptions } from './pac-finder';

const finders: PacFinder[] = [];

afterEach(async () => {
  await Promise.all(finders.splice(0).map((finder) => finder.close()));
});

/** One whose lookups have time enough on any machine. */
async function finderOf(body: string, options: Partial<PacFinderOptions> = {}): Promise<PacFinder> {
  const finder = new PacFinder({
    resolve: () => Promise.resolve(['10.1.2.3']),
    ownAddresses: () => Promise.resolve(['10.9.8.7']),
    lookupMs: 60_000,
    ...options,
  });
  finders.push(finder);
  await finder.load(script(body));
  return finder;
}

function script(body: string): string {
  return `var count = 0; function FindProxyForURL(url, host) { ${body} }`;
}

async function answer(finder: PacFinder, url: string): Promise<string> {
  const verdict = await finder.find(new URL(url));
  return verdict.kind === 'ways' ? verdict.answer : `${verdict.why}: ${verdict.detail}`;
}

describe('an answer', () => {
  it('is kept by its host where the script has looked at nothing else, and given at once', async () => {
    const finder = await finderOf('return "PROXY " + host + ":" + ++count');
    expect(await answer(finder, 'http://a.example/1')).toBe('PROXY a.example:1');
    expect(finder.find(new URL('http://a.example/2'))).toMatchObject({ answer: 'PROXY a.example:1' });
    expect(await answer(finder, 'http://b.example/')).toBe('PROXY b.example:2');
  });

  it('comes with the line on which the script has returned it, also when it is kept', async () => {
    const finder = await finderOf(`
      var away = function (name) { return name == "b.example"; };
      if (away(host)) return "DIRECT";
      return "PROXY p:1";
    `);
    expect(await finder.find(new URL('http://a.example/'))).toMatchObject({ line: 4, answer: 'PROXY p:1' });
    expect(await finder.find(new URL('http://b.example/'))).toMatchObject({ line: 3, answer: 'DIRECT' });
    expect(finder.find(new URL('http://a.example/2'))).toMatchObject({ line: 4 });
    // What it says of it is no line of the script's.
    const template = await finderOf('return `PROXY ${host}:1`;');
    expect(await template.find(new URL('http://a.example/'))).not.toHaveProperty('line');
  });

  it('is kept by its URL where the script looks at that, which of https has no path', async () => {
    const finder = await finderOf('return url === "" ? null : "PROXY p:" + ++count');
    expect(await answer(finder, 'http://a.example/1')).toBe('PROXY p:1');
    expect(await answer(finder, 'http://a.example/2')).toBe('PROXY p:2');
    expect(await answer(finder, 'http://a.example/1')).toBe('PROXY p:1');
    expect(await answer(finder, 'https://a.example/1')).toBe('PROXY p:3');
    expect(await answer(finder, 'https://a.example/2')).toBe('PROXY p:3');
  });

  it('is kept to the end of the minute where the script looks at the time, and not at all after a throw of the dice', async () => {
    let nowMs = Date.UTC(2026, 11, 1, 12, 0, 59);
    const timed = await finderOf('new Date(); return "PROXY p:" + ++count', { nowMs: () => nowMs });
    expect(await answer(timed, 'http://a.example/')).toBe('PROXY p:1');
    nowMs += 999;
    expect(await answer(timed, 'http://a.example/')).toBe('PROXY p:1');
    nowMs += 1;
    expect(await answer(timed, 'http://a.example/')).toBe('PROXY p:2');
    const random = await finderOf('Math.random(); return "PROXY p:" + ++count');
    expect(await answer(random, 'http://a.example/')).toBe('PROXY p:1');
    expect(await answer(random, 'http://a.example/')).toBe('PROXY p:2');
  });

  it('is one for whoever asks at the same time, and another one in the next epoch', async () => {
    const finder = await finderOf('return url && "PROXY p:" + ++count');
    const urls = Array.from({ length: 20 }, () => 'http://a.example/');
    expect(new Set(await Promise.all(urls.map((url) => answer(finder, url))))).toEqual(
      new Set(['PROXY p:1']),
    );
    await finder.load(script('return "PROXY q:1"'));
    expect(await answer(finder, 'http://a.example/')).toBe('PROXY q:1');
  });

  it.each([
    ['return null', 'no-answer: it returns no text'],
    ['return ";"', 'no-answer: ;'],
    ['return " "', 'no-answer: it returns nothing'],
    ['return "GOPHER x:70"', 'no-answer: GOPHER x:70'],
    ['throw new Error("no")', 'script: line 1: Error: no'],
  ])('of %s is a failure that says so', async (body, expected) => {
    expect(await answer(await finderOf(body), 'http://a.example/')).toBe(expected);
  });
});

describe('a name', () => {
  it('is looked up once in an epoch', async () => {
    const resolve = vi.fn<PacFinderOptions['resolve']>(() => Promise.resolve(['10.1.2.3']));
    const finder = await finderOf('return url && "PROXY " + dnsResolve("n.example")', { resolve });
    await answer(finder, 'http://a.example/');
    await answer(finder, 'http://b.example/');
    expect(resolve).toHaveBeenCalledTimes(1);
    await finder.load(script('return "PROXY " + dnsResolve("n.example")'));
    await answer(finder, 'http://a.example/');
    expect(resolve).toHaveBeenCalledTimes(2);
  });

  it('is forgotten where more are looked up than are worth remembering', async () => {
    const names: string[] = [];
    const finder = await finderOf(
      `if (host === "many.example") for (var n = 0; n < 10000; n += 1) dnsResolve("n" + n + ".example");
      return url && "PROXY " + dnsResolve("first.example")`,
      {
        resolve: (name) => {
          names.push(name);
          return Promise.resolve(['10.1.2.3']);
        },
      },
    );
    await answer(finder, 'http://a.example/');
    await answer(finder, 'http://many.example/');
    expect(names.filter((name) => name === 'first.example')).toHaveLength(2);
  });

  it('that nobody answers stalls nobody else, in one thread', async () => {
    const late = deferred<readonly string[]>();
    const finder = await finderOf('return "PROXY " + dnsResolve(host)', {
      resolve: (name) => (name === 'late.example' ? late.promise : Promise.resolve(['10.1.2.3'])),
    });
    const waiting = answer(finder, 'http://late.example/');
    for (let count = 0; count < 20; count += 1) {
      expect(await answer(finder, `http://h${count}.example/`)).toBe('PROXY 10.1.2.3');
    }
    late.resolve(['10.7.7.7']);
    expect(await waiting).toBe('PROXY 10.7.7.7');
  });

  it('is given up with the look-up, and its answer is for the next one', async () => {
    const late = deferred<readonly string[]>();
    const finder = await finderOf('return "PROXY " + dnsResolve(host)', {
      resolve: () => late.promise,
      lookupMs: 500,
    });
    expect(await answer(finder, 'http://late.example/')).toBe('slow: no answer within 0.5 s');
    // A page asks for a hundred things.
    expect(finder.find(new URL('http://late.example/x'))).toBeInstanceOf(Promise);
    expect(finder.find(new URL('http://late.example/'))).toMatchObject({ kind: 'failed' });
    late.resolve(['10.7.7.7']);
    await vi.waitFor(() => {
      expect(finder.find(new URL('http://late.example/'))).toMatchObject({ answer: 'PROXY 10.7.7.7' });
    }, 20_000);
  });
});

describe('the addresses of this machine', () => {
  it('are none where they cannot be had, and are asked for once more', async () => {
    let count = 0;
    const ownAddresses = async (): Promise<readonly string[]> => {
      count += 1;
      if (count === 1) throw new Error('no descriptors');
      return await Promise.resolve(['10.9.8.7']);
    };
    const finder = await finderOf('return url && "PROXY " + myIpAddress()', { ownAddresses });
    expect(await answer(finder, 'http://a.example/1')).toBe('PROXY 127.0.0.1');
    expect(await answer(finder, 'http://a.example/2')).toBe('PROXY 10.9.8.7');
  });
});

describe('a hostile script', () => {
  it('that never ends for an address stalls no other', async () => {
    const finder = await finderOf('if (host === "loop.example") for (;;); return "PROXY p:1"', {
      lookupMs: 5_000,
    });
    const looping = Promise.all([1, 2].map((n) => answer(finder, `http://loop.example/${n}`)));
    let isOver = false;
    void looping.then(() => {
      isOver = true;
    });
    for (let count = 0; count < 5; count += 1) {
      expect(await answer(finder, `http://h${count}.example/`)).toBe('PROXY p:1');
    }
    expect(isOver).toBe(false);
    expect(await looping).toEqual(['slow: no answer within 5 s', 'slow: no answer within 5 s']);
  });

  it('that takes all memory fails, and answers the next address', async () => {
    const finder = await finderOf(
      'if (host === "bomb.example") { var a = ["x"]; for (;;) a.push(a.join("") + "xxxxxxxxxxxxxxxx"); } return "PROXY p:1"',
    );
    expect(await answer(finder, 'http://bomb.example/')).toMatch(/^script: .*out of memory/);
    expect(await answer(finder, 'http://a.example/')).toBe('PROXY p:1');
  });
});

describe('loading', () => {
  it('leaves the script of before in use where the new one does not parse', async () => {
    const finder = await finderOf('return "PROXY p:1"');
    await expect(finder.load('function (')).rejects.toThrow();
    expect(await answer(finder, 'http://a.example/')).toBe('PROXY p:1');
  });
});
