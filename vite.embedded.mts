import { readFile } from 'node:fs/promises';
import { build, type Plugin } from 'vite';
import { packagesInside } from './vite.shipped-packages.mjs';

const prefix = '\0embedded:';

/**
 * Puts whole files into a bundle as text: `FILE?source` is a module and all that it imports as the source of one script, for a
 * thread or an engine of its own; `FILE?base64` is what any file holds. So nothing has to be found beside the bundle, be it
 * started from the command line, from an asar or by a test: docs/decisions/pac-engine.md.
 */
export function embedded(): Plugin {
  return {
    name: 'embedded',
    enforce: 'pre',
    resolveId: {
      filter: { id: /\?(?:source|base64)$/ },
      async handler(source, importer) {
        const [, file = '', kind] = /^(.+)\?(source|base64)$/.exec(source) ?? [];
        const resolved = await this.resolve(file, importer, { skipSelf: true });
        return resolved === null ? this.error(`${file} is not there`) : `${prefix}${kind}:${resolved.id}`;
      },
    },
    load: {
      filter: { id: new RegExp(`^${prefix}`) },
      async handler(id) {
        const [, kind, file = ''] = /^([^:]+):(.*)$/.exec(id.slice(prefix.length)) ?? [];
        this.addWatchFile(file);
        const text = kind === 'base64' ? (await readFile(file)).toString('base64') : await sourceOf(file);
        return { code: `export default ${JSON.stringify(text)};`, map: { mappings: '' } };
      },
    },
  };
}

/** A module with all that it imports, but for Node's own, as one script. */
async function sourceOf(file: string): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    plugins: [embedded(), packagesInside()],
    ssr: { noExternal: true },
    build: {
      ssr: file,
      write: false,
      target: 'es2022',
      // Line for line: what goes wrong in it is told by line.
      minify: false,
      rollupOptions: { output: { format: 'cjs', codeSplitting: false } },
    },
  });
  const [chunk] = 'output' in built ? built.output : [];
  if (chunk?.type !== 'chunk') throw new Error(`${file} was not built`);
  return chunk.code;
}
