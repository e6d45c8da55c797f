import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';

const cli = join(import.meta.dirname, '../../../out/cli/latchkey.cjs');

let fixture: CommandFixture;
beforeEach(async () => {
  fixture = await CommandFixture.create();
});
afterEach(() => fixture.remove());

async function file(text: string): Promise<string> {
  const path = join(fixture.folder, 'proxy.pac');
  await writeFile(path, text);
  return path;
}

const script = `var n = 0;
function FindProxyForURL(url, host) {
  n += 1;
  if (host === "none.example") return null;
  if (host === "bad.example")
    return missing.x;
  if (isInNet(host, "10.0.0.0", "255.0.0.0")) return "PROXY in:" + n;
  return "PROXY out:" + n + "; DIRECT";
}`;
const urls = ['http://a.example/', 'http://none.example/', 'http://bad.example/', 'https://b.example/x'];

describe('latchkey pac', () => {
  it('prints what the script answers, in order and with its state', async () => {
    const path = await file(script);
    const outcome = await fixture.run(['pac', path, '--resolve', 'A.example=10.1.2.3', ...urls]);
    expect(outcome).toEqual({
      code: 1,
      out: [
        'PROXY in:1',
        'null',
        "error in line 6: ReferenceError: 'missing' is not defined",
        'PROXY out:4; DIRECT',
      ],
      err: [],
      error: 'latchkey: the script has failed for 1 of 4 addresses',
    });
  });

  it('prints it as JSON', async () => {
    const path = await file(script);
    const { code, out } = await fixture.run([
      'pac',
      path,
      '--resolve',
      'a.example=10.1.2.3',
      '--json',
      ...urls,
    ]);
    expect(JSON.parse(out.join('\n'))).toEqual([
      { url: urls[0], answer: 'PROXY in:1' },
      { url: urls[1], answer: null },
      { url: urls[2], error: "ReferenceError: 'missing' is not defined", line: 6 },
      { url: urls[3], answer: 'PROXY out:4; DIRECT' },
    ]);
    expect(code).toBe(1);
  });

  it('tells for each address of a script that does not parse', async () => {
    const path = await file('\nfunction FindProxyForURL(u, h) { return ); }\n');
    const { code, out } = await fixture.run(['pac', path, '--json', 'http://a/', 'http://b/']);
    const rows = JSON.parse(out.join('\n')) as object[];
    expect(rows).toEqual(
      ['http://a/', 'http://b/'].map((url) => ({
        url,
        error: expect.stringContaining('SyntaxError'),
        line: 2,
      })),
    );
    expect(code).toBe(1);
  });

  it('has no line where none is to blame', async () => {
    const path = await file('var x;');
    const { out } = await fixture.run(['pac', path, 'http://a/']);
    expect(out).toEqual(['error: there is no function FindProxyForURL']);
    const json = await fixture.run(['pac', path, 'http://a/', '--json']);
    expect(JSON.parse(json.out.join('\n'))).toEqual([
      { url: 'http://a/', error: 'there is no function FindProxyForURL', line: null },
    ]);
  });

  it('takes addresses and time as they are given, and asks no DNS', async () => {
    const path = await file(
      'function FindProxyForURL(u, h) { return [dnsResolveEx("a."), dnsResolve("localhost"), myIpAddress(), myIpAddressEx(), new Date().toISOString(), new Date().getHours(), timeRange(18)].join(" "); }',
    );
    const given = [
      '--resolve',
      'a=10.0.0.1',
      '--resolve',
      'a=fd00::1',
      '--my-ip',
      '10.9.8.7',
      '--my-ip',
      'fd00::7',
    ];
    const { out } = await fixture.run(['pac', path, ...given, '--now', '2026-12-24T18:00', 'http://a/']);
    const iso = new Date(2026, 11, 24, 18).toISOString();
    expect(out).toEqual([`10.0.0.1;fd00::1  10.9.8.7 10.9.8.7;fd00::7 ${iso} 18 true`]);
  });

  it('says what the script says', async () => {
    const path = await file(
      'alert("up"); function FindProxyForURL(u, h) { console.log(h); return "DIRECT"; }',
    );
    const { out, err } = await fixture.run(['pac', path, 'http://a/']);
    expect(out).toEqual(['DIRECT']);
    expect(err).toEqual(['latchkey: the script says: up', 'latchkey: the script says: a']);
  });

  it('fetches a script, in whatever encoding', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/wpad.dat') response.writeHead(302, { Location: '/proxy.pac' }).end();
      else if (request.url === '/proxy.pac')
        response
          .setHeader('Content-Type', 'text/plain; charset=utf-8')
          .end(Buffer.from('function FindProxyForURL() { return "\xe9 " + myIpAddress(); }', 'latin1'));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await fixture.run(['pac', `${base}/wpad.dat`, 'http://a/'])).out).toEqual(['é 127.0.0.1']);
      expect(await fixture.run(['pac', `${base}/gone`, 'http://a/'])).toMatchObject({
        code: 1,
        error: `latchkey: ${base}/gone cannot be fetched: the server answers 404 Not Found`,
      });
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it.each([
    [['gone.pac', 'http://a/'], 'gone.pac: there is no such file'],
    [
      ['x.pac', 'a.example'],
      "latchkey: 'a.example' is not a URL that a PAC can be asked for, as https://example.com/",
    ],
    [
      ['x.pac', 'http://a/', '--resolve', 'a'],
      "latchkey: --resolve takes a name and its address, as a.example=10.1.2.3, not 'a'",
    ],
    [
      ['x.pac', 'http://a/', '--resolve', 'a=b'],
      "latchkey: --resolve takes a name and its address, as a.example=10.1.2.3, not 'a=b'",
    ],
    [['x.pac', 'http://a/', '--my-ip', 'a'], "latchkey: --my-ip takes an IP address, not 'a'"],
    [
      ['x.pac', 'http://a/', '--now', 'soon'],
      "latchkey: --now takes a time as 2026-12-24T18:00, with seconds and zone if you like, not 'soon'",
    ],
    [
      ['x.pac', 'http://a/', '--now', '2026-02-30'],
      "latchkey: --now takes a time as 2026-12-24T18:00, with seconds and zone if you like, not '2026-02-30'",
    ],
    [['http://[/', 'http://a/'], "latchkey: 'http://[/' is not a URL"],
  ])('refuses %j', async (args, error) => {
    expect(await fixture.run(['pac', ...args])).toEqual({ code: 2, out: [], err: [], error });
  });
});

describe('the built command line', () => {
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}) =>
    spawnSync(process.execPath, [cli, 'pac', ...args], { encoding: 'utf8', env: { ...process.env, ...env } });

  it('honours TZ, and ends with its exit code', async () => {
    const path = await file(
      'function FindProxyForURL(u, h) { if (h === "bad") null.x; return "h" + new Date().getHours(); }',
    );
    const args = [path, '--now', '2026-07-01T12:00:00Z', 'http://a/'];
    expect(run(args, { TZ: 'America/New_York' })).toMatchObject({ status: 0, stdout: 'h8\n', stderr: '' });
    expect(run(args, { TZ: 'Europe/Berlin' })).toMatchObject({ status: 0, stdout: 'h14\n', stderr: '' });
    expect(run([...args, 'http://bad/'])).toMatchObject({
      status: 1,
      stderr: 'latchkey: the script has failed for 1 of 2 addresses\n',
    });
  });

  it('ends a script that does not end, and lives to say so', async () => {
    const path = await file('function FindProxyForURL(u, h) { for (;;); }');
    expect(run([path, 'http://a/'])).toMatchObject({
      status: 1,
      stdout: 'error: no answer within 2 s\n',
      stderr: 'latchkey: the script has failed for the address\n',
    });
  });
});
