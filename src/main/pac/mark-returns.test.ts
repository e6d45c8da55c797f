import { describe, expect, it } from 'vitest';
import { lineVariable, markReturns, withoutMarks } from './mark-returns';

/** What a script returns, and what its line is then. */
function run(script: string, url = 'http://host/', host = 'host'): readonly unknown[] {
  const marked = markReturns(script);
  // oxlint-disable-next-line typescript/no-implied-eval -- It is the script under test.
  const find = new Function(
    'url',
    'host',
    `var ${lineVariable}=0;\n${marked}\nreturn [FindProxyForURL(url, host), ${lineVariable}];`,
  );
  return find(url, host) as readonly unknown[];
}

const usual = `// Proxies of Corp: it's the list of 2026
var proxies = "PROXY a:8080";
function isInside(host) {
  return /["'/]return/.test(host) || host == "wiki";
}
function FindProxyForURL(url, host) {
  if (isInside(host)) return "DIRECT";
  /* return "NEVER"; */ if (host === 'cloud') { return proxies + "; DIRECT"; }
  var parts = host.split('.').map(function (part) { return part; });
  if (host == "empty") return;
  if (host == "broken") return
  return (parts.length / 2 > 1) ? "PROXY b:8080" : // return here
    "PROXY c:8080";
}
`;

describe('markReturns', () => {
  it.each([
    ['wiki', 'DIRECT', 7],
    ['cloud', 'PROXY a:8080; DIRECT', 8],
    ['a.b.c', 'PROXY b:8080', 12],
    ['a.b', 'PROXY c:8080', 12],
    // These have no value to stand before, and are no answer either.
    ['empty', undefined, 0],
    ['broken', undefined, 0],
  ])('says of %s where its answer stands', (host, answer, line) => {
    expect(run(usual, 'http://x/', host)).toEqual([answer, line]);
  });

  it.each([
    ['an expression', 'var FindProxyForURL = function (url, host) {\n  return "DIRECT";\n};', 2],
    ['an arrow', 'var FindProxyForURL = (url, host) => {\n\n  return "DIRECT";\n};', 3],
    ['lines of Windows', 'function FindProxyForURL(url, host) {\r\n  return "DIRECT";\r\n}', 2],
    ['one line', 'function FindProxyForURL(u,h){return"DIRECT"}', 1],
    [
      'a name of its own',
      'function FindProxyForURL(u, h) { var x = { return: 1 }; return x.return ? "DIRECT" : ""; }',
      1,
    ],
  ])('knows %s', (_what, script, line) => {
    expect(run(script)).toEqual(['DIRECT', line]);
  });

  it.each([
    ['templates', 'function FindProxyForURL(url, host) { return `PROXY ${host}`; }'],
    ['comments of HTML', '<!-- it\'s\nfunction FindProxyForURL(url, host) { return "DIRECT"; }'],
    ['a string without an end', 'function FindProxyForURL(url, host) { return "DIRECT; }'],
    ['another function', 'function FindProxy(url, host) { return "DIRECT"; }'],
    ['an answer of another', 'var FindProxyForURL = find; function find() { return "DIRECT"; }'],
  ])('leaves %s as it is', (_what, script) => {
    expect(markReturns(script)).toBe(script);
  });

  it('changes no line, and can be taken back', () => {
    const marked = markReturns(usual);
    expect(marked.split('\n')).toHaveLength(usual.split('\n').length);
    expect(withoutMarks(marked)).toBe(usual);
  });
});
