/** What plutil makes of an XML property list: JSON, or its sentence and exit code 1. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const builder = createRequire(import.meta.url).resolve('electron-builder/package.json');
const library = createRequire(builder).resolve('app-builder-lib/package.json');
const plist = createRequire(library)('plist');
const [, , file] = process.argv;

function fail(reason) {
  process.stderr.write(`${file}: ${reason}\n`);
  process.exit(1);
}

let text;
try {
  text = readFileSync(file, 'utf8');
} catch {
  fail(
    'file does not exist or is not readable or is not a regular file (Error Domain=NSCocoaErrorDomain Code=260)',
  );
}
let value;
try {
  value = plist.parse(text);
} catch {
  fail(
    'Property List error: Unexpected character at line 1 / JSON error: JSON text did not start with array or object',
  );
}
// JSON has no dates and no data.
if (JSON.stringify(value).includes('"type":"Buffer"')) fail('invalid object in plist for destination format');
process.stdout.write(JSON.stringify(value));
