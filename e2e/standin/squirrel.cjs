/**
 * Stands in for Electron's `autoUpdater`, which is Squirrel.Mac. It fetches and unpacks the archive as that does; a signature is a file
 * with the name of a team, which must be that of the running app. What ShipIt does after the app's end is done as it ends: the new app
 * is laid into STANDIN_APPLICATIONS, and told on standard error. Nothing is started: the spec does that.
 */
'use strict';
const { execFile } = require('node:child_process');
const {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { promisify } = require('node:util');
const { app } = require('./app.cjs');
const { desktop } = require('./desktop.cjs');
const { emitterWith } = require('./strict.cjs');

/** The team that has signed the app that runs. */
const ownTeam = 'TEAM';

const events = /** @type {const} */ ([
  'error',
  'checking-for-update',
  'update-available',
  'update-not-available',
  'update-downloaded',
  'before-quit-for-update',
]);

let feedUrl = '';
/** @type {Record<string, string>} */
let feedHeaders = {};
/** The app that is installed when this one has ended. @type {string | undefined} */
let staged;
let isOpened = false;

/**
 * @param {string} message
 * @param {string} domain
 */
const errorOf = (message, domain) => Object.assign(new Error(message), { code: -1, domain });

/** @param {string} folder */
function judge(folder) {
  const name = readdirSync(folder).find((each) => each.endsWith('.app'));
  if (name === undefined) throw errorOf('Could not locate update bundle', 'SQRLUpdaterErrorDomain');
  const bundle = join(folder, name);
  const signature = join(bundle, 'Contents', '_CodeSignature', 'team');
  const team = existsSync(signature) ? readFileSync(signature, 'utf8') : '';
  if (team === ownTeam) return bundle;
  const why =
    team === '' ? 'code object is not signed at all' : 'code failed to satisfy specified code requirement(s)';
  throw errorOf(
    `Code signature at URL file://${bundle}/ did not pass validation: ${why}`,
    'SQRLCodeSignatureErrorDomain',
  );
}

async function fetchAndJudge() {
  if (process.env.STANDIN_READ_ONLY === '1')
    throw errorOf(
      'Cannot update while running on a read-only volume. The application is on a read-only volume. Please move the application and try again.',
      'SQRLUpdaterErrorDomain',
    );
  const feed = await fetch(feedUrl, { headers: feedHeaders });
  if (!feed.ok) throw errorOf(`The feed answers ${feed.status}`, 'SQRLUpdaterErrorDomain');
  const { url } = /** @type {{ url: string }} */ (await feed.json());
  autoUpdater.emit('update-available');
  const folder = mkdtempSync(join(tmpdir(), 'standin-squirrel-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const archive = join(folder, 'update.zip');
  writeFileSync(archive, Buffer.from(await (await fetch(url)).arrayBuffer()));
  try {
    await promisify(execFile)('unzip', ['-q', archive, '-d', join(folder, 'update')]);
  } catch (cause) {
    throw Object.assign(errorOf('The archive cannot be unpacked', 'SQRLZipArchiverErrorDomain'), { cause });
  }
  staged = judge(join(folder, 'update'));
  return url;
}

const autoUpdater = emitterWith('autoUpdater', events, {
  getFeedURL: () => feedUrl,
  /** @param {import('electron').FeedURLOptions} options */
  setFeedURL: ({ url, headers = {} }) => {
    feedUrl = url;
    feedHeaders = headers;
  },
  checkForUpdates: () => {
    autoUpdater.emit('checking-for-update');
    void fetchAndJudge().then(
      (url) => autoUpdater.emit('update-downloaded', {}, '', '', new Date(0), url),
      (error) => autoUpdater.emit('error', error),
    );
  },
  quitAndInstall: () => {
    if (staged === undefined) {
      autoUpdater.emit('error', new Error("No update available, can't quit and install"));
      return;
    }
    autoUpdater.emit('before-quit-for-update');
    for (const window of desktop.windows) window.close();
    if (process.env.STANDIN_INSTALL_FAILS === '1') {
      autoUpdater.emit('error', errorOf('ShipIt could not be launched', 'SQRLShipItLauncherErrorDomain'));
      return;
    }
    isOpened = true;
    app.quit();
  },
});

process.once('exit', () => {
  const { STANDIN_APPLICATIONS: applications } = process.env;
  if (staged === undefined || applications === undefined) return;
  cpSync(staged, join(applications, 'Latchkey.app'), { recursive: true });
  process.stderr.write(`ShipIt: installed${isOpened ? ', and opened' : ''}\n`);
});

module.exports = { autoUpdater };
