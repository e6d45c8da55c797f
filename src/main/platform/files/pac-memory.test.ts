import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PacMemory } from './pac-memory';

let folder: string;
let told: string[];
const pac = { source: 'mac', place: 'http://p.corp/proxy.pac', text: 'function ...', readMs: 1 };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-pac-'));
  told = [];
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

const memory = (directory = folder): PacMemory => new PacMemory(directory, (message) => told.push(message));

it('finds what another one has written, readable by its owner alone', async () => {
  expect(await memory().read()).toBeUndefined();
  await memory().write(pac);
  expect(await memory().read()).toEqual(pac);
  expect((await stat(join(folder, 'pac.json'))).mode & 0o777).toBe(0o600);
});

it('sets a damaged file aside, and goes on', async () => {
  await writeFile(join(folder, 'pac.json'), '{"version":1,"pac":{"text":7}}');
  expect(await memory().read()).toBeUndefined();
  expect(told).toHaveLength(1);
  expect(await readFile(join(folder, 'pac.json.damaged-1'), 'utf8')).toContain('7');
});

it('says what is wrong, and never rejects', async () => {
  await writeFile(join(folder, 'file'), '');
  const nowhere = memory(join(folder, 'file', 'x'));
  await nowhere.write(pac);
  expect(told.join()).toContain('what is known of the PAC cannot be kept here');
});
