/**
 * Whether an answer may come from more of the address than its host. Values carry no trace of where they come from, so this is
 * said of the function's source: it does not when its first parameter is never mentioned. Wherever that is not sure, it does.
 *
 * @param source of FindProxyForURL alone
 * @param script the whole file
 */
export function looksAtUrl(source: string, script: string): boolean {
  // Other ways to the parameter, or to another function under that name.
  if (/\b(?:arguments|eval)\b|\\u|(?<![\w$])FindProxyForURL\s*=/.test(script)) return true;
  const [head, parameter] = /^function\s*[\w$]*\s*\(\s*([\w$]*)\s*[,)]/.exec(source) ?? [];
  if (head === undefined || parameter === undefined) return true;
  if (parameter === '') return false;
  const name = parameter.replaceAll('$', '\\$');
  return new RegExp(`(?<![\\w$])${name}(?![\\w$])`).test(source.slice(head.length));
}
