import type { ConfMatter, ConfRemark } from '../shared/conf-remark';
import { confRemark, isSecret } from '../shared/words/conf-remarks/en';

const makeHash = 'make yours with `latchkey hash`';

const fillHash = 'make a hash of it with `latchkey hash`, or set Latchkey up in the panel, which asks for it';

/** What can be done about it at a terminal. */
const advice: { readonly [Kind in ConfMatter['kind']]?: string } = {
  'hash-length': makeHash,
  'hash-sample': makeHash,
  'hash-beyond-ascii': 'make it with `latchkey hash`',
  'hash-of-another':
    'leave out --user and --domain, or store a hash for that account with `latchkey hash --save`',
  'no-proxy-beside-pac': 'with --agree HOST:PORT, or with `latchkey agree` while it runs',
  'no-username': 'add the line “Username YOUR-NAME”, or give --user and --domain to `latchkey run`',
};

/** The words for a remark about a line of a cntlm.conf. */
export function describeConfMatter(matter: ConfMatter): string {
  const more = matter.kind === 'not-filled-in' && isSecret(matter.keyword) ? fillHash : advice[matter.kind];
  return more === undefined ? confRemark(matter) : `${confRemark(matter)}; ${more}`;
}

/** Where it is: `FILE:LINE`, or the file as a whole. */
export function confPlace(file: string, line: number): string {
  return line === 0 ? file : `${file}:${line}`;
}

/** As a compiler tells it: `FILE:LINE: warning: what is said`. */
export function confRemarkLine(file: string, { line, severity, matter }: ConfRemark): string {
  return `${confPlace(file, line)}: ${severity}: ${describeConfMatter(matter)}`;
}
