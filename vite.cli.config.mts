import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';
import { commanderWithoutPrograms } from './vite.commander.mjs';
import { embedded } from './vite.embedded.mjs';
import { proxyChainServer } from './vite.proxy-chain.mjs';
import { shippedPackages } from './vite.shipped-packages.mjs';

const inFiles = (...paths: string[]): RegExp => new RegExp(`/(${paths.join('|')})`);

/**
 * Few files, as finding one takes longer than reading it, each for commands that need most of it: nothing but the entry for
 * `--version`, no engine for `status`, and zod for none that runs often. By default each set of commands would get its own.
 */
const groups = [
  {
    name: 'common',
    test: inFiles(
      'src/shared/(activity-day|address-text|calendar-day|control.ts|engine-state|error-text|fields|ip-address|log-line|mac-bypass|managed|no-proxy-|pac.ts|password-age|problem|settings.ts|state.ts|system-proxy|task-queue|terminal-commands)',
      'src/shared/(kerberos-text|method-name|text|updates.ts|words/conf-remarks/en|words/system-proxy/en|words/updates/en)',
      'src/cli/(describe-app-problem|describe-conf-remark|option-values|result-error|running|state-directory|warn-of-unsaved)',
      'src/main/control/control-sockets',
    ),
  },
  {
    name: 'configuration',
    test: inFiles(
      'src/shared/(app-settings.ts|mac-bypass)',
      'src/cli/(await-keychain|conf-credential-source|conf-file|conf-ports|conf-settings|internal-error-printer|open-memory|pac-agreement|read-password)',
      'src/cli/terminal-system-proxy',
      'src/cli/(no-shell-start|warn-of-method|warn-of-readers)',
      'src/shared/words/sign-in/en',
      'src/main/app/(conf-access|conf-credentials|keychain-credentials|keychain-problem|keychain-wait|pass-lines|recover-first|socks-passwords|stored-secret|within)',
      'src/main/cntlm/',
      'src/main/ntlm/(des|lmowf|md4|ntowf|upper-case)',
      'src/main/upstream/credential.ts',
      'src/main/platform/(debounced-listeners|files/json-file|files/make-private|macos/has-mac-commands|macos/mac-locale)',
      'src/main/platform/(network/on-link-networks|system-proxy/system-proxy-target|system-proxy/unsupported-system-proxy)',
      'src/main/platform/(files/company-proxy-memory|files/credential|files/day-record|files/memory-file|files/stored-credentials|files/traffic-file|keychain/|macos/run-mac-command)',
    ),
  },
  {
    name: 'engine',
    test: inFiles(
      'src/cli/(headless-pac|headless-ports|host-core|lookup-process|reload-lines|start-error|terminal-log)',
      'src/shared/(failed-connect|faces)',
      // What only a check needs, or set-up, comes with it.
      'src/main/app/(?!conf-(access|credentials)|doctor\\.|log-on-once|page-request|read-page|challenge-report|fetch-page|find-existing|examine-pac|import-|read-conf|export-|keychain-)',
      'src/main/control/',
      'src/main/platform/(kerberos|network|power|terminal)/',
      'src/main/platform/files/pac-memory',
      'src/main/platform/macos/(lsof-port-holders|system-surroundings)',
      'src/main/(http1|ntlm|routing|server|spnego|upstream)/',
      'node_modules/proxy-chain/',
    ),
  },
];

const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };

/** The name that the entry had before it was CommonJS: scripts and launchd plists of users call it. */
const formerName: Plugin = {
  name: 'former-name',
  generateBundle() {
    this.emitFile({ type: 'asset', fileName: 'latchkey.mjs', source: "import './latchkey.cjs';\n" });
  },
};

/** The manual page lies beside the command line, where npm finds it: package.json names it. */
const manualPage: Plugin = {
  name: 'manual-page',
  writeBundle({ dir = '' }) {
    const page = spawnSync(process.execPath, [join(dir, 'latchkey.cjs'), 'man'], { encoding: 'utf8' });
    if (page.status !== 0) throw new Error(`the manual page was not made: ${page.stderr}`);
    writeFileSync(join(dir, 'latchkey.1'), page.stdout);
  },
};

/**
 * Bundles the command line: a small entry, and what each command needs, loaded when it is called. keytar and kerberos stay
 * outside because they are native and optional. As CommonJS, since Node starts its loader of ES modules for nothing else, and each import of
 * `node:crypto` and the like by an ES module loads all that it has: docs/performance.md.
 */
export default defineConfig({
  plugins: [
    embedded(),
    commanderWithoutPrograms(),
    proxyChainServer(),
    shippedPackages('cli'),
    formerName,
    manualPage,
  ],
  build: {
    ssr: 'src/cli/latchkey.ts',
    outDir: 'out/cli',
    target: 'node20.19',
    sourcemap: true,
    rollupOptions: {
      external: ['keytar', 'kerberos'],
      output: {
        format: 'cjs',
        // Names stay: they stand in the report of a bug.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        entryFileNames: '[name].cjs',
        chunkFileNames: '[name].cjs',
        codeSplitting: { groups, includeDependenciesRecursively: false },
      },
    },
  },
  define: { __LATCHKEY_VERSION__: JSON.stringify(version) },
  ssr: { noExternal: true },
});
