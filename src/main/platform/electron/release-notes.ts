const mostLines = 12;
const longestLine = 160;

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
};

/**
 * What is new, a line each: the points of a list, be they Markdown or HTML, and else every line. Neither of the two is shown as
 * what it is, but as text.
 */
export function releaseNotes(text: string): readonly string[] {
  const plain = text
    .replace(/<li[^>]*>\s*/gi, '\n- ')
    .replace(/<(?:br|\/p|\/h\d|\/li)[^>]*>/gi, '\n')
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|quot|#39);/g, (entity) => entities[entity] ?? entity);
  // A point goes on in lines that are set in.
  const lines = plain
    .replace(/\n[ \t]+(?![-*\s])/g, ' ')
    .split('\n')
    .map((line) => line.trim());
  const points = lines.filter((line) => /^[-*]\s/.test(line)).map((line) => line.slice(1).trim());
  const wanted = points.length > 0 ? points : lines.filter((line) => line !== '' && !line.startsWith('#'));
  return wanted
    .slice(0, mostLines)
    .map((line) => line.replace(/(\*\*|`)(.+?)\1/g, '$2'))
    .map((line) => (line.length > longestLine ? `${line.slice(0, longestLine - 1).trimEnd()}…` : line));
}
