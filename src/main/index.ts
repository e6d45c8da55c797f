import { homedir, hostname } from 'node:os';
import { basename, join } from 'node:path';
import { app, clipboard, powerMonitor, systemPreferences } from 'electron';
import type { AppCore } from '../shared/app-core';
import type { Command, CommandResult } from '../shared/command';
import type { Language } from '../shared/state';
import { leadsToLatchkey } from '../shared/system-proxy';
import type { Shell } from '../shared/terminal-commands';
import { wordsFor } from '../shared/words/words-for';
import { createApp } from './app/app';
import { CompanyProxyMemory } from './platform/company-proxy-memory';
import { CredentialMemory } from './platform/credential-memory';
import { electronDialogs } from './platform/electron-dialogs';
import { electronLoginItem } from './platform/electron-login-item';
import { electronNotifications } from './platform/electron-notifications';
import { electronPanes } from './platform/electron-panes';
import { electronPower } from './platform/electron-power';
import { HomeShellStart } from './platform/home-shell-start';
import { keytarKeychain } from './platform/keytar-keychain';
import { lsofPortHolders } from './platform/lsof-port-holders';
import { openLogFile } from './platform/log-file';
import { SettingsFile } from './platform/settings-file';
import { systemNetworkWatch } from './platform/system-network-watch';
import { systemProxyTarget } from './platform/system-proxy-target';
import { systemSurroundings } from './platform/system-surroundings';
import { openSystemProxy } from './platform/open-system-proxy';
import { startEngine } from './server/engine';
import { AppTray } from './shell/app-tray';
import { setApplicationMenu } from './shell/application-menu';
import { hostIpc } from './shell/ipc-host';
import { offerToMove } from './shell/move-to-applications';
import { panelUrl, registerPanelScheme, servePanel } from './shell/panel-protocol';
import { PanelWindow } from './shell/panel-window';
import { secureContents } from './shell/secure-contents';

/** A session that has not ended by then goes on. */
const sessionEndMs = 30_000;

/** Everything is put back and closed within this, or the app ends without. */
const closeWithinMs = 3_000;

const isMac = process.platform === 'darwin';
const done: CommandResult = { kind: 'done' };

function systemLanguage(): Language {
  const [first = app.getLocale()] = app.getPreferredSystemLanguages();
  return first.toLowerCase().startsWith('de') ? 'de' : 'en';
}

function userShell(): Shell {
  const name = basename(process.env['SHELL'] ?? '');
  return name === 'bash' || name === 'fish' ? name : 'zsh';
}

/** The page that checks ask for where the one of choice cannot be reached: LATCHKEY_CHECK_URL. */
function ownCheckUrl(): URL | undefined {
  const text = process.env['LATCHKEY_CHECK_URL'];
  return text !== undefined && URL.canParse(text) ? new URL(text) : undefined;
}

/** Where start-up time goes, for whoever asks for it: milliseconds since the process was started. */
function tellTiming(what: string): void {
  if (process.env['LATCHKEY_TIMINGS'] !== '1') return;
  process.stderr.write(`${JSON.stringify({ [what]: Math.round(performance.now()) })}\n`);
}

async function start(): Promise<void> {
  await app.whenReady();
  // Opened by hand it shows itself; at login it stays quiet.
  const wasOpenedAtLogin = isMac && app.getLoginItemSettings().wasOpenedAtLogin;
  // A packaged app is without a Dock icon from the start (LSUIElement); one that is being worked on has Electron's.
  if (isMac && !app.isPackaged) app.dock?.hide();
  const directory = app.getPath('userData');
  const checkUrl = ownCheckUrl();
  const ownConf = process.env['LATCHKEY_CONF'];
  const log = openLogFile(join(directory, 'latchkey.log'), Date.now);
  const report = (message: string): void => log.write(message);
  const onInternalError = (error: unknown): void => {
    log.write(`internal error: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  };
  const settings = await SettingsFile.open(join(directory, 'settings.json'));
  const systemProxy = await openSystemProxy({
    // Its commands may run as root: nobody but a developer says where they are.
    env: app.isPackaged ? {} : process.env,
    platform: process.platform,
    directory,
    target: () => {
      const { systemProxyMode: mode, bypassesLocalNetworks: isLocalDirect, port } = settings.settings();
      // Whoever may connect: this Mac does so over loopback.
      return systemProxyTarget({ mode, isLocalDirect }, { host: '127.0.0.1', port });
    },
    onProblem: report,
    onInternalError,
  });
  // Before anything else: what a Latchkey that was killed has left keeps this Mac from its network.
  await systemProxy.recover({ mayAsk: false });
  if (isMac && !wasOpenedAtLogin && (await offerToMove(systemLanguage(), report))) return;
  secureContents();
  servePanel(join(app.getAppPath(), 'out', 'renderer'));

  const words = (): ReturnType<typeof wordsFor> => wordsFor(core.state().language);
  const act = (action: Command | 'open'): void => {
    if (action === 'open') panel.show();
    else if (runInShell(action) === undefined) void core.run(action).catch(onInternalError);
  };
  const runInShell = (command: Command): CommandResult | undefined => {
    if (command.kind === 'set-panel-height') panel.setHeight(command.height);
    else if (command.kind === 'hide-panel') panel.hide();
    else if (command.kind === 'quit') void quit().catch(onInternalError);
    else return undefined;
    return done;
  };
  const quit = async (): Promise<void> => {
    const { kind } = await core.run({ kind: 'quit' });
    if (kind === 'done') app.quit();
    else panel.show();
  };
  const core: AppCore = await createApp({
    version: app.getVersion(),
    platform: isMac ? 'darwin' : 'other',
    systemLanguage: systemLanguage(),
    hostName: hostname(),
    shell: userShell(),
    shellStart: new HomeShellStart({
      home: homedir(),
      env: process.env,
      recordPath: join(directory, 'shell-block'),
      pid: process.pid,
    }),
    settings,
    // An app that is being worked on is another one to the Keychain, and must not change the entries of the real one.
    keychain: keytarKeychain(app.isPackaged ? 'Latchkey' : 'Latchkey (development)'),
    memory: new CredentialMemory(directory, report),
    companyProxies: await CompanyProxyMemory.open(directory, report, Date.now),
    network: systemNetworkWatch(process.platform, report),
    power: electronPower(),
    systemProxy,
    loginItem: electronLoginItem(process.platform),
    clipboard: { writeText: (text) => clipboard.writeText(text) },
    dialogs: electronDialogs(
      () => words().dialogs,
      (open) => panel.whileDialog(open),
    ),
    panes: electronPanes(report),
    notifications: electronNotifications(
      () => words().notifications,
      () => act({ kind: 'go-to', screen: 'password' }),
    ),
    log,
    surroundings: systemSurroundings({ platform: process.platform }),
    portHolders: lsofPortHolders(isMac ? '/usr/sbin/lsof' : 'lsof'),
    startEngine,
    ...(checkUrl === undefined ? {} : { checkUrl }),
    ...(ownConf === undefined ? {} : { confPlaces: [ownConf] }),
  });
  const panel: PanelWindow = new PanelWindow({
    url: panelUrl,
    preload: join(app.getAppPath(), 'out', 'preload', 'index.js'),
    isMac,
    hasDevTools: !app.isPackaged,
    trayBounds: () => tray.bounds,
    state: () => core.state(),
    onVisible: (isVisible) => core.setPanelVisible(isVisible),
    onFirstShown: () => tellTiming('panelMs'),
    onFailure: report,
  });
  const tray = new AppTray({
    images: join(app.getAppPath(), 'assets', 'tray'),
    isMac,
    prefersReducedMotion: () => systemPreferences.getAnimationSettings().prefersReducedMotion,
    state: () => core.state(),
    togglePanel: () => panel.toggle(),
    act,
  });
  setApplicationMenu({ isMac, words: () => words().tray, onQuit: () => act({ kind: 'quit' }) });
  tray.show(core.state());
  tellTiming('trayMs');
  hostIpc({ core, panel, runInShell, onInternalError });
  let goToCount = core.state().goTo?.count ?? 0;
  const unsubscribe = core.subscribe((state) => {
    tray.show(state);
    panel.send(state);
    const count = state.goTo?.count ?? 0;
    // Something wants the user: a refused password, say.
    if (count > goToCount) panel.show();
    goToCount = count;
  });

  app.on('second-instance', () => panel.show());
  app.on('activate', () => panel.show());
  // The panel is hidden most of the time; that is no reason to end.
  app.on('window-all-closed', () => undefined);
  let end: 'running' | 'ending' | 'ended' = 'running';
  // The session of the user ends, and whoever keeps an app from quitting then keeps the Mac from being shut down.
  let isSessionEnding = false;
  powerMonitor.on('shutdown', () => {
    isSessionEnding = true;
    const wasInUse = leadsToLatchkey(systemProxy.state());
    systemProxy.restoreNow();
    // Another app may have kept the session from ending.
    setTimeout(() => {
      isSessionEnding = false;
      if (wasInUse) systemProxy.set(true, { mayAsk: false }).catch(onInternalError);
    }, sessionEndMs).unref();
  });
  app.on('before-quit', (event) => {
    if (end === 'ended' || isSessionEnding) return;
    event.preventDefault();
    if (end === 'ending') return;
    end = 'ending';
    unsubscribe();
    panel.hide();
    void closeInTime(core, onInternalError).then(() => {
      end = 'ended';
      panel.destroy();
      tray.destroy();
      app.quit();
    });
  });
  app.on('quit', () => {
    // Everything is closed. A look-up under way would keep the process for as long as no resolver answers.
    if (process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap')) process.kill(process.pid, 'SIGKILL');
  });
  // Electron has handlers of its own on a Mac, which come to the same.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
  process.on('uncaughtException', (error) => {
    onInternalError(error);
    app.quit();
  });
  process.on('unhandledRejection', onInternalError);
  if (!wasOpenedAtLogin && core.state().connection.kind === 'needs-setup') panel.show();
}

/** Resolves when the core has closed, or when that takes too long. Never rejects. */
async function closeInTime(core: AppCore, onInternalError: (error: unknown) => void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeWithinMs);
  });
  await Promise.race([core.close().catch(onInternalError), late]);
  clearTimeout(timer);
}

// A look-up that nobody answers holds a thread of Node's pool, and cannot be called off. Nothing has used the pool yet.
process.env['UV_THREADPOOL_SIZE'] ??= '32';
app.setName('Latchkey');
const ownDirectory = process.env['LATCHKEY_STATE_DIR'];
if (ownDirectory !== undefined && ownDirectory !== '') app.setPath('userData', ownDirectory);
registerPanelScheme();
if (app.requestSingleInstanceLock()) {
  start().catch((error: unknown) => {
    process.stderr.write(`latchkey: ${error instanceof Error ? (error.stack ?? error.message) : ''}\n`);
    app.exit(1);
  });
} else app.quit();
