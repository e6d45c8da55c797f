import { afterEach, describe, expect, it } from 'vitest';
import { PacEngine, type PacEngineOptions } from './pac-engine';

const engines: PacEngine[] = [];

/** One whose lookups have time enough on any machine. */
function newEngine(options: Partial<PacEngineOptions> = {}): PacEngine {
  const engine = new PacEngine({
    resolve: (name) => Promise.resolve(name === 'a.example' ? ['10.1.2.3'] : []),
    ownAddresses: () => Promise.resolve(['10.9.8.7']),
    lookupMs: 60_000,
    ...options,
  });
  engines.push(engine);
  return engine;
}

afterEach(async () => {
  await Promise.all(engines.splice(0).map((engine) => engine.close()));
});

async function answers(script: string, ...urls: string[]): Promise<(string | null)[]> {
  const engine = newEngine();
  await engine.load(script);
  const found: (string | null)[] = [];
  for (const url of urls) found.push((await engine.find(new URL(url))).answer);
  return found;
}

const echo = 'function FindProxyForURL(url, host) { return url + " " + host; }';

describe('what the script is given', () => {
  it.each([
    ['http://u:p@A.example:80/x?y#z', 'http://a.example/x?y a.example'],
    ['https://u:p@a.example:8443/x?y#z', 'https://a.example:8443/ a.example'],
    ['wss://a.example/x', 'wss://a.example/ a.example'],
    ['ws://a.example/x', 'ws://a.example/x a.example'],
    ['http://[fd00::1]:81/', 'http://[fd00::1]:81/ fd00::1'],
  ])('is of %s', async (url, expected) => {
    expect(await answers(echo, url)).toEqual([expected]);
  });
});

describe('a script', () => {
  it.each([
    ['with implicit globals', 'function FindProxyForURL(u, h) { found = h; return found; }', 'a.example'],
    ['with a label', 'WPAD: function FindProxyForURL(u, h) { return h; }', 'a.example'],
    ['with const', 'const FindProxyForURL = (u, h) => { let [x] = [...h]; return x + 2n; };', 'a2'],
    [
      'with both functions',
      'function FindProxyForURLEx() { return "Ex"; }\nfunction FindProxyForURL() { return "plain"; }',
      'plain',
    ],
    [
      'with CRLF and comments',
      '// \u00e9 \u4e2d\r\nfunction FindProxyForURL(u, h)\r\n{\r\n/* \u00fc */ return "x" }\r\n',
      'x',
    ],
    [
      'that calls DNS by a variable',
      'var r = dnsResolve; function FindProxyForURL(u, h) { return r(h); }',
      '10.1.2.3',
    ],
    [
      'that asks while it is read',
      'var ip = myIpAddress(), a = dnsResolve("a.example"); function FindProxyForURL() { return ip + a; }',
      '10.9.8.710.1.2.3',
    ],
    [
      'that uses its own address as text',
      'function FindProxyForURL() { return String(myIpAddress().startsWith("10.")); }',
      'true',
    ],
    [
      'that names its own helper',
      'function isInNet() { return "mine"; } function FindProxyForURL() { return isInNet(); }',
      'mine',
    ],
    ['that returns null', 'function FindProxyForURL() { return null; }', null],
    ['that returns nothing', 'function FindProxyForURL() {}', null],
    ['that returns no text', 'function FindProxyForURL() { return new String("DIRECT"); }', null],
    ['that returns a promise', 'async function FindProxyForURL() { return "DIRECT"; }', null],
    ['that returns an empty text', 'function FindProxyForURL() { return ""; }', ''],
    [
      'that returns odd text',
      'function FindProxyForURL() { return "a\\0b\\ud800\\n\u00e9"; }',
      'a\0b\ud800\n\u00e9',
    ],
  ])('%s is answered exactly', async (_, script, expected) => {
    expect(await answers(script, 'http://a.example/')).toEqual([expected]);
  });

  it('keeps its state from one address to the next, until it is loaded again', async () => {
    const engine = newEngine();
    const script = 'var n = 0; function FindProxyForURL() { n += 1; return String(n); }';
    const next = async (): Promise<string | null> => (await engine.find(new URL('http://a.example/'))).answer;
    await engine.load(script);
    expect([await next(), await next()]).toEqual(['1', '2']);
    await engine.load(script);
    expect(await next()).toBe('1');
  });

  it('is asked one thing at a time, in order', async () => {
    const engine = newEngine();
    await engine.load('var n = 0; function FindProxyForURL(u, h) { dnsResolve(h); n += 1; return h + n; }');
    const found = await Promise.all(['a', 'b', 'c'].map((host) => engine.find(new URL(`http://${host}/`))));
    expect(found.map(({ answer }) => answer)).toEqual(['a1', 'b2', 'c3']);
  });

  it('has said what it says', async () => {
    const engine = newEngine();
    expect(await engine.load(`alert("up"); ${echo}`)).toEqual(['up']);
    await engine.load(
      'function FindProxyForURL(u, h) { console.log("a\\n\\u001b[31mb", 1, null); alert(h); if (h === "x") throw 1; return ""; }',
    );
    expect((await engine.find(new URL('http://a.example/'))).said).toEqual(['a [31mb 1 null', 'a.example']);
    await expect(engine.find(new URL('http://x/'))).rejects.toMatchObject({ said: ['a [31mb 1 null', 'x'] });
  });
});

describe('an error', () => {
  it.each([
    ['that does not parse', '// 1\n\nfunction FindProxyForURL( {', 'SyntaxError: ', 3],
    ['that fails while it is read', '\nmissing.x;', "ReferenceError: 'missing' is not defined", 2],
    ['that has no function', 'var x = 1;', 'there is no function FindProxyForURL', undefined],
    [
      'that has something else',
      'var FindProxyForURL = "DIRECT";',
      'there is no function FindProxyForURL',
      undefined,
    ],
    ['that is a page', '<!doctype html>\n<html>', 'SyntaxError: ', 1],
  ])('is told of a script %s', async (_, script, message, line) => {
    const loading = newEngine().load(script);
    await expect(loading).rejects.toMatchObject({ name: 'PacError', code: 'script', line });
    await expect(loading).rejects.toThrow(message);
  });

  it.each([
    ['of its own', 'null.x', 'TypeError: ', 3],
    ['of a helper', 'shExpMatch(host, "(")', 'SyntaxError: ', 3],
    ['of a text', 'throw "no \\u001b[2J\\n luck"', 'no [2J luck', undefined],
    ['of nothing', 'throw undefined', 'undefined', undefined],
    ['of what has no text', 'throw Symbol("x")', 'it has thrown something that has no text', undefined],
    ['of a getter', 'throw { get stack() { throw 1; }, toString() { return "odd"; } }', 'odd', undefined],
    ['in eval', 'eval("\\n\\n\\nnull.x")', 'TypeError: ', 3],
  ])('is told %s, with its line', async (_, statement, message, line) => {
    const engine = newEngine();
    await engine.load(
      `function FindProxyForURL(url, host) {\n  if (host === "good") return "DIRECT";\n  ${statement};\n}`,
    );
    const finding = engine.find(new URL('http://a.example/'));
    await expect(finding).rejects.toMatchObject({ code: 'script', line });
    await expect(finding).rejects.toThrow(message);
    expect((await engine.find(new URL('http://good/'))).answer).toBe('DIRECT');
  });

  it('leaves the script that was loaded before in use', async () => {
    const engine = newEngine();
    await engine.load('var n = 0; function FindProxyForURL() { n += 1; return String(n); }');
    await engine.find(new URL('http://a.example/'));
    await expect(engine.load('function (')).rejects.toThrow('SyntaxError');
    expect((await engine.find(new URL('http://a.example/'))).answer).toBe('2');
  });

  it('is told without a script, and after the end', async () => {
    const engine = newEngine();
    await expect(engine.find(new URL('http://a.example/'))).rejects.toMatchObject({ code: 'closed' });
    await engine.load(echo);
    await engine.close();
    await expect(engine.find(new URL('http://a.example/'))).rejects.toMatchObject({ code: 'closed' });
    await expect(engine.load(echo)).rejects.toMatchObject({ code: 'closed' });
  });
});

describe('what an answer has come from', () => {
  const looks = async (
    body: string,
    parameters = 'url, host',
    url = 'http://a.example/',
  ): Promise<unknown> => {
    const engine = newEngine();
    await engine.load(`function FindProxyForURL(${parameters}) { ${body} return "DIRECT"; }`);
    return (await engine.find(new URL(url))).lookedAt;
  };
  const hostAlone = { url: false, time: false, random: false, ownAddresses: false, names: [] };

  it.each([
    ['the host alone', 'if (dnsDomainIs(host, "x")) return 1;', {}],
    ['the address', 'if (shExpMatch(url, "http:*")) return 1;', { url: true }],
    ['the time by a helper', 'timeRange(1);', { time: true }],
    ['the time', 'new Date();', { time: true }],
    ['no time that is given', 'new Date(2026, 1, 1).getDay();', {}],
    ['chance', 'Math.random();', { random: true }],
    ['the own address', 'myIpAddress();', { ownAddresses: true }],
    [
      'names',
      'isResolvable("b.example"); isInNet(host, "10.0.0.0", "255.0.0.0"); dnsResolve("10.0.0.1");',
      { names: ['b.example', 'a.example'] },
    ],
  ])('is %s', async (_, body, expected) => {
    expect(await looks(body)).toEqual({ ...hostAlone, ...expected });
  });
});

describe('a hostile script', () => {
  it.each([
    ['loops', 'for (;;);'],
    ['matches a slow pattern', '/^(([a-z])+.)+[A-Z]([a-z])+$/.test("a".repeat(200));'],
    ['catches what it can', 'function f() { for (;;) try { f(); } catch (e) {} } f();'],
    ['loops in a getter of its error', 'throw { get stack() { for (;;); } };'],
    ['loops in a promise', 'function again() { Promise.resolve().then(again); } again(); return "DIRECT";'],
    ['says a lot', 'for (;;) alert("x".repeat(1000));'],
    ['asks for names without an end', 'for (var i = 0; ; i++) dnsResolve("a" + i + ".example");'],
  ])('that %s is ended, keeps nobody waiting, and starts afresh', async (_, statement) => {
    const engine = newEngine({ lookupMs: 1_500 });
    await engine.load(
      `var n = 0; function FindProxyForURL(url, host) { n += 1; if (host === "good") return "n" + n; ${statement} }`,
    );
    let isSettled = false;
    const finding = engine.find(new URL('http://bad/')).finally(() => {
      isSettled = true;
    });
    finding.catch(() => undefined);
    const next = engine.find(new URL('http://good/'));
    // The main thread goes on meanwhile: were it kept, nothing would turn before the end.
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(isSettled).toBe(false);
    await expect(finding).rejects.toMatchObject({ code: 'overran' });
    expect((await next).answer).toBe('n1');
  });

  it('that loops while it is read is ended', async () => {
    await expect(newEngine({ lookupMs: 1_000 }).load('for (;;);')).rejects.toMatchObject({ code: 'overran' });
  });

  it('that waits for a name which nobody answers is ended, and starts afresh', async () => {
    const engine = newEngine({ lookupMs: 1_000, resolve: () => new Promise(() => undefined) });
    await engine.load(
      'function FindProxyForURL(url, host) { return String(host === "bad" && dnsResolve(host)); }',
    );
    await expect(engine.find(new URL('http://bad/'))).rejects.toMatchObject({ code: 'overran' });
    expect((await engine.find(new URL('http://good/'))).answer).toBe('false');
  });

  it.each([
    ['memory', 'var a = []; for (;;) a.push(new Array(10000).fill("x"));', /out of memory/],
    ['memory, in one piece', 'return "x".repeat(1e9);', /out of memory|invalid/],
    ['memory, in a buffer', 'new ArrayBuffer(2e9);', /out of memory|invalid/],
    ['calls', 'function f() { return f() + 1; } return f();', /stack/],
    [
      'calls through a helper',
      'function f() { return [1].map(f) + dnsResolve({ toString: f }); } return f();',
      /stack/,
    ],
    ['nested text', 'JSON.parse("[".repeat(1e6));', /stack|memory|Unexpected|unexpected/],
    ['a nested pattern', 'new RegExp("(".repeat(1e6));', /stack|memory|too many captures/],
    ['nested code', 'eval("(".repeat(1e6));', /stack|memory/],
    ['a long answer', 'return "PROXY a;".repeat(100000);', /the answer has 800000 characters/],
    ['a proxy without an end', 'var p = new Proxy({}, { get: (t, k, r) => r[k] }); return p.x;', /stack/],
  ])('that wants too much (%s) gets an error, and others their answer', async (_, statement, message) => {
    const engine = newEngine();
    await engine.load(
      `function FindProxyForURL(url, host) { if (host === "good") return "DIRECT"; ${statement} }`,
    );
    await expect(engine.find(new URL('http://bad/'))).rejects.toThrow(message);
    expect((await engine.find(new URL('http://good/'))).answer).toBe('DIRECT');
  });

  it('has no more memory than it may have, in whatever pieces it takes it', async () => {
    const count = async (piece: string): Promise<number> => {
      const engine = newEngine({ memoryBytes: 32 * 1024 * 1024 });
      await engine.load(
        `function FindProxyForURL() { var a = [], n; try { for (;;) a.push(${piece}); } catch (e) { n = a.length; a = 0; return String(n); } }`,
      );
      return Number((await engine.find(new URL('http://a/'))).answer);
    };
    for (const piece of ['new ArrayBuffer(1048576)', '"x".repeat(1048575) + a.length']) {
      const pieces = await count(piece);
      expect(pieces).toBeGreaterThan(4);
      expect(pieces).toBeLessThan(32);
    }
  });

  it('finds no way out', async () => {
    const ways = [
      'typeof process',
      'typeof require',
      'typeof postMessage',
      'typeof Worker',
      'typeof fetch',
      'dnsResolve.constructor("return typeof process")()',
      'alert.constructor("return typeof require")()',
      'dnsResolve.constructor.constructor("return typeof globalThis.process")()',
      '(() => {}).constructor("return typeof this.parentPort")()',
      '(function () { return typeof this.latchkeyLent; })()',
      '(() => { try { dnsResolve({ toString() { throw new Error(); } }); return "undefined"; } catch (e) { return typeof e.constructor.constructor("return process")(); } })()',
    ];
    const [answer] = await answers(
      `function FindProxyForURL() { return [${ways.join(', ')}].join(); }`,
      'http://a/',
    );
    expect(answer).toBe(ways.map(() => 'undefined').join());
    // A module is no file of this machine.
    await expect(
      answers('import fs from "node:fs"; function FindProxyForURL() {}', 'http://a/'),
    ).rejects.toThrow('SyntaxError');
    const [later] = await answers(
      'var got = "nothing"; import("node:fs").then((fs) => { got = typeof fs; }, (e) => { got = "refused"; }); function FindProxyForURL() { return got; }',
      'http://a/',
    );
    expect(later).toBe('refused');
  });

  it('that changes prototypes harms itself alone', async () => {
    const script = `
      for (const prototype of [Object.prototype, String.prototype, Array.prototype, Function.prototype]) {
        prototype.toJSON = function () { return "hijacked"; };
      }
      JSON.stringify = JSON.parse = Reflect.apply = () => "hijacked";
      Object.prototype.find = Object.prototype.answer = "hijacked";
      Object.defineProperty(Object.prototype, "then", { get() { throw new Error("hijacked"); } });
      Function.prototype.toString = Function.prototype.call = Function.prototype.apply = () => "hijacked";
      String.prototype.toString = () => "hijacked";
      Error.prototype.toString = () => { throw 1; };
      globalThis.Date = undefined;
      function FindProxyForURL(url, host) { if (host === "bad") null.x; return "PROXY " + host + dnsResolve("a.example"); }`;
    const engine = newEngine();
    await engine.load(script);
    expect((await engine.find(new URL('http://a/'))).answer).toBe('PROXY a10.1.2.3');
    await expect(engine.find(new URL('http://bad/'))).rejects.toMatchObject({ code: 'script' });
    expect((await engine.find(new URL('http://b/'))).answer).toBe('PROXY b10.1.2.3');
  });

  it('has nothing looked up that is no name', async () => {
    const names: string[] = [];
    const engine = newEngine({
      resolve: (name) => {
        names.push(name);
        return Promise.resolve(['10.1.2.3']);
      },
    });
    await engine.load(`
      RegExp.prototype.test = () => true;
      RegExp.prototype.exec = () => null;
      function FindProxyForURL(url, host) { return dnsResolve("a".repeat(1e6)) + dnsResolve("b.example"); }`);
    const { lookedAt } = await engine.find(new URL('http://a/'));
    expect(lookedAt.names).toEqual(['b.example']);
    expect(names).toEqual(['b.example']);
  });

  it('cannot delay the end', async () => {
    const engine = newEngine();
    await engine.load('function FindProxyForURL() { for (;;); }');
    const finding = engine.find(new URL('http://a/'));
    finding.catch(() => undefined);
    await new Promise((resolve) => setImmediate(resolve));
    await engine.close();
    await expect(finding).rejects.toMatchObject({ code: 'closed' });
  });
});
