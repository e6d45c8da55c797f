/** What templates put round a name that is to be replaced, and variables that a program would have filled in. */
const marked = [
  /^<[^<>]+>$/,
  /^\{\{.*\}\}$/,
  /^\{%.*%\}$/,
  /^\{\w[\w .-]*\}$/,
  /^\[\w[\w .-]*\]$/,
  /^\$\{\w+[^}]*\}$/,
  /^\$[A-Z_][A-Z0-9_]*$/,
  /^%\w+%$/,
  /^@@?\w+@@?$/,
  /^__\w+__$/,
];

/** Words that ask to be replaced. */
const spoken =
  /^(?:(?:change|replace|fill)[-_ ]?(?:me|this|it|in)|(?:enter|insert|put|type)[-_ ](?:your|my|the)[-_ ].*|your[-_ ].+|your(?:user|username|name|login|account|id|domain|password|pass|pwd|hash|proxy|workstation|host)|my[-_ ]?(?:username|password|domainname)|to[-_]?do|fix[-_]?me|placeholder|user[-_]?name|xxx+|\.{3})$/i;

/** Whether a value is what a template stands with before anybody has put his own there. */
export function isPlaceholder(value: string): boolean {
  return spoken.test(value) || marked.some((pattern) => pattern.test(value));
}
