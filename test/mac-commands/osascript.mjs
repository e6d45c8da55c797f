#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/bin/osascript, for the one script that Latchkey gives it:
 *
 *     osascript -e 'do shell script "..." with administrator privileges with prompt "..."'
 *
 * The dialog is answered as `dialog` of the Mac in LATCHKEY_MAC_STATE says. The commands are run by the real /bin/sh, so
 * that what is quoted wrongly goes wrong here as well.
 */
import { spawnSync } from 'node:child_process';
import { hang, logCall, readMac } from './mac-state.mjs';

const [option, script = ''] = process.argv.slice(2);

/** The text of the literal that begins at `start`, and where it ends. Knows the escapes of AppleScript. */
function readLiteral(text, start) {
  if (text[start] !== '"') return undefined;
  let value = '';
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text[index];
    if (character === '"') return { value, end: index + 1 };
    if (character !== '\\') {
      value += character;
      continue;
    }
    index += 1;
    const escaped = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }[text[index]];
    if (escaped === undefined) return undefined;
    value += escaped;
  }
  return undefined;
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

const syntaxError = '0:0: syntax error: A identifier can’t go after this identifier. (-2740)';

function parse() {
  const opening = 'do shell script ';
  const promptWords = ' with administrator privileges with prompt ';
  if (!script.startsWith(opening)) return fail(syntaxError);
  const command = readLiteral(script, opening.length);
  if (command === undefined || !script.startsWith(promptWords, command.end)) return fail(syntaxError);
  const prompt = readLiteral(script, command.end + promptWords.length);
  if (prompt === undefined || prompt.end !== script.length) return fail(syntaxError);
  return { command: command.value, prompt: prompt.value };
}

if (option !== '-e' || process.argv.length !== 4) fail('osascript: only -e SCRIPT is emulated');
const { command, prompt } = parse();
const { dialog = 'yields' } = readMac();
logCall('osascript', [prompt]);
const where = `0:${script.length}: execution error: `;
if (dialog === 'hangs') await hang();
if (dialog === 'cancels') fail(`${where}User canceled. (-128)`);
if (dialog === 'wrong') fail(`${where}The administrator user name or password was incorrect. (-60007)`);
const { status, stdout, stderr } = spawnSync('/bin/sh', ['-c', command], {
  encoding: 'utf8',
  env: { ...process.env, LATCHKEY_MAC_ROOT: '1' },
});
if (status !== 0) fail(`${where}${stderr || 'The command exited with a non-zero status.'} (${status ?? 1})`);
process.stdout.write(`${stdout.replace(/\n$/, '').replaceAll('\n', '\r')}\n`);
