import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-count-tests-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function count(...reports: object[]): { status: number | null; stdout: string; stderr: string } {
  const paths = reports.map((report, index) => {
    const path = join(folder, `${index}.json`);
    writeFileSync(path, JSON.stringify(report));
    return path;
  });
  return spawnSync(process.execPath, ['scripts/count-tests.mjs', ...paths], { encoding: 'utf8' });
}

const vitest = (...statuses: string[]): object => ({
  success: !statuses.includes('failed'),
  numPassedTests: statuses.filter((status) => status === 'passed').length,
  numFailedTests: statuses.filter((status) => status === 'failed').length,
  numPendingTests: 0,
  testResults: [
    {
      name: 'src/a.test.ts',
      status: statuses.includes('failed') ? 'failed' : 'passed',
      assertionResults: statuses.map((status, index) => ({
        status,
        fullName: `test ${index}`,
        failureMessages: status === 'failed' ? ['AssertionError: expected 1 to be 2'] : [],
      })),
    },
  ],
});

const playwright = (status: 'expected' | 'unexpected' | 'flaky'): object => ({
  stats: { expected: 0, unexpected: 0, flaky: 0, skipped: 0, [status]: 1 },
  errors: [],
  suites: [
    {
      suites: [
        {
          specs: [
            {
              file: 'life.spec.ts',
              line: 12,
              title: 'starts',
              tests: [{ status, results: [{ error: { message: 'the panel stayed hidden' } }] }],
            },
          ],
        },
      ],
    },
  ],
});

it('adds up what both runners report', () => {
  const { status, stdout, stderr } = count(vitest('passed', 'passed'), playwright('expected'));
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '3 passed, 0 failed\n', stderr: '' });
});

it('names each test that failed and what it said', () => {
  const { status, stdout, stderr } = count(vitest('passed', 'failed'), playwright('unexpected'));
  expect(stdout).toBe('1 passed, 2 failed\n');
  expect(stderr).toContain('src/a.test.ts: test 1\nAssertionError: expected 1 to be 2');
  expect(stderr).toContain('life.spec.ts:12: starts\nthe panel stayed hidden');
  expect(status).toBe(1);
});

it('counts a spec that passed only when it was tried again as failed', () => {
  const { status, stdout, stderr } = count(playwright('flaky'));
  expect({ status, stdout }).toEqual({ status: 1, stdout: '0 passed, 1 failed\n' });
  expect(stderr).toContain('life.spec.ts:12: starts');
});

it.each([
  ['no report', []],
  ['a report without tests', [vitest()]],
  ['what is no report', [{ hello: 1 }]],
])('fails for %s', (_what, reports) => {
  const { status, stdout } = count(...reports);
  expect(status).toBe(1);
  expect(stdout).not.toMatch(/ 0 failed$/m);
});
