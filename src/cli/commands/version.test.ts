import { expect, it } from 'vitest';
import { fakeTerminal } from '../../../test/fake-terminal';
import { runProgram } from '../program';

it('the version is told as text, and as JSON with what it runs on', async () => {
  const terminal = fakeTerminal({});
  expect(await runProgram(['version'], terminal)).toBe(0);
  expect(await runProgram(['--version'], terminal)).toBe(0);
  expect(await runProgram(['version', '--json'], terminal)).toBe(0);
  const [text, option, json = ''] = terminal.outLines;
  expect([text, option]).toEqual(['0.0.0', '0.0.0']);
  const { version: node, platform, arch } = process;
  expect(JSON.parse(json)).toEqual({ version: '0.0.0', node, platform, arch });
});
