import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const notOurs = new Set(['node_modules', 'out', '.git']);

/** Every document of the repository, by its path in it. */
function documents(folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return notOurs.has(path) ? [] : documents(path);
    return entry.name.endsWith('.md') ? [path] : [];
  });
}

/** Without code that is fenced or indented; a line in a list is no code. */
function proseOf(text: string): string {
  return text.replaceAll(/^```.*?^```$/gms, '').replaceAll(/(?<=\n\n)(?: {4}.*\n|\n)+/g, '');
}

interface Link {
  /** The document in which it stands. */
  readonly from: string;
  readonly target: string;
}

const linkForms = [/\]\(([^()\s]+)\)/g, /^\[[^\]]+\]:\s*(\S+)/gm, /\b(?:src|srcset|href)="([^"]+)"/g];

function linksOf(from: string): readonly Link[] {
  const text = proseOf(readFileSync(join(root, from), 'utf8')).replaceAll(/`[^`\n]+`/g, '');
  return linkForms.flatMap((form) => [...text.matchAll(form)].map(([, target = '']) => ({ from, target })));
}

/** The anchors of a document's headings, as GitHub makes them. */
function anchorsOf(path: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const prose = proseOf(readFileSync(join(root, path), 'utf8'));
  return new Set(
    [...prose.matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = '']) => {
      const slug = heading
        .replaceAll(/\]\([^)]*\)/g, ']')
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\- _]/gu, '')
        .trim()
        .replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

const isElsewhere = ({ target }: Link): boolean => /^(?:https?|mailto):/.test(target);

/** The file that a link leads to, by its path in the repository, and the anchor in it. */
function resolve({ from, target }: Link): { readonly path: string; readonly anchor: string | undefined } {
  const [file = '', anchor] = decodeURIComponent(target).split('#');
  return { path: file === '' ? from : normalize(join(dirname(from), file)), anchor };
}

/** Why a link leads nowhere; undefined for a good one. */
function faultOf(link: Link): string | undefined {
  const { path, anchor } = resolve(link);
  const place = `${link.from}: ${link.target}`;
  if (link.target.startsWith('/') || path.startsWith('..')) return `${place} leads out of the repository`;
  if (!existsSync(join(root, path))) return `${place}: there is no ${path}`;
  if (anchor === undefined) return undefined;
  return anchorsOf(path).has(anchor) ? undefined : `${place}: ${path} has no such heading`;
}

const all = documents();
const links = all.flatMap(linksOf).filter((link) => !isElsewhere(link));

describe('the documents', () => {
  it('have links that lead somewhere', () => {
    expect(all).toEqual(expect.arrayContaining(['README.md', 'ARCHITECTURE.md', join('docs', 'guide.md')]));
    expect(links.length).toBeGreaterThan(100);
    expect(links.map(faultOf).filter((fault) => fault !== undefined)).toEqual([]);
  });

  it('are all reached from README', () => {
    const reached = new Set<string>(['README.md']);
    // A set goes on to what is added meanwhile.
    for (const path of reached) {
      for (const link of links) if (link.from === path) reached.add(resolve(link).path);
    }
    const read = all.filter((path) => !path.includes('ISSUE_TEMPLATE'));
    expect(read.filter((path) => !reached.has(path))).toEqual([]);
  });

  it('show every picture that there is', () => {
    const folder = join('docs', 'pictures');
    const shown = new Set(links.map((link) => resolve(link).path));
    expect(readdirSync(join(root, folder)).filter((name) => !shown.has(join(folder, name)))).toEqual([]);
  });

  it('do not weigh much with their pictures', () => {
    const folder = join(root, 'docs', 'pictures');
    const bytes = readdirSync(folder).map((name) => statSync(join(folder, name)).size);
    expect(bytes.reduce((sum, size) => sum + size, 0)).toBeLessThan(2.5e6);
  });
});
