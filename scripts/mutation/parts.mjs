/**
 * The parts of `npm run mutation`: what is changed, and the tests that are to notice.
 *
 * @typedef {{ name: string, title: string, mutate?: readonly string[], tests?: readonly string[] }} Part
 */

const gate = [
  'credential-gate',
  'tenure',
  'charges',
  'turn',
  'trial',
  'logon-queue',
  'known-urls',
  'set-aside-hosts',
  'forbidden-urls',
];

/** @type {readonly Part[]} */
export const parts = [
  {
    name: 'gate',
    title: 'credential gate',
    mutate: gate.map((file) => `src/main/upstream/${file}.ts`),
    tests: ['credential-gate', 'forbidden-urls', 'known-urls', 'set-aside-hosts', 'trial'].map(
      (file) => `src/main/upstream/${file}.test.ts`,
    ),
  },
  {
    name: 'ntlm',
    title: 'src/main/ntlm',
    mutate: ['src/main/ntlm/*.ts', '!**/*.test.ts'],
    tests: ['src/main/ntlm/*.test.ts'],
  },
  {
    name: 'http1',
    title: 'src/main/http1',
    mutate: ['src/main/http1/*.ts', '!**/*.test.ts'],
    tests: ['src/main/http1/*.test.ts'],
  },
  // Its commands are text: scripts/mutation/shell-mutants.mjs changes them.
  { name: 'restore', title: 'restore script' },
  {
    name: 'pac',
    title: 'PAC helper library',
    mutate: ['src/main/pac/helper-library.ts'],
    // It runs in QuickJS, where Stryker sees nothing: test/mutation-setup.ts.
    tests: ['src/main/pac/helper-library.test.ts'],
  },
];

/** @param {string} name */
export function partNamed(name) {
  const part = parts.find((each) => each.name === name);
  if (part === undefined)
    throw new Error(`there is no part ${name}; the parts: ${parts.map((each) => each.name).join(', ')}`);
  return part;
}
