/**
 * Adds up the JSON reports of Vitest and Playwright, prints what failed, and last `N passed, N failed`.
 *
 *     node scripts/count-tests.mjs REPORT...
 *
 * Fails when a test failed, and when a report is missing, cannot be read or has no test in it: a run that tested
 * nothing must not look like one that passed.
 */
import { readFileSync } from 'node:fs';

const reports = process.argv.slice(2);
const mistakes = reports.length === 0 ? ['no report was given'] : [];
let passed = 0;
let failed = 0;

/** A count of the report; undefined when the report has none of this name. */
function countOf(report, name) {
  const count = report?.[name];
  return Number.isSafeInteger(count) && count >= 0 ? count : undefined;
}

/** The beginning of what a test said when it failed; enough to tell which line broke without the whole log. */
const beginning = (text) => String(text).split('\n').slice(0, 20).join('\n');

/** Of each test that failed: its name and what it said. */
function* failuresOfVitest(report) {
  for (const { name, assertionResults } of report.testResults ?? []) {
    for (const { fullName, status, failureMessages } of assertionResults) {
      if (status === 'failed') yield `${name}: ${fullName}\n${beginning(failureMessages?.[0] ?? '')}`;
    }
  }
}

/** As failuresOfVitest, of a suite of Playwright's and all suites in it; what passed only when tried again is told too. */
function* failuresOfPlaywright({ specs = [], suites = [] }) {
  for (const { file, line, title, tests } of specs) {
    for (const { status, results } of tests) {
      const said = results.find(({ error }) => error !== undefined)?.error.message ?? '';
      if (status === 'unexpected' || status === 'flaky')
        yield `${file}:${line}: ${title}\n${beginning(said)}`;
    }
  }
  for (const suite of suites) yield* failuresOfPlaywright(suite);
}

for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'));
    const isPlaywright = report?.stats !== undefined;
    const counts = isPlaywright ? report.stats : report;
    const reportPassed = countOf(counts, isPlaywright ? 'expected' : 'numPassedTests');
    const unexpected = countOf(counts, isPlaywright ? 'unexpected' : 'numFailedTests');
    const reportSkipped = countOf(counts, isPlaywright ? 'skipped' : 'numPendingTests');
    if (reportPassed === undefined || unexpected === undefined || reportSkipped === undefined) {
      mistakes.push(`${path} is no report of Vitest or Playwright`);
      continue;
    }
    // A spec that passes only when it is tried again is one that fails.
    const reportFailed = unexpected + (isPlaywright ? (countOf(counts, 'flaky') ?? 0) : 0);
    passed += reportPassed;
    failed += reportFailed;
    if (reportPassed + reportFailed === 0) mistakes.push(`${path} has no tests`);
    if (reportSkipped > 0) console.error(`count-tests: ${path}: ${reportSkipped} skipped`);
    for (const failure of isPlaywright ? failuresOfPlaywright(report) : failuresOfVitest(report)) {
      console.error(`count-tests: failed: ${failure}`);
    }
    // A file that could not be loaded has no tests that could fail, and is a failure all the same.
    for (const { name, status, assertionResults } of report.testResults ?? []) {
      const isTold = assertionResults.some((test) => test.status === 'failed');
      if (status === 'failed' && !isTold) mistakes.push(`${name} could not be run to its end`);
    }
    const hasSucceeded = isPlaywright ? (report.errors ?? []).length === 0 : report.success === true;
    if (!hasSucceeded && reportFailed === 0) mistakes.push(`${path}: the run did not succeed`);
  } catch (error) {
    mistakes.push(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

for (const mistake of mistakes) console.error(`count-tests: ${mistake}`);
// What could not be counted is a failure as well: the last line must never look better than the run was.
failed += mistakes.length;
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
