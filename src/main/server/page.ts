/** A page of Latchkey's own: texts only, everything escaped here. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly facts?: readonly (readonly [name: string, value: string])[];
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

const style =
  'body{font:16px/1.5 -apple-system,system-ui,sans-serif;max-width:34rem;margin:12vh auto;padding:0 1.5rem;' +
  'color:#1d1d1f;background:#fff}h1{font-size:1.4rem;line-height:1.25}dt{color:#6e6e73}dd{margin:0 0 .5rem}' +
  'footer{margin-top:2rem;font-size:.85rem;color:#6e6e73}' +
  '@media(prefers-color-scheme:dark){body{color:#f5f5f7;background:#1e1e1e}dt,footer{color:#98989d}}';

/** Renders a page that needs nothing from elsewhere: no script, no link, no image. */
export function renderPage({ title, paragraphs, facts = [] }: Page): string {
  const rows = facts
    .map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`)
    .join('');
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><main><h1>${escapeHtml(title)}</h1>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${rows === '' ? '' : `<dl>${rows}</dl>`}</main><footer>Latchkey, the local proxy on this computer</footer></body></html>
`;
}
