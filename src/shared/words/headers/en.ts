export const headers = {
  list: 'Sent to the company proxy',
  empty: 'No header is set.',
  add: 'Add header, as in X-Department: 42',
  remove: (entry: string): string => `Remove ${entry}`,
  note: 'Each takes the place of what a program sends under its name, or is added. What is inside a tunnel stays as it is, and what goes direct gets none.',
};
