import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PacEngine } from '../../src/main/pac/pac-engine';
import { addressCases, hostCases, languageCases, lookupCases, patternCases } from '../pac-cases';
import { findChromium } from '../servers/find-chromium';
import { requireServers } from '../servers/require-servers';
import { runCommand } from '../servers/run-command';

const isPossible = requireServers('chromium');

/** Asked at the same moment and in the same time zone: whatever is true, it must be so for both. */
const timeExpressions = [
  'weekdayRange("MON", "FRI")',
  'weekdayRange("FRI", "MON", "GMT")',
  'weekdayRange("mon")',
  ...Array.from({ length: 24 }, (_, hour) => `timeRange(${hour})`),
  'timeRange(0, 23)',
  'timeRange(9, 18, "GMT")',
  'timeRange(0, 0, 23, 59)',
  'timeRange(0, 0, 0, 23, 59, 59)',
  ...Array.from({ length: 31 }, (_, day) => `dateRange(${day + 1})`),
  'dateRange(1, 15)',
  'dateRange(25, 5, "GMT")',
  ...['JAN', 'FEB', 'JUN', 'NOV', 'DEC', 'jan'].map((month) => `dateRange("${month}")`),
  'dateRange(2020, 2025)',
  'dateRange(2020, 2199)',
];

/** What Chromium answers otherwise, and why we do not. */
const wantedDifferences = new Map([
  // It is Microsoft's, and files call it.
  ['getClientVersion()', 'throws'],
  // A prefix without a length is an address; files compare with one.
  ['isInNetEx("198.95.249.79", "198.95.249.79")', 'false'],
]);

const expressions = [hostCases, patternCases, lookupCases, addressCases, languageCases]
  .flat()
  .map(([expression]): string => expression)
  .concat(timeExpressions)
  // Of what is not in the language of a PAC Chromium has its own, the own address is that of this machine, and the rules for
  // names are for IPv6 addresses as well.
  .filter((each) => !/WebAssembly|console|myIpAddress|FD00/.test(each));

const given = [
  'http://page.example/?once',
  'http://A.example/x?y',
  'http://a.example:81/x?y#z',
  'https://a.example:8443/x?y#z',
  'http://[fd00::1]:81/p?q',
];

const evaluation = `${JSON.stringify(expressions)}.map(function (each) {
  try { return String((0, eval)(each)); } catch (e) { return "throws"; }
})`;

/** Says what each expression is, and what it is given for each address. */
const script = `
function FindProxyForURL(url, host) {
  alert("GIVEN " + url + " " + host);
  if (host === "page.example") alert("VALUES " + encodeURIComponent(JSON.stringify({ now: Date.now(), values: ${evaluation} })));
  return "PROXY 127.0.0.1:PORT";
}`;

const names: Readonly<Record<string, string>> = {
  'a.corp.example': '10.1.2.3',
  'six.corp.example': 'fd00::6',
  'xn--bcher-kva.example': '10.4.4.4',
};
const resolverRules = Object.entries(names)
  .map(([name, address]) => `MAP ${name} ${address.includes(':') ? `[${address}]` : address}`)
  .concat('MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE 10.0.0.1');

describe.skipIf(!isPossible)('a PAC in Chromium and in ours', () => {
  let folder = '';
  let server: Server;
  let log = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-pac-'));
    server = createServer((request, response) => {
      const port = (server.address() as AddressInfo).port;
      if (request.url === '/proxy.pac') {
        response.setHeader('Content-Type', 'application/x-ns-proxy-autoconfig');
        response.end(script.replace('PORT', String(port)));
      } else {
        response.setHeader('Content-Type', 'text/html');
        response.end(given.map((url) => `<img src="${url}">`).join(''));
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await runCommand(findChromium() ?? '', [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      `--user-data-dir=${folder}`,
      `--proxy-pac-url=http://127.0.0.1:${port}/proxy.pac`,
      `--log-net-log=${join(folder, 'log.json')}`,
      `--host-resolver-rules=${resolverRules.join(', ')}`,
      '--dump-dom',
      'http://page.example/',
    ]);
    log = await readFile(join(folder, 'log.json'), 'utf8');
  });
  afterAll(async () => {
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  });

  async function ours(text: string, urls: readonly string[], now?: number): Promise<(string | null)[]> {
    const engine = new PacEngine({
      resolve: (name) => Promise.resolve([names[name] ?? []].flat()),
      ownAddresses: () => Promise.resolve([]),
      ...(now === undefined ? {} : { now: () => now }),
      lookupMs: 60_000,
    });
    try {
      await engine.load(text);
      const answers: (string | null)[] = [];
      for (const url of urls) answers.push((await engine.find(new URL(url))).answer);
      return answers;
    } finally {
      await engine.close();
    }
  }

  it('finds the same values', async () => {
    const [, encoded = ''] = /VALUES ([^"]*)"/.exec(log) ?? [];
    const { now, values } = JSON.parse(decodeURIComponent(encoded)) as { now: number; values: string[] };
    const [answer] = await ours(
      `function FindProxyForURL() { return JSON.stringify(${evaluation}); }`,
      ['http://a/'],
      now,
    );
    const own = JSON.parse(answer ?? '') as string[];
    expect(values.length).toBeGreaterThan(100);
    const differences = expressions.filter((_, index) => own[index] !== values[index]);
    expect(differences.map((each) => [each, values[expressions.indexOf(each)]])).toEqual([
      ...wantedDifferences,
    ]);
  });

  it('is given the same', async () => {
    const theirs = new Set([...log.matchAll(/GIVEN ([^"]*)"/g)].map(([, text]) => text));
    const own = await ours('function FindProxyForURL(url, host) { return url + " " + host; }', given);
    expect(own.filter((each) => !theirs.has(each ?? ''))).toEqual([]);
  });
});
