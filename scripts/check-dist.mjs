/**
 * Checks what electron-builder.yml makes of the app.
 *
 *     node scripts/check-dist.mjs [--project FOLDER] [--built] [--keep FOLDER]
 *     node scripts/check-dist.mjs --packed APP... [--project FOLDER]
 *
 * The first form runs anywhere and needs no network: electron-builder.yml against electron-builder's own schema, then
 * `electron-builder --mac dir` for arm64 and x64 on a skeleton of Electron, in a temporary folder, with small files in
 * the place of the build and others beside them that must not be packed. --built packs the out/ folder of the project
 * instead, --keep leaves the result in FOLDER. The second form looks at apps that `npm run dist` has made on a Mac.
 *
 * Each finding is one line on standard error; any finding ends it with exit code 1.
 */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, sep } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { getRawHeader } from '@electron/asar';
import Ajv from 'ajv';
import { load } from 'js-yaml';

const require = createRequire(import.meta.url);
const builderRequire = createRequire(require.resolve('electron-builder/package.json'));
const builderLibRequire = createRequire(builderRequire.resolve('app-builder-lib/package.json'));
const plist = builderLibRequire('plist');
const { getCurrentFuseWire, FuseV1Options } = builderLibRequire('@electron/fuses');

const options = parseArgs({
  allowPositionals: true,
  options: {
    project: { type: 'string', default: join(import.meta.dirname, '..') },
    built: { type: 'boolean', default: false },
    keep: { type: 'string' },
    packed: { type: 'boolean', default: false },
  },
});
const { project, built, keep, packed } = options.values;
const manifest = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));

const APP_NAME = 'Latchkey';
const OUT_FOLDERS = ['out/main', 'out/preload', 'out/renderer'];
const COMMAND_LINE = 'out/cli';
const COMMAND = 'bin/latchkey';
const LICENCES = 'out/licences.txt';
/** Says where the app looks for its updates; a build without a feed has none. */
const FEED = 'app-update.yml';
/** Squirrel fetches from electron-updater, which listens there. */
const LOOPBACK_ONLY = {
  NSExceptionDomains: { '127.0.0.1': { NSExceptionAllowsInsecureHTTPLoads: true } },
};
/** All that is ours and not Electron's: twice what it is, so that what should not ship is noticed. */
const BUDGET_BYTES = 9 * 1024 * 1024;
const FRAMEWORK = 'Frameworks/Electron Framework.framework';
/** The native modules, and their scripts. */
const NATIVE_MODULES = { kerberos: ['index.js', 'util.js'], keytar: ['keytar.js'] };
const libraryOf = (name) => `node_modules/${name}/build/Release/${name}.node`;
const LIBRARIES = Object.keys(NATIVE_MODULES).map(libraryOf);
const NATIVE_FILES = Object.entries(NATIVE_MODULES).flatMap(([name, scripts]) =>
  ['package.json', `build/Release/${name}.node`, ...scripts.map((script) => `lib/${script}`)].map(
    (path) => `node_modules/${name}/${path}`,
  ),
);
const CPU_TYPES = { arm64: 0x0100000c, x64: 0x01000007 };

/** What macOS shows when an app wants something of the user; a company's review asks about each of them. */
const USAGE_SENTENCE = /^NS.*UsageDescription$/;
const WANTED_SENTENCE = 'NSLocalNetworkUsageDescription';

const EXPECTED_INFO = {
  CFBundleIdentifier: 'app.latchkey.mac',
  CFBundleName: APP_NAME,
  CFBundleDisplayName: APP_NAME,
  CFBundleExecutable: APP_NAME,
  CFBundleIconFile: 'icon.icns',
  CFBundleShortVersionString: manifest.version,
  LSAppNapIsDisabled: true,
  LSApplicationCategoryType: 'public.app-category.utilities',
  LSMinimumSystemVersion: '13.0',
  LSUIElement: true,
  NSRequiresAquaSystemAppearance: false,
};

/** True is a fuse that lets something happen; the names are those of @electron/fuses. */
const EXPECTED_FUSES = {
  RunAsNode: false,
  EnableCookieEncryption: false,
  EnableNodeOptionsEnvironmentVariable: false,
  EnableNodeCliInspectArguments: false,
  EnableEmbeddedAsarIntegrityValidation: true,
  OnlyLoadAppFromAsar: true,
  LoadBrowserProcessSpecificV8Snapshot: false,
  GrantFileProtocolExtraPrivileges: false,
};

/** All files under a folder, relative to `root`, with slashes. */
function filesUnder(root, folder) {
  return readdirSync(join(root, folder), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join('/'));
}

function write(path, content = '') {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}

/** electron-builder.yml against the schema that electron-builder itself goes by. */
function findInConfiguration(yml) {
  const schema = JSON.parse(readFileSync(builderRequire.resolve('app-builder-lib/scheme.json'), 'utf8'));
  const validate = new Ajv({ allErrors: true, strict: false }).compile(schema);
  if (validate(yml)) return [];
  // Most parts may also be null, so a mistake in one is told three times; the one in the middle of it is of use.
  const isAlternative = ({ keyword, params }) => keyword === 'anyOf' || params.type === 'null';
  const mistakes = validate.errors.filter((error) => !isAlternative(error));
  return (mistakes.length > 0 ? mistakes : validate.errors).map(({ instancePath, message, params }) => {
    const key = params.additionalProperty === undefined ? '' : `: ${params.additionalProperty}`;
    return `electron-builder.yml: ${instancePath || '/'} ${message}${key}`;
  });
}

/** A Mach-O header as the loader looks at it first: magic of a 64-bit file, then the processor. */
function machHeader(arch) {
  const header = Buffer.alloc(32);
  header.writeUInt32LE(0xfeedfacf, 0);
  header.writeUInt32LE(CPU_TYPES[arch], 4);
  return header;
}

/** Which processors a Mach-O file is for; none when it is none. A universal file begins with a table of those in it. */
function archsOfMachO(path) {
  const head = readFileSync(path).subarray(0, 4096);
  if (head.length < 8) return [];
  const archOf = (type) => Object.keys(CPU_TYPES).filter((arch) => CPU_TYPES[arch] === type);
  if (head.readUInt32LE(0) === 0xfeedfacf) return archOf(head.readUInt32LE(4));
  if (head.readUInt32BE(0) !== 0xcafebabe) return [];
  const entries = Array.from({ length: head.readUInt32BE(4) }, (_, index) => 8 + 20 * index);
  return entries.filter((at) => at + 20 <= head.length).flatMap((at) => archOf(head.readUInt32BE(at)));
}

/** The parts of Electron's distribution that electron-builder renames, edits or removes; the programs are headers only. */
function makeSkeleton(folder, arch) {
  const contents = join(folder, 'Electron.app/Contents');
  const info = (name, more = {}) =>
    plist.build({
      CFBundleIdentifier: 'com.github.Electron',
      CFBundleExecutable: name,
      CFBundleName: name,
      ...more,
    });
  const sentences = ['AudioCapture', 'BluetoothAlways', 'BluetoothPeripheral', 'Camera', 'Microphone'].map(
    (what) => [`NS${what}UsageDescription`, `This app needs access to ${what}`],
  );
  write(join(contents, 'Info.plist'), info('Electron', Object.fromEntries(sentences)));
  write(join(contents, 'MacOS/Electron'), machHeader(arch));
  const framework = join(contents, FRAMEWORK);
  for (const language of ['en', 'en_GB', 'de', 'fr']) {
    write(join(contents, `Resources/${language}.lproj/.keep`));
    write(join(framework, `Versions/A/Resources/${language}.lproj/locale.pak`));
  }
  for (const suffix of ['', ' (GPU)', ' (Plugin)', ' (Renderer)']) {
    const name = `Electron Helper${suffix}`;
    write(join(contents, `Frameworks/${name}.app/Contents/Info.plist`), info(name));
    write(join(contents, `Frameworks/${name}.app/Contents/MacOS/${name}`), machHeader(arch));
  }
  // The fuses stand behind this mark: version 1, eight of them, as Electron ships them.
  const fuses = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX\x01\x0810110001';
  write(
    join(framework, 'Versions/A/Electron Framework'),
    Buffer.concat([machHeader(arch), Buffer.from(fuses, 'latin1')]),
  );
  symlinkSync('Versions/A/Electron Framework', join(framework, 'Electron Framework'));
}

/** The project as far as packing goes, and beside it what a real one has and must keep to itself. */
function makeProject(folder, arch) {
  for (const path of [
    'package.json',
    'electron-builder.yml',
    'assets',
    'scripts/narrow-transport-security.mjs',
  ]) {
    cpSync(join(project, path), join(folder, path), { recursive: true });
  }
  if (built) {
    for (const path of [...OUT_FOLDERS, COMMAND_LINE, LICENCES])
      cpSync(join(project, path), join(folder, path), { recursive: true });
  } else {
    const main = manifest.main ?? 'out/main/index.js';
    const code = [
      main,
      'out/main/chunks/engine.js',
      'out/preload/index.js',
      'out/renderer/assets/index.js',
      `${COMMAND_LINE}/latchkey.cjs`,
      `${COMMAND_LINE}/engine.cjs`,
    ];
    for (const path of code) {
      write(join(folder, path), '// nothing\n');
      write(join(folder, `${path}.map`), '{}');
    }
    write(join(folder, 'out/renderer/index.html'), '<!doctype html>\n');
    write(join(folder, LICENCES), 'The licences\n');
    write(join(folder, 'out/renderer/assets/index.css'));
  }
  const { packages: locked } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8'));
  for (const [name, scripts] of Object.entries(NATIVE_MODULES)) {
    const folderOfModule = `node_modules/${name}`;
    const { version, dependencies } = locked[folderOfModule];
    write(
      join(folder, folderOfModule, 'package.json'),
      JSON.stringify({ name, version, main: `lib/${scripts[0]}`, dependencies }),
    );
    // What it is installed with: the app needs none of it, and electron-builder would pack all.
    for (const dependency of Object.keys(dependencies)) {
      const nested = `${folderOfModule}/node_modules/${dependency}`;
      const module = nested in locked ? nested : `node_modules/${dependency}`;
      write(
        join(folder, module, 'package.json'),
        JSON.stringify({ name: dependency, version: locked[module].version, main: 'index.js' }),
      );
      write(join(folder, module, 'index.js'));
    }
    for (const script of scripts) write(join(folder, folderOfModule, 'lib', script));
    write(join(folder, libraryOf(name)), machHeader(arch));
  }
  const keytar = 'node_modules/keytar';
  const unwanted = [
    `${keytar}/README.md`,
    `${keytar}/binding.gyp`,
    `${keytar}/keytar.d.ts`,
    `${keytar}/src/main.cc`,
    `${keytar}/build/Makefile`,
    `${keytar}/build/Release/obj.target/keytar.node`,
    'node_modules/kerberos/index.d.ts',
    'node_modules/kerberos/src/kerberos.cc',
    'node_modules/react/index.js',
    `${COMMAND_LINE}/latchkey.mjs`,
    `${COMMAND_LINE}/latchkey.1`,
    'out/types/tests/index.d.ts',
    'src/main/index.ts',
    'test/company-proxy/company-proxy.ts',
    'README.md',
    'tsconfig.json',
  ];
  for (const path of unwanted) write(join(folder, path));
  write(join(folder, 'node_modules/react/package.json'), '{ "name": "react", "version": "19.0.0" }');
}

/** Packs one app as `electron-builder --mac dir` does. Returns where it is. */
async function pack(folder, arch) {
  const projectFolder = join(folder, 'project');
  makeSkeleton(join(folder, 'electron'), arch);
  makeProject(projectFolder, arch);
  const electron = manifest.devDependencies.electron;
  const settings = {
    electronDist: join(folder, 'electron'),
    electronVersion: electron,
    npmRebuild: 'false',
    'mac.identity': 'null',
    'mac.notarize': 'false',
    'directories.output': join(folder, 'apps'),
  };
  const command = [builderRequire.resolve('./cli.js'), '--mac', 'dir', `--${arch}`, '--publish', 'never'];
  command.push(...Object.entries(settings).map(([key, value]) => `-c.${key}=${value}`));
  try {
    await promisify(execFile)(process.execPath, command, { cwd: projectFolder, timeout: 120_000 });
  } catch (error) {
    throw new Error(`electron-builder failed for ${arch}:\n${error.stdout}${error.stderr}`, { cause: error });
  }
  return join(folder, 'apps', arch === 'x64' ? 'mac' : `mac-${arch}`, `${APP_NAME}.app`);
}

/** The files of an asar, in the order of their names; those that stand beside it are marked. */
function filesOfAsar(header, path = '') {
  return Object.entries(header.files).flatMap(([name, entry]) => {
    const full = path === '' ? name : `${path}/${name}`;
    if (entry.files !== undefined) return filesOfAsar(entry, full);
    return [{ path: full, isUnpacked: entry.unpacked === true }];
  });
}

/** What is wrong with the command `latchkey`, a script that runs the app's program. */
function findInCommand(contents, source) {
  const command = join(contents, 'Resources', COMMAND);
  if (!existsSync(command)) return [`Resources: ${COMMAND} is missing`];
  const mode = statSync(command).mode & 0o777;
  return [
    ...(mode === 0o755 ? [] : [`Resources: ${COMMAND} has the mode ${mode.toString(8)}, not 755`]),
    ...(readFileSync(command).equals(readFileSync(source))
      ? []
      : [`Resources: ${COMMAND} is not that of assets`]),
    ...(readFileSync(command, 'utf8').includes(`/MacOS/${APP_NAME}\n`)
      ? []
      : [`Resources: ${COMMAND} runs another program than ${APP_NAME}`]),
  ];
}

/** What is wrong with an app, as sentences. `projectFolder` is what it was packed from. */
async function findInApp(app, projectFolder) {
  const contents = join(app, 'Contents');
  const resources = join(contents, 'Resources');
  const findings = [];

  const info = plist.parse(readFileSync(join(contents, 'Info.plist'), 'utf8'));
  for (const [key, expected] of Object.entries(EXPECTED_INFO)) {
    if (info[key] !== expected) findings.push(`Info.plist: ${key} is ${info[key]}, not ${expected}`);
  }
  if (!info[WANTED_SENTENCE]) findings.push(`Info.plist: ${WANTED_SENTENCE} is missing`);
  findings.push(
    ...Object.keys(info)
      .filter((key) => USAGE_SENTENCE.test(key) && key !== WANTED_SENTENCE)
      .map((key) => `Info.plist: ${key} asks for what the app has no use for`),
  );

  const hasFeed = existsSync(join(resources, FEED));
  if (JSON.stringify(info.NSAppTransportSecurity) !== JSON.stringify(hasFeed ? LOOPBACK_ONLY : {}))
    findings.push(
      `Info.plist: NSAppTransportSecurity has other exceptions than ${hasFeed ? 'that for 127.0.0.1' : 'none, and no feed needs one'}`,
    );

  const licences = join(resources, basename(LICENCES));
  if (!existsSync(licences) || !readFileSync(licences).equals(readFileSync(join(projectFolder, LICENCES))))
    findings.push('Resources: licences.txt is not that of the build');

  const asar = join(resources, 'app.asar');
  const bytes = [asar, ...filesUnder(resources, 'app.asar.unpacked').map((path) => join(resources, path))]
    .map((path) => statSync(path).size)
    .reduce((sum, size) => sum + size, 0);
  if (bytes > BUDGET_BYTES) findings.push(`the app has ${bytes} bytes of its own, more than ${BUDGET_BYTES}`);
  const { header, headerString } = getRawHeader(asar);
  const hash = createHash('sha256').update(headerString).digest('hex');
  if (info.ElectronAsarIntegrity?.['Resources/app.asar']?.hash !== hash) {
    findings.push('Info.plist: ElectronAsarIntegrity is not that of app.asar');
  }

  const files = filesOfAsar(header);
  const found = new Set(files.map(({ path }) => path));
  const wanted = new Set(
    [
      'package.json',
      ...[...OUT_FOLDERS, 'assets/tray'].flatMap((folder) => filesUnder(projectFolder, folder)),
      ...filesUnder(projectFolder, COMMAND_LINE).filter((path) => path.endsWith('.cjs')),
      // Without it the command would say nothing but that it is missing, built or not.
      `${COMMAND_LINE}/latchkey.cjs`,
      ...NATIVE_FILES,
    ].filter((path) => !path.endsWith('.map')),
  );
  findings.push(
    ...[...wanted].filter((path) => !found.has(path)).map((path) => `app.asar: ${path} is missing`),
    ...[...found].filter((path) => !wanted.has(path)).map((path) => `app.asar: ${path} should not be there`),
  );
  if (!found.has(manifest.main))
    findings.push(`app.asar: there is no ${manifest.main}, the main of package.json`);
  // A native part in out/ was bundled by mistake, and is that of the machine that built it.
  findings.push(
    ...[...found]
      .filter((path) => path.endsWith('.node') && !LIBRARIES.includes(path))
      .map((path) => `app.asar: ${path} is native, and only those of kerberos and keytar may be`),
    ...files
      .filter(({ path, isUnpacked }) => isUnpacked !== LIBRARIES.includes(path))
      .map(
        ({ path, isUnpacked }) =>
          `app.asar: ${path} is ${isUnpacked ? 'beside it' : 'in it'}, not the reverse`,
      ),
  );
  const unpacked = existsSync(`${asar}.unpacked`) ? filesUnder(`${asar}.unpacked`, '.') : [];
  findings.push(
    ...unpacked
      .filter((path) => !LIBRARIES.includes(path))
      .map((path) => `app.asar.unpacked: ${path} should not be there`),
  );
  const [appArch = ''] = archsOfMachO(join(contents, 'MacOS', APP_NAME));
  for (const library of LIBRARIES.filter((path) => unpacked.includes(path))) {
    const archs = archsOfMachO(join(`${asar}.unpacked`, library));
    if (archs.length === 0) findings.push(`${basename(library)} is not a library for the Mac (Mach-O)`);
    else if (!archs.includes(appArch))
      findings.push(`${basename(library)} is for ${archs.join(' and ')}, the app for ${appArch}`);
  }

  const icon = join(resources, 'icon.icns');
  if (
    !existsSync(icon) ||
    !readFileSync(icon).equals(readFileSync(join(projectFolder, 'assets/icon.icns')))
  ) {
    findings.push('Resources: icon.icns is not that of assets');
  }
  findings.push(...findInCommand(contents, join(projectFolder, 'assets', COMMAND)));
  for (const folder of [resources, join(contents, FRAMEWORK, 'Versions/A/Resources')]) {
    const languages = readdirSync(folder).filter((name) => name.endsWith('.lproj'));
    const foreign = languages.filter((name) => !/^(en|de)([-_]\w+)?\.lproj$/.test(name));
    findings.push(...foreign.map((name) => `Resources: ${name} is of a language that the app has not`));
  }

  const wire = await getCurrentFuseWire(app);
  for (const [name, expected] of Object.entries(EXPECTED_FUSES)) {
    const isOn = String.fromCharCode(wire[FuseV1Options[name]]) === '1';
    if (isOn !== expected) findings.push(`fuses: ${name} is ${isOn ? 'on' : 'off'}`);
  }
  return { findings, fileCount: files.length };
}

/** Prints what was found in an app. Returns whether it is as it should be. */
async function report(name, app, projectFolder) {
  const { findings, fileCount } = await findInApp(app, projectFolder);
  for (const finding of findings) console.error(`check-dist: ${name}: ${finding}`);
  if (findings.length === 0)
    console.log(`check-dist: ${name}: Info.plist, fuses and ${fileCount} files are right`);
  return findings.length === 0;
}

async function checkPacked(apps) {
  if (apps.length === 0) throw new Error('--packed wants the path of an app');
  for (const app of apps) {
    if (!existsSync(join(app, 'Contents')))
      throw new Error(`${app} is no app: \`npm run dist\` makes one on a Mac`);
  }
  const results = [];
  for (const app of apps)
    results.push(await report(join(basename(dirname(app)), basename(app)), app, project));
  return results.every(Boolean);
}

async function checkProject() {
  const findings = findInConfiguration(load(readFileSync(join(project, 'electron-builder.yml'), 'utf8')));
  for (const finding of findings) console.error(`check-dist: ${finding}`);
  if (findings.length > 0) return false;
  console.log('check-dist: electron-builder.yml fits the schema');

  const folder = keep ?? mkdtempSync(join(tmpdir(), 'latchkey-dist-'));
  try {
    const results = await Promise.all(
      Object.keys(CPU_TYPES).map(async (arch) => {
        const app = await pack(join(folder, arch), arch);
        return await report(arch, app, join(folder, arch, 'project'));
      }),
    );
    return results.every(Boolean);
  } finally {
    if (keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

try {
  const isRight = await (packed ? checkPacked(options.positionals) : checkProject());
  if (!isRight) process.exitCode = 1;
} catch (error) {
  console.error(`check-dist: ${error.message}`);
  process.exitCode = 1;
}
