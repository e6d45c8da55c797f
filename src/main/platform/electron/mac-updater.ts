import { readFileSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { autoUpdater } from 'electron';
import { MacUpdater } from 'electron-updater/out/MacUpdater';
import { GenericProvider } from 'electron-updater/out/providers/GenericProvider';
import { GitHubProvider } from 'electron-updater/out/providers/GitHubProvider';
import type { UpdateCheckResult } from 'electron-updater/out/types';
import { load as readYaml } from 'js-yaml';
import { releaseNotes } from './release-notes';
import { UpdateError, type Updater } from './updater';

export interface MacUpdaterOptions {
  /** The file that says where the feed is: electron-builder's app-update.yml. */
  readonly feed: string;
  readonly isPackaged: boolean;
  /** Of this app. */
  readonly version: string;
}

/** Neither a byte of the archive nor a word of Squirrel's came for so long: it is given up. */
const stalledMs = 5 * 60_000;
/** The feed is a small file. */
const silentMs = 2 * 60_000;

/** A release, and none before one: `1.2.0`. */
const isRelease = (version: string): boolean => /^\d+\.\d+\.\d+$/.test(version);

/** Without the number by which a feed could tell one Mac from the others: a staged roll-out is decided here. */
function withoutOwnNumber(headers: OutgoingHttpHeaders | null): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers ?? {}).filter(([name]) => name !== 'x-user-staging-id'));
}

class GitHubFeed extends GitHubProvider {
  override setRequestHeaders(headers: OutgoingHttpHeaders | null): void {
    super.setRequestHeaders(withoutOwnNumber(headers));
  }
}

class GenericFeed extends GenericProvider {
  override setRequestHeaders(headers: OutgoingHttpHeaders | null): void {
    super.setRequestHeaders(withoutOwnNumber(headers));
  }
}

type FeedOptions = Parameters<MacUpdater['setFeedURL']>[0];

/** electron-updater on Electron's own, which is Squirrel.Mac: it alone puts the app in place, and only what the same team has signed. */
export function openMacUpdater({ feed, isPackaged, version }: MacUpdaterOptions): Updater {
  const updater = new MacUpdater();
  updater.logger = null;
  updater.autoDownload = false;
  // Squirrel gets it as soon as it is here: its signature is known before anybody is told that it is ready.
  updater.autoInstallOnAppQuit = true;
  updater.allowPrerelease = false;
  updater.allowDowngrade = false;
  // One request for the archive, whole: differences take many, and a copy of the archive that stays.
  updater.disableDifferentialDownload = true;
  updater.forceDevUpdateConfig = !isPackaged;
  updater.updateConfigPath = feed;
  updater.requestHeaders = { 'User-Agent': `Latchkey/${version}` };
  const isUsual = updater.isUpdateSupported;
  updater.isUpdateSupported = async (info) => isRelease(info.version) && (await isUsual(info));
  // A sign-in is the local proxy's business, or the user's where there is none: nothing here has a password. Without a name Electron
  // lets the request fail.
  updater.on('login', (_info, answer) => (answer as () => void)());
  const where = readYaml(readFileSync(feed, 'utf8')) as { readonly provider: string };
  const updateProvider = where.provider === 'github' ? GitHubFeed : GenericFeed;
  updater.setFeedURL({ ...where, provider: 'custom', updateProvider } as unknown as FeedOptions);
  let found: UpdateCheckResult | undefined;
  return {
    look: async (port) => {
      try {
        const { netSession } = updater;
        await netSession.setProxy(
          port === undefined
            ? { mode: 'system' }
            : // What goes direct is for the local proxy to say.
              { proxyRules: `http://127.0.0.1:${port}`, proxyBypassRules: '<-loopback>' },
        );
        await netSession.closeAllConnections();
        const result = await within(silentMs, updater.checkForUpdates());
        found = result?.isUpdateAvailable === true ? result : undefined;
      } catch (error) {
        throw new UpdateError('feed', error instanceof Error ? error.message : String(error));
      }
      if (found === undefined) return undefined;
      const { version: newer, files, releaseNotes: notes } = found.updateInfo;
      // A weaker sum would do for electron-updater.
      if (!Array.isArray(files) || files.some(({ sha512 }) => !sha512))
        throw new UpdateError('feed', `it does not say the SHA-512 of ${newer}`);
      return { version: newer, notes: typeof notes === 'string' ? releaseNotes(notes) : [] };
    },
    load: async (onShare, signal) => {
      const token = found?.cancellationToken;
      const cancel = (): void => token?.cancel();
      const squirrel = wordOfSquirrel();
      const onProgress = ({ percent }: { readonly percent: number }): void => {
        squirrel.waitOn();
        onShare(Math.min(1, percent / 100));
      };
      updater.on('download-progress', onProgress);
      signal.addEventListener('abort', cancel, { once: true });
      try {
        const isHere = updater.downloadUpdate(token).catch((error: unknown) => {
          throw ofArchive(error);
        });
        await Promise.all([isHere, squirrel.word]);
      } finally {
        cancel();
        signal.removeEventListener('abort', cancel);
        updater.off('download-progress', onProgress);
        squirrel.end();
      }
    },
    install: (onFailure) => {
      autoUpdater.once('error', onFailure);
      updater.quitAndInstall();
    },
  };
}

/** @throws UpdateError when nothing came in time; what is under way is left to itself */
async function within<T>(limitMs: number, task: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new UpdateError('feed', 'it does not answer')), limitMs).unref();
  });
  return Promise.race([task, late]).finally(() => clearTimeout(timer));
}

/** Resolves with `word` when Squirrel has found the signature good, and rejects with what else it says, or when nothing comes for long. */
function wordOfSquirrel(): {
  readonly word: Promise<void>;
  readonly waitOn: () => void;
  readonly end: () => void;
} {
  let resolve: () => void = () => undefined;
  let reject: (error: UpdateError) => void = () => undefined;
  const word = new Promise<void>((onGood, onBad) => {
    resolve = onGood;
    reject = onBad;
  });
  const isGood = (): void => resolve();
  const isNone = (): void => reject(new UpdateError('refused', 'Squirrel was given no archive'));
  const isBad = (error: Error): void => reject(ofSquirrel(error));
  autoUpdater.once('update-downloaded', isGood).once('update-not-available', isNone).once('error', isBad);
  let timer: NodeJS.Timeout | undefined;
  const waitOn = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      reject(new UpdateError('interrupted', 'nothing has come for five minutes'));
    }, stalledMs).unref();
  };
  waitOn();
  const end = (): void => {
    clearTimeout(timer);
    autoUpdater.off('update-downloaded', isGood).off('update-not-available', isNone).off('error', isBad);
  };
  return { word, waitOn, end };
}

/** What Squirrel has said last is told by its own event. */
function ofArchive(error: unknown): UpdateError {
  const { code = '', message } = error as NodeJS.ErrnoException;
  return new UpdateError(code === 'ERR_CHECKSUM_MISMATCH' ? 'damaged' : 'interrupted', message);
}

/** What Squirrel says is in the language of the Mac, but for its own sentences. The domain of an error is in no language. */
function ofSquirrel(error: Error): UpdateError {
  const { domain = '' } = error as Error & { readonly domain?: string };
  const isOfSignature = domain === 'SQRLCodeSignatureErrorDomain' || /code signature/i.test(error.message);
  const why = isOfSignature ? 'signature' : /read-only/i.test(error.message) ? 'read-only' : 'refused';
  // Where the archive was unpacked is of no use to anybody.
  const message = error.message.replace(/^Code signature at URL .* did not pass validation: /, '');
  return new UpdateError(why, message);
}
