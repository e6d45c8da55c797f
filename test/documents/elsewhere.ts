/**
 * The commands of documents that test/real/documents.test.ts does not run, each with what runs it, or why nothing here can. What
 * stands in no document any more is to be taken out: documents.test.ts looks.
 */
export const elsewhere: Readonly<Record<string, string>> = {
  'npm ci': 'the first step of .ci/run and of every workflow',
  'npm ci && npm run demo':
    'by hand in a fresh clone; scripts/demo.test.ts has the script, and `latchkey run --demo` is run here',
  'npm ci && npm test': '.ci/run',
  'npm start': 'needs a display; scripts/start.test.ts has the script',
  'npm run check': '.ci/run does each of its parts',
  'npx vitest run src/main/upstream': '.ci/run',
  'npm run e2e -- e2e/first-run.spec.ts': 'a part of `npm test`',
  'npm run soak': 'takes minutes; test/soak.test.ts is a short one',
  'npm run soak -- --seed 7 --requests 5000 --tunnels 200': 'takes minutes; test/soak.test.ts is a short one',
  'npm run soak -- --long': 'takes twenty minutes',
  'npm run profile -- tunnels': 'takes minutes, and its figures are nobody’s on a busy machine',
  'npm run bench': 'takes ten minutes, and writes figures that a busy machine spoils',
  'npm run bench -- --only burst': 'as `npm run bench`',
  'npm run bench -- --only burst-40,chromium --rounds 1': 'as `npm run bench`',
  "npm run bench -- --minutes 8 --remark 'On a train.'": 'as `npm run bench`',
  'BENCH_CNTLM=/opt/cntlm-0.94/cntlm BENCH_PX=px BENCH_ALPACA=alpaca npm run bench':
    'as `npm run bench`, with programs that Debian does not have',
  'bash .ci/run': 'it runs this test',
  'npm run coverage': 'runs every test of the sources once more; scripts/coverage.mjs fails where one does',
  'npm run coverage -- --report': 'needs what `npm run coverage` has left',
  'npm run mutation': 'takes hours',
  'npm run mutation -- ntlm': 'takes minutes',
  'npm run mutation -- --report': 'needs what `npm run mutation` has left',
  'npm run build': 'the first step of `npm test`, of which .ci/run is made',
  'npm run pictures': 'takes minutes, and writes the pictures anew; e2e/screens.spec.ts has the same states',
  'npx install-electron && npm run e2e': 'needs a Mac; .github/workflows/macos.yml',
  'npm run icons': 'scripts/make-icons.test.ts runs it into a folder of its own',
  'npm run dist:check': 'scripts/check-dist.test.ts',
  'npm run dist': 'needs a Mac; .github/workflows/release.yml',
  'npm run dist -- --unsigned': 'needs a Mac; .github/workflows/macos.yml',
  'npm run release-files -- --repository OWNER/NAME':
    'needs a release; scripts/release-files.test.ts makes one up',
  'codesign --verify --deep --strict --verbose=2 out/dist/mac-arm64/Latchkey.app': 'needs a Mac',
  'spctl --assess --verbose=4 out/dist/mac-arm64/Latchkey.app': 'needs a Mac',
  'xcrun stapler validate out/dist/mac-arm64/Latchkey.app': 'needs a Mac',
  'docker run --rm --read-only --tmpfs /var/tmp --cap-drop ALL -p 127.0.0.1:3128:3128 -v ./cntlm.conf:/run/secrets/cntlm.conf:ro IMAGE':
    'needs Docker, and nobody has built the image',
  'LATCHKEY_CONTRACT=real npx vitest run test/contract': 'needs a Mac; .github/workflows/macos.yml',
};

/** The blocks that are no commands, by how their first lines begin. */
export const otherBlocks: Readonly<Record<string, string>> = {
  'src/shared/': 'the folders of the sources',
  Username: 'a cntlm.conf, which the command lines around it are run with',
  'FROM node': 'a recipe for Docker',
  'LATCHKEY_MAC_STATE ': 'two variables',
};
