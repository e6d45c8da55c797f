/**
 * Makes what a release has beside the packages of `npm run dist`: the command line as an archive for npm and Homebrew, checksums, a
 * software bill of materials (CycloneDX 1.6), and a cask and a formula of Homebrew's.
 *
 *     node scripts/release-files.mjs --repository OWNER/NAME [--dist out/dist] [--out out/release]
 *
 * The version is that of package.json, its tag `v` and the version. Ends with exit code 1 when a package is missing.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { shippedPackages } from './shipped.mjs';

const root = join(import.meta.dirname, '..');
const { repository, dist, out } = parseArgs({
  options: {
    repository: { type: 'string' },
    dist: { type: 'string', default: join(root, 'out', 'dist') },
    out: { type: 'string', default: join(root, 'out', 'release') },
  },
}).values;

const { version, description, license } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const sha256 = (path) => createHash('sha256').update(readFileSync(path)).digest('hex');

/** Ruby's double-quoted strings know more than those of JSON; nothing of ours needs that. */
const ruby = (text) => JSON.stringify(text).replaceAll('#', String.raw`\#`);

function packCommandLine() {
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', resolve(out)],
    { cwd: root, encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const [{ filename }] = JSON.parse(stdout);
  return join(out, filename);
}

function billOfMaterials() {
  const component = (type, name, of, licence) => ({
    type,
    'bom-ref': `pkg:npm/${name.replace('@', '%40')}@${of}`,
    name,
    version: of,
    purl: `pkg:npm/${name.replace('@', '%40')}@${of}`,
    licenses: [{ license: { id: licence } }],
  });
  const parts = shippedPackages(root);
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': 'latchkey',
        name: 'Latchkey',
        version,
        licenses: [{ license: { id: license } }],
      },
    },
    components: parts.map((each) =>
      component(each.name === 'electron' ? 'framework' : 'library', each.name, each.version, each.license),
    ),
    dependencies: [
      {
        ref: 'latchkey',
        dependsOn: parts.map((each) => `pkg:npm/${each.name.replace('@', '%40')}@${each.version}`),
      },
    ],
  };
}

const release = (name) => `https://github.com/${repository}/releases/download/v#{version}/${name}`;

function cask(sums, hasFeed) {
  return `cask "latchkey" do
  arch arm: "arm64", intel: "x64"

  version ${ruby(version)}
  sha256 arm:   ${ruby(sums.arm64)},
         intel: ${ruby(sums.x64)}

  url "${release('Latchkey-#{version}-#{arch}.dmg')}"
  name "Latchkey"
  desc "Local proxy that signs in to an NTLM proxy"
  homepage "https://github.com/${repository}"

  livecheck do
    url :url
    strategy :github_latest
  end

${hasFeed ? '  auto_updates true\n' : ''}  depends_on macos: ">= :ventura"

  app "Latchkey.app"
  binary "#{appdir}/Latchkey.app/Contents/Resources/bin/latchkey"

  uninstall quit: "app.latchkey.mac"

  zap trash: [
    "~/Library/Application Support/Latchkey",
    "~/Library/Caches/app.latchkey.mac.ShipIt",
    "~/Library/Caches/latchkey-updater",
    "~/Library/Logs/Latchkey",
    "~/Library/Preferences/app.latchkey.mac.plist",
  ]
end
`;
}

function formula(archive) {
  return `class Latchkey < Formula
  desc "Local proxy that signs in to an NTLM proxy, without the menu-bar app"
  homepage "https://github.com/${repository}"
  url "${release(basename(archive)).replace('#{version}', version)}"
  sha256 ${ruby(sha256(archive))}
  license ${ruby(license)}

  depends_on "node"

  def install
    libexec.install "out/cli"
    (bin/"latchkey").write <<~SH
      #!/bin/sh
      exec "#{Formula["node"].opt_bin}/node" "#{libexec}/cli/latchkey.cjs" "$@"
    SH
    chmod 0755, bin/"latchkey"
    man1.install libexec/"cli/latchkey.1"
    generate_completions_from_executable(bin/"latchkey", "completion", shells: [:bash, :zsh, :fish],
                                         shell_parameter_format: :arg)
  end

  service do
    run [opt_bin/"latchkey", "run", "--config", etc/"cntlm.conf"]
    keep_alive successful_exit: false
    log_path var/"log/latchkey.log"
    error_log_path var/"log/latchkey.log"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/latchkey version")
  end
end
`;
}

function make() {
  if (!/^[\w.-]+\/[\w.-]+$/.test(repository ?? '')) throw new Error('--repository takes OWNER/NAME');
  const archs = ['arm64', 'x64'];
  const packages = archs.flatMap((arch) =>
    ['dmg', 'zip'].map((kind) => join(dist, `Latchkey-${version}-${arch}.${kind}`)),
  );
  // What a build with a feed has beside its archives, for the feed.
  const feed = join(dist, 'latest-mac.yml');
  const missing = packages.filter((path) => !existsSync(path));
  if (missing.length > 0) throw new Error(`not there, \`npm run dist\` makes them: ${missing.join(', ')}`);
  rmSync(out, { recursive: true, force: true });
  mkdirSync(join(out, 'homebrew'), { recursive: true });
  const archive = packCommandLine();
  const bill = join(out, `Latchkey-${version}.cdx.json`);
  writeFileSync(bill, `${JSON.stringify(billOfMaterials(), undefined, 2)}\n`);
  const sums = Object.fromEntries(
    archs.map((arch) => [arch, sha256(join(dist, `Latchkey-${version}-${arch}.dmg`))]),
  );
  writeFileSync(join(out, 'homebrew', 'latchkey-cask.rb'), cask(sums, existsSync(feed)));
  writeFileSync(join(out, 'homebrew', 'latchkey-formula.rb'), formula(archive));
  const fed = existsSync(feed) ? [feed] : [];
  const lines = [...packages, ...fed, archive, bill].map((path) => `${sha256(path)}  ${basename(path)}`);
  writeFileSync(join(out, 'SHA256SUMS'), `${lines.join('\n')}\n`);
  console.log(`${description}: version ${version}, in ${out}`);
}

try {
  make();
} catch (error) {
  console.error(`release-files: ${error.message}`);
  process.exitCode = 1;
}
