import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { narrowed } from './narrow-transport-security.mjs';

const root = join(import.meta.dirname, '..');
const temporary = mkdtempSync(join(tmpdir(), 'latchkey-check-dist-'));
afterAll(() => rmSync(temporary, { recursive: true }));

/** Packing takes a few seconds, and many on a machine that is busy with other tests. */
const PACKING_TIMEOUT_MS = 180_000;

interface Outcome {
  readonly exitCode: number | null;
  readonly told: readonly string[];
  readonly found: readonly string[];
}

function checkDist(...args: readonly string[]): Outcome {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'check-dist.mjs'), ...args],
    { encoding: 'utf8' },
  );
  const linesOf = (text: string): string[] =>
    text.split('\n').filter((line) => line.startsWith('check-dist:'));
  return { exitCode: status, told: linesOf(stdout).toSorted(), found: linesOf(stderr).toSorted() };
}

/** A copy of what the check reads of the project, with electron-builder.yml changed: each pair must be found in it once. */
function makeProject(name: string, ...changes: readonly (readonly [from: string, to: string])[]): string {
  const folder = join(temporary, name);
  for (const path of ['package.json', 'package-lock.json', 'assets', 'scripts/narrow-transport-security.mjs'])
    cpSync(join(root, path), join(folder, path), { recursive: true });
  let yml = readFileSync(join(root, 'electron-builder.yml'), 'utf8');
  for (const [from, to] of changes) {
    expect(yml.split(from), `${from} stands in electron-builder.yml once`).toHaveLength(2);
    yml = yml.replace(from, to);
  }
  writeFileSync(join(folder, 'electron-builder.yml'), yml);
  return folder;
}

describe('npm run dist:check', () => {
  const kept = join(temporary, 'kept');
  let outcome: Outcome;

  beforeAll(() => {
    outcome = checkDist('--keep', kept);
  }, PACKING_TIMEOUT_MS);

  it('finds nothing in this project', () => {
    expect(outcome.found).toEqual([]);
    expect(outcome.told).toEqual([
      expect.stringMatching(/^check-dist: arm64: Info\.plist, fuses and \d+ files are right$/),
      'check-dist: electron-builder.yml fits the schema',
      expect.stringMatching(/^check-dist: x64: Info\.plist, fuses and \d+ files are right$/),
    ]);
    expect(outcome.exitCode).toBe(0);
  });

  it(
    'finds nothing in what was built here, and its size within its budget',
    () => {
      const { exitCode, found } = checkDist('--built');
      expect(found).toEqual([]);
      expect(exitCode).toBe(0);
    },
    PACKING_TIMEOUT_MS,
  );

  it('finds a key that electron-builder does not know, and does not pack', () => {
    const project = makeProject('wrong-key', ['hardenedRuntime: true', 'hardenedRuntimee: true']);
    expect(checkDist('--project', project)).toEqual({
      exitCode: 1,
      told: [],
      found: ['check-dist: electron-builder.yml: /mac must NOT have additional properties: hardenedRuntimee'],
    });
  });

  it('finds a value of the wrong kind', () => {
    const project = makeProject('wrong-value', ['notarize: true', 'notarize: 3']);
    expect(checkDist('--project', project).found).toContain(
      'check-dist: electron-builder.yml: /mac/notarize must be boolean',
    );
  });

  it(
    'finds what is missing in the app, what is too much in it, and wrong settings of it',
    () => {
      const project = makeProject(
        'wrong-app',
        ['  - assets/tray/**\n', ''],
        ["  - '!**/*.map'\n", ''],
        ['  - out/cli/*.cjs\n', '  - out/cli/engine.cjs\n'],
        ['    to: bin\n', '    to: sbin\n'],
        ["  - '!node_modules/**'\n", '  - src/**\n'],
        ['  smartUnpack: false', '  smartUnpack: true'],
        ['    to: licences.txt\n', '    to: others.txt\n'],
        ['afterPack: scripts/narrow-transport-security.mjs\n', ''],
        ['LSUIElement: true', 'LSUIElement: false'],
        ['    LSAppNapIsDisabled: true\n', ''],
        ['    NSCameraUsageDescription: null\n', ''],
        ['runAsNode: false', 'runAsNode: true'],
        ['  - de\n', '  - fr\n'],
      );
      const { exitCode, told, found } = checkDist('--project', project);
      expect(exitCode).toBe(1);
      expect(told).toEqual(['check-dist: electron-builder.yml fits the schema']);
      for (const arch of ['arm64', 'x64']) {
        const findings = found
          .filter((line) => line.startsWith(`check-dist: ${arch}: `))
          .map((line) => line.slice(`check-dist: ${arch}: `.length));
        const trayFindings = findings.filter((line) => line.startsWith('app.asar: assets/tray/'));
        expect(trayFindings).toHaveLength(14);
        expect(trayFindings).toContain('app.asar: assets/tray/trayOnTemplate@2x.png is missing');
        expect(findings.filter((line) => !trayFindings.includes(line))).toEqual([
          'Info.plist: LSAppNapIsDisabled is undefined, not true',
          'Info.plist: LSUIElement is false, not true',
          'Info.plist: NSAppTransportSecurity has other exceptions than none, and no feed needs one',
          'Info.plist: NSCameraUsageDescription asks for what the app has no use for',
          'Resources: bin/latchkey is missing',
          'Resources: fr.lproj is of a language that the app has not',
          'Resources: fr.lproj is of a language that the app has not',
          'Resources: licences.txt is not that of the build',
          'app.asar.unpacked: node_modules/kerberos/lib/index.js should not be there',
          'app.asar.unpacked: node_modules/kerberos/lib/util.js should not be there',
          'app.asar.unpacked: node_modules/kerberos/package.json should not be there',
          'app.asar.unpacked: node_modules/keytar/lib/keytar.js should not be there',
          'app.asar.unpacked: node_modules/keytar/node_modules/node-addon-api/index.js should not be there',
          'app.asar.unpacked: node_modules/keytar/node_modules/node-addon-api/package.json should not be there',
          'app.asar.unpacked: node_modules/keytar/package.json should not be there',
          'app.asar: node_modules/kerberos/lib/index.js is beside it, not the reverse',
          'app.asar: node_modules/kerberos/lib/util.js is beside it, not the reverse',
          'app.asar: node_modules/kerberos/package.json is beside it, not the reverse',
          'app.asar: node_modules/keytar/lib/keytar.js is beside it, not the reverse',
          // electron-builder lays the modules out anew: one of two versions lies with whom it belongs to.
          'app.asar: node_modules/keytar/node_modules/node-addon-api/index.js is beside it, not the reverse',
          'app.asar: node_modules/keytar/node_modules/node-addon-api/index.js should not be there',
          'app.asar: node_modules/keytar/node_modules/node-addon-api/package.json is beside it, not the reverse',
          'app.asar: node_modules/keytar/node_modules/node-addon-api/package.json should not be there',
          'app.asar: node_modules/keytar/package.json is beside it, not the reverse',
          'app.asar: node_modules/node-addon-api/index.js should not be there',
          'app.asar: node_modules/node-addon-api/package.json should not be there',
          'app.asar: node_modules/prebuild-install/index.js should not be there',
          'app.asar: node_modules/prebuild-install/package.json should not be there',
          'app.asar: out/cli/latchkey.cjs is missing',
          'app.asar: out/main/chunks/engine.js.map should not be there',
          'app.asar: out/main/index.js.map should not be there',
          'app.asar: out/preload/index.js.map should not be there',
          'app.asar: out/renderer/assets/index.js.map should not be there',
          'app.asar: src/main/index.ts should not be there',
          'fuses: RunAsNode is on',
        ]);
      }
    },
    PACKING_TIMEOUT_MS,
  );

  describe('--packed', () => {
    const project = join(kept, 'arm64/project');
    const app = join(kept, 'arm64/apps/mac-arm64/Latchkey.app');
    const library = join(
      app,
      'Contents/Resources/app.asar.unpacked/node_modules/keytar/build/Release/keytar.node',
    );
    const libraryForX64 = join(kept, 'x64/project/node_modules/keytar/build/Release/keytar.node');

    it('looks at an app that is there already', () => {
      expect(checkDist('--project', project, '--packed', app)).toEqual({
        exitCode: 0,
        told: [expect.stringContaining('mac-arm64/Latchkey.app: Info.plist, fuses and')],
        found: [],
      });
    });

    it('finds a keytar.node for another system or another processor', () => {
      const original = readFileSync(library);
      writeFileSync(library, '\x7fELF\x02\x01\x01\0');
      const forLinux = checkDist('--project', project, '--packed', app);
      cpSync(libraryForX64, library);
      const forIntel = checkDist('--project', project, '--packed', app);
      writeFileSync(library, original);
      expect([forLinux.exitCode, forIntel.exitCode]).toEqual([1, 1]);
      expect(forLinux.found).toEqual([
        'check-dist: mac-arm64/Latchkey.app: keytar.node is not a library for the Mac (Mach-O)',
      ]);
      expect(forIntel.found).toEqual([
        'check-dist: mac-arm64/Latchkey.app: keytar.node is for x64, the app for arm64',
      ]);
    });

    it('finds a command that cannot be run, or is another one', () => {
      const command = join(app, 'Contents/Resources/bin/latchkey');
      const original = readFileSync(command);
      chmodSync(command, 0o644);
      const notExecutable = checkDist('--project', project, '--packed', app);
      chmodSync(command, 0o755);
      // A new file: electron-builder has linked the one of the project.
      rmSync(command);
      writeFileSync(command, '#!/bin/sh\n', { mode: 0o755 });
      const another = checkDist('--project', project, '--packed', app);
      writeFileSync(command, original, { mode: 0o755 });
      expect(notExecutable.found).toEqual([
        'check-dist: mac-arm64/Latchkey.app: Resources: bin/latchkey has the mode 644, not 755',
      ]);
      expect(another.found).toEqual([
        'check-dist: mac-arm64/Latchkey.app: Resources: bin/latchkey is not that of assets',
        'check-dist: mac-arm64/Latchkey.app: Resources: bin/latchkey runs another program than Latchkey',
      ]);
    });

    it('allows what a feed of updates needs, and that alone', () => {
      const info = join(app, 'Contents/Info.plist');
      const feed = join(app, 'Contents/Resources/app-update.yml');
      const original = readFileSync(info, 'utf8');
      writeFileSync(feed, 'provider: github\n');
      const without = checkDist('--project', project, '--packed', app);
      writeFileSync(info, narrowed(original, true));
      const withIt = checkDist('--project', project, '--packed', app);
      rmSync(feed);
      const noFeed = checkDist('--project', project, '--packed', app);
      writeFileSync(info, original);
      expect(without.found).toEqual([expect.stringContaining('other exceptions than that for 127.0.0.1')]);
      expect(withIt.found).toEqual([]);
      expect(noFeed.found).toEqual([expect.stringContaining('than none, and no feed needs one')]);
    });

    it('finds an archive that is not the one whose integrity the app checks', () => {
      const info = join(app, 'Contents/Info.plist');
      const original = readFileSync(info, 'utf8');
      writeFileSync(info, original.replace(/<string>[0-9a-f]{64}</, `<string>${'0'.repeat(64)}<`));
      const outcomeOfChange = checkDist('--project', project, '--packed', app);
      writeFileSync(info, original);
      expect(outcomeOfChange.found).toEqual([
        'check-dist: mac-arm64/Latchkey.app: Info.plist: ElectronAsarIntegrity is not that of app.asar',
      ]);
    });

    it('says what to do when there is no app', () => {
      const missing = checkDist('--packed', join(temporary, 'Nothing.app'));
      expect(missing.exitCode).toBe(1);
      expect(missing.found).toEqual([
        expect.stringMatching(/Nothing\.app is no app: `npm run dist` makes one/),
      ]);
      expect(checkDist('--packed').found).toEqual(['check-dist: --packed wants the path of an app']);
    });
  });
});
