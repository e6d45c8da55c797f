import { basename } from 'node:path';

/** Shorter than a line of the document. */
const longestText = 60;

const oneLine = (text, longest) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line;
};

/** The text between two places of a file, as Stryker counts them: lines and columns from 1. */
function textAt(source, { start, end }) {
  const lines = source.split('\n').slice(start.line - 1, end.line);
  lines[lines.length - 1] = lines.at(-1).slice(0, end.column - 1);
  lines[0] = lines[0].slice(start.column - 1);
  return lines.join('\n');
}

/**
 * The mutants of a report in Stryker's form, in the order of the files.
 *
 * @returns each with its status, its line, what was changed as text, and a name that holds when lines are put in above it
 */
export function mutantsOf(report) {
  return Object.entries(report.files).flatMap(([path, { source, mutants }]) =>
    mutants.map(({ status, location, replacement, mutatorName }) => {
      const from = oneLine(textAt(source, location), longestText);
      const to = oneLine(replacement ?? mutatorName, longestText);
      const line = oneLine(source.split('\n')[location.start.line - 1] ?? '', 100);
      const name = `${basename(path)} | ${line} | ${from} -> ${to}`;
      return { status, file: basename(path), line: location.start.line, from, to, name };
    }),
  );
}

const count = (mutants, ...statuses) => mutants.filter(({ status }) => statuses.includes(status)).length;

/** A row of the table of scores. */
export function scoreRow(title, mutants) {
  const detected = count(mutants, 'Killed', 'Timeout');
  const left = survivorsOf(mutants).length;
  const score = ((detected / (detected + left)) * 100).toFixed(1);
  return `| ${title} | ${detected + left} | ${count(mutants, 'Killed')} | ${count(mutants, 'Timeout')} | ${left} | ${score} % |`;
}

/** Those that no test has noticed, whether or not one has run their line. */
export function survivorsOf(mutants) {
  return mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
}

const code = (text) => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);

const item = ({ file, line, from, to }) =>
  `- ${file} ${line}: ${code(from)} → ${to === '' ? 'nothing' : code(to)}`;

/**
 * What the document says of the survivors of one part, and what of it is not explained.
 *
 * @param {readonly { part: string, why: string, mutants: readonly string[] }[]} groups
 */
export function survivorText(part, title, mutants, groups) {
  const left = survivorsOf(mutants);
  const own = groups.filter((group) => group.part === part);
  const known = new Set(own.flatMap((group) => group.mutants));
  const unexplained = left.filter(({ name }) => !known.has(name));
  const names = new Set(left.map(({ name }) => name));
  const sections = own.flatMap(({ why, mutants: members }) => {
    const members_ = left.filter(({ name }) => members.includes(name));
    return members_.length === 0
      ? []
      : [`**${why}** (${members_.length})\n\n${members_.map(item).join('\n')}\n`];
  });
  if (unexplained.length > 0)
    sections.push(`**Not explained yet** (${unexplained.length})\n\n${unexplained.map(item).join('\n')}\n`);
  if (left.length === 0) sections.push('None.\n');
  return {
    text: `### ${title}\n\n${sections.join('\n')}`,
    unexplained: unexplained.map(({ name }) => name),
    // They are killed now, or their line has changed.
    gone: [...known].filter((name) => !names.has(name)),
  };
}
