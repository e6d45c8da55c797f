/** What is made of a test of `[`. */
const comparisons = new Map([
  [' = ', [' != ']],
  [' != ', [' = ']],
  [' -eq ', [' -ne ']],
  [' -gt ', [' -ge ', ' -le ']],
  [' -ge ', [' -gt ', ' -lt ']],
  [' -lt ', [' -le ', ' -ge ']],
  ['[ -n ', ['[ -z ']],
  ['[ -z ', ['[ -n ']],
  ['[ -e ', ['[ ! -e ']],
  ['! alive', ['alive']],
]);

/** One more than a number. */
const more = (text) => String(Number(text) + 1);

/** What else is put in the place of a piece of text: the name of the kind, what it is found by, and what is made of it. */
const replacements = [
  { name: 'operator', pattern: / && /g, make: () => [' || '] },
  { name: 'operator', pattern: / \|\| /g, make: () => [' && '] },
  { name: 'condition', pattern: /\b(?:el)?if (?!!)/g, make: (text) => [`${text}! `] },
  { name: 'condition', pattern: /\b(?:while|until) (?!!|IFS|read)/g, make: (text) => [`${text}! `] },
  { name: 'exit', pattern: /\b(?:return|exit) 0\b/g, make: (text) => [text.replace('0', '1')] },
  { name: 'exit', pattern: /\b(?:return|exit) 1\b/g, make: (text) => [text.replace('1', '0')] },
  { name: 'value', pattern: /\bgoal=(?:\$[46]|No\b)/g, make: () => ['goal=', 'goal=Yes'] },
  { name: 'value', pattern: /(?<=\bgoal=)\$[46]/g, make: (text) => [text === '$6' ? '$3' : '$2'] },
  {
    name: 'value',
    pattern: /(?<=\b(?:left|phase|pass|state|hung|looks|nameless|tries|last)=)\w+/g,
    make: (text) => [/^\d/.test(text) ? more(text) : ''],
  },
  { name: 'number', pattern: /(?<= -(?:eq|gt|ge|lt|le) )\d+/g, make: (text) => [more(text)] },
  { name: 'number', pattern: /(?<=\b(?:sleep|shift) )\d+/g, make: (text) => [String(Number(text) - 1)] },
  { name: 'number', pattern: /\+ 1\)\)/g, make: () => ['+ 0))'] },
  {
    // Ours for what was before, and the other way round: three parameters further.
    name: 'parameter',
    pattern: /(?<=\[[^\]]*)"\$[3-8]"/g,
    make: (text) => [
      text.replace(/\d/, (digit) => String(Number(digit) < 6 ? Number(digit) + 3 : Number(digit) - 3)),
    ],
  },
  { name: 'signal', pattern: /\bkill -9 /g, make: () => ['kill '] },
  { name: 'option', pattern: /(?<=\brm) -\w+/g, make: () => [''] },
  {
    name: 'pattern',
    pattern: /\*(?:'[^']*'|"(?:\\.|[^"])*")\*(?: \| \*(?:'[^']*'|"(?:\\.|[^"])*")\*)+/g,
    make: (text) => {
      const all = text.split(' | ');
      return all.map((_, left) => all.filter((_each, index) => index !== left).join(' | '));
    },
  },
];

/** A line that does something by itself, and without which the rest is still a script. */
function isDroppable(line) {
  const text = line.trim();
  if (
    text === '' ||
    text.startsWith('#') ||
    /^(?:done|fi|esac|\}|else|then|do|;;|\w+\(\) \{|case .* in)$/.test(text)
  )
    return false;
  if (/^\*.*;;$|^elif |\bthen$|\bdo$/.test(text)) return false;
  // The beginning of what goes on in the next line, or its end.
  const opened = (text.match(/\b(?:if|case|while|until)\b/g) ?? []).length;
  const closed = (text.match(/\b(?:fi|esac|done)\b/g) ?? []).length;
  return opened === closed && !text.endsWith('\\');
}

/**
 * The lines of shell commands in a TypeScript file, each with the column at which they begin: what stands in a template that
 * begins with `String.raw` or with `#!`. Where an expression stands in them that goes over lines, these are left out.
 *
 * @param {string} source the file
 */
function* shellLines(source) {
  let isShell = false;
  let isExpression = false;
  for (const [index, line] of source.split('\n').entries()) {
    const begin = isShell ? 0 : (/String\.raw`|`(?=#!)/.exec(line)?.[0].length ?? -1);
    if (begin < 0) continue;
    const from = isShell ? 0 : line.indexOf('`') + 1;
    const isEnd = line.endsWith('`;') || line === '`;';
    isShell = !isEnd;
    const opened = (line.match(/\$\{/g) ?? []).length;
    const closed = (line.match(/\}/g) ?? []).length;
    if (/\$\{Object\b/.test(line) && closed < opened) isExpression = true;
    const isText = !isExpression && !/^\$\{.*\}(?:`;)?$/.test(line.slice(from));
    if (isExpression && /\)\} /.test(line)) isExpression = false;
    if (isText) yield { number: index + 1, from, text: line.slice(from, isEnd ? -2 : undefined) };
  }
}

/**
 * The mutants of the shell commands in a TypeScript file: a comparison or condition turned round, an operator, number or value
 * replaced, an alternative of a pattern left out, a line dropped.
 *
 * @param {string} source the file
 */
export function* shellMutants(source) {
  for (const { number, from, text } of shellLines(source)) {
    if (text.trim().startsWith('#')) continue;
    const at = (start, end) => ({
      start: { line: number, column: from + start + 1 },
      end: { line: number, column: from + end + 1 },
    });
    if (isDroppable(text)) {
      yield { mutatorName: 'dropped line', replacement: ':', location: at(text.search(/\S/), text.length) };
    }
    for (const [operator, others] of comparisons) {
      for (let found = text.indexOf(operator); found >= 0; found = text.indexOf(operator, found + 1)) {
        for (const replacement of others) {
          yield { mutatorName: 'comparison', replacement, location: at(found, found + operator.length) };
        }
      }
    }
    for (const { name, pattern, make } of replacements) {
      for (const { 0: found, index } of text.matchAll(pattern)) {
        for (const replacement of make(found)) {
          yield { mutatorName: name, replacement, location: at(index, index + found.length) };
        }
      }
    }
  }
}

/** The source with one of its mutants in place. */
export function withMutant(source, { location: { start, end }, replacement }) {
  const lines = source.split('\n');
  const line = lines[start.line - 1];
  lines[start.line - 1] = line.slice(0, start.column - 1) + replacement + line.slice(end.column - 1);
  return lines.join('\n');
}
