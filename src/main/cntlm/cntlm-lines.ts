import type { ConfMatter, ConfRemark } from '../../shared/conf-remark';

/** One option as it stands in the file. */
export interface ConfLine {
  readonly line: number;
  /** As written; compared without regard to case. */
  readonly keyword: string;
  readonly value: string;
  /** Whether it stands in quotation marks. */
  readonly isQuoted: boolean;
}

/** cntlm reads into 4096 bytes: what is longer becomes another line there. */
const longestLine = 4095;

/**
 * What cntlm takes for white space: isspace() of the C locale. The methods of String would take 0xA0 too, which is half of
 * a letter such as `\u00e0` in UTF-8.
 */
const leadingSpace = /^[ \t\v\f\r]+/;
const trailingSpace = /[ \t\v\f\r]+$/;

/** The value behind a keyword; undefined when cntlm sees none. */
function readValue(rest: string): string | undefined {
  if (rest === '' || rest.startsWith('#') || rest.startsWith(';')) return undefined;
  if (rest.startsWith('"')) {
    const end = rest.indexOf('"', 1);
    return end < 0 ? undefined : rest.slice(1, end);
  }
  const comment = rest.indexOf('#');
  return (comment < 0 ? rest : rest.slice(0, comment)).replace(trailingSpace, '');
}

/**
 * Splits a cntlm.conf into its options, by the grammar of cntlm itself: no `=`, `#` cuts an unquoted value anywhere, `;`
 * does so only at its start, sections are ignored.
 *
 * @param text the file's bytes as Latin-1 text
 * @param note told of what is accepted here but not by cntlm
 */
export function splitCntlmConf(text: string, note: (remark: ConfRemark) => void): ConfLine[] {
  const warn = (line: number, matter: ConfMatter): void => note({ severity: 'warning', line, matter });
  const options: ConfLine[] = [];
  const withoutMark = text.startsWith('\u00ef\u00bb\u00bf') ? text.slice(3) : text;
  if (withoutMark !== text) warn(1, { kind: 'byte-order-mark' });
  const lines = withoutMark.split('\n');
  for (const [index, raw] of lines.entries()) {
    const line = index + 1;
    const content = raw.replace(leadingSpace, '').replace(trailingSpace, '');
    if (content === '' || content.startsWith('#') || content.startsWith(';') || content.startsWith('['))
      continue;
    if (raw.length > longestLine) warn(line, { kind: 'line-too-long', limit: longestLine });
    const keyword = /^[A-Za-z0-9]+/.exec(content)?.[0];
    if (keyword === undefined) {
      warn(line, { kind: 'no-keyword' });
      continue;
    }
    let rest = content.slice(keyword.length).replace(leadingSpace, '');
    if (rest.startsWith('=')) {
      warn(line, { kind: 'equals-sign' });
      rest = rest.slice(1).replace(leadingSpace, '');
    }
    const isQuoted = rest.startsWith('"');
    const value = readValue(rest);
    if (value === undefined || value === '') {
      if (isQuoted && value === undefined) warn(line, { kind: 'open-quotation-mark' });
      continue;
    }
    if (!isQuoted && /[^ \t\v\f\r]#/.test(rest)) warn(line, { kind: 'comment-in-word' });
    if (index === lines.length - 1) warn(line, { kind: 'no-line-break' });
    options.push({ line, keyword, value, isQuoted });
  }
  return options;
}
