/** What a property list can hold of what Latchkey writes. */
export type PropertyValue =
  | string
  | number
  | boolean
  | readonly PropertyValue[]
  | { readonly [key: string]: PropertyValue };

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>]/g, (character) => entities[character] ?? character);
}

function element(value: PropertyValue, indent: string): string {
  const inner = `${indent}\t`;
  if (typeof value === 'string') return `${indent}<string>${escape(value)}</string>`;
  if (typeof value === 'number') return `${indent}<integer>${value}</integer>`;
  if (typeof value === 'boolean') return `${indent}<${value}/>`;
  if (isList(value)) {
    return [`${indent}<array>`, ...value.map((each) => element(each, inner)), `${indent}</array>`].join('\n');
  }
  const entries = Object.entries(value).flatMap(([key, each]) => [
    `${inner}<key>${escape(key)}</key>`,
    element(each, inner),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join('\n');
}

/** TypeScript does not narrow a read-only array by Array.isArray alone. */
function isList(value: PropertyValue): value is readonly PropertyValue[] {
  return Array.isArray(value);
}

/** An XML property list, as plutil(1) and launchd read it. @param root integers as numbers */
export function propertyList(root: { readonly [key: string]: PropertyValue }): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
${element(root, '')}
</plist>
`;
}
