import type { Plugin } from 'vite';

const leftOutId = '\0commander-left-out';

/**
 * Bundles commander without what starts another program for a command: Latchkey has no such command, and loading Node's
 * `child_process` for it was a tenth of the start of `latchkey status`.
 *
 * The build fails when commander no longer imports it.
 */
export function commanderWithoutPrograms(): Plugin {
  let isMissing = true;
  return {
    name: 'commander-without-programs',
    enforce: 'pre',
    resolveId(source, importer) {
      if (source !== 'node:child_process') return undefined;
      if (importer === undefined || !/[\\/]commander[\\/]lib[\\/]/.test(importer)) return undefined;
      isMissing = false;
      return leftOutId;
    },
    load(id) {
      if (id !== leftOutId) return undefined;
      return `export function spawn() { throw new Error('this part of commander is not in the bundle'); }`;
    },
    buildEnd(error) {
      if (error === undefined && isMissing)
        this.error('commander does not import node:child_process any more');
    },
  };
}
