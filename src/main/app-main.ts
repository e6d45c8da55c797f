import { homedir, hostname } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { app, clipboard, screen, systemPreferences } from 'electron';
import { traceOf } from '../shared/error-text';
import type { AppCore } from '../shared/app-core';
import type { Command, CommandResult } from '../shared/command';
import type { Language } from '../shared/state';
import { leadsToLatchkey, wayOf } from '../shared/system-proxy';
import { shellAt } from '../shared/terminal-commands';
import { wordsFor } from '../shared/words/words-for';
import { createApp } from './app/app';
import { recoverFirst } from './app/recover-first';
import { CompanyProxyMemory } from './platform/files/company-proxy-memory';
import { CredentialMemory } from './platform/files/credential-memory';
import { electronAccentColor } from './platform/electron/accent-color';
import { electronAppPage } from './platform/electron/app-page';
import { electronBatterySaver } from './platform/electron/battery-saver';
import { electronDialogs } from './platform/electron/dialogs';
import { electronLoginItem } from './platform/electron/login-item';
import { electronNotifications } from './platform/electron/notifications';
import { electronPanes } from './platform/electron/panes';
import { electronPower } from './platform/electron/power';
import { curlPage } from './platform/terminal/curl-page';
import { electronUpdates } from './platform/electron/updates';
import { HomeShellStart } from './platform/terminal/home-shell-start';
import { systemKerberos } from './platform/kerberos/system-kerberos';
import { keytarKeychain } from './platform/keychain/keytar-keychain';
import { lsofPortHolders } from './platform/macos/lsof-port-holders';
import { localNetworkPrivacy } from './platform/network/local-network-privacy';
import { openLogFile } from './platform/files/log-file';
import { openManagedSettings } from './platform/managed/open-managed-settings';
import { TrafficFile } from './platform/files/traffic-file';
import { systemBatterySaver } from './platform/power/system-battery-saver';
import { systemNetworkWatch } from './platform/network/system-network-watch';
import { systemProxyTarget } from './platform/system-proxy/system-proxy-target';
import { systemSurroundings } from './platform/macos/system-surroundings';
import { askLoginShellPath } from './platform/terminal/login-shell-path';
import { PathCommandLink } from './platform/terminal/path-command-link';
import { openSystemProxy } from './platform/system-proxy/open-system-proxy';
import type { SystemProxy } from './platform/ports';
import { startControlServer } from './control/control-server';
import { startEngine } from './server/engine';
import { trustedCertificates } from './upstream/trusted-certificates';
import { PacMemory } from './platform/files/pac-memory';
import { systemPacSurroundings } from './platform/network/system-pac-surroundings';
import { resolveWithSystem } from './upstream/name-cache';
import { AppEnd } from './shell/app-end';
import { AppFocus } from './shell/app-focus';
import { AppTray } from './shell/app-tray';
import { setApplicationMenu } from './shell/application-menu';
import { askInFront } from './shell/ask-in-front';
import { closeInTime } from './shell/close-in-time';
import { endFailedStart } from './shell/failed-start';
import { hostIpc } from './shell/ipc-host';
import { offerToMove } from './shell/move-to-applications';
import { isInMenuBar } from './shell/panel-position';
import { panelUrl, registerPanelScheme, servePanel } from './shell/panel-protocol';
import { PanelWindow } from './shell/panel-window';
import { secureContents } from './shell/secure-contents';

/** What an app that is being worked on is called by the Keychain and on the disk. */
const developmentName = 'Latchkey (development)';

const isMac = process.platform === 'darwin';
const done: CommandResult = { kind: 'done' };

function systemLanguage(): Language {
  const [first = app.getLocale()] = app.getPreferredSystemLanguages();
  return first.toLowerCase().startsWith('de') ? 'de' : 'en';
}

/** The command that the packaged app brings, in the terminals of this user. */
function packagedCommand(report: (message: string) => void): PathCommandLink {
  return new PathCommandLink({
    script: join(process.resourcesPath, 'bin', 'latchkey'),
    home: homedir(),
    shell: shellAt(process.env['SHELL'], 'zsh'),
    askPath: async () =>
      (await askLoginShellPath(process.env)) ?? (process.env['PATH'] ?? '').split(delimiter),
    report,
  });
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

/** What has to be in order again when the start fails. */
interface Opened {
  systemProxy?: SystemProxy;
  core?: AppCore;
}

/** Where the log is: with those of other programs, where Console shows it, unless a folder is named for everything. */
function logDirectory(directory: string): string {
  const isOwn = (process.env['LATCHKEY_STATE_DIR'] ?? '') !== '';
  return isMac && !isOwn ? join(homedir(), 'Library', 'Logs', basename(directory)) : directory;
}

async function start(opened: Opened): Promise<void> {
  await app.whenReady();
  // Opened by hand it shows itself; at login it stays quiet.
  const wasOpenedAtLogin = isMac && app.getLoginItemSettings().wasOpenedAtLogin;
  // A packaged app is without a Dock icon from the start (LSUIElement); one that is being worked on has Electron's.
  if (isMac && !app.isPackaged) app.dock?.hide();
  // App Nap would slow down an app without a visible window, and all traffic with it. From the next start on; Info.plist says the
  // same. Not a powerSaveBlocker: that keeps the whole Mac awake.
  if (isMac) systemPreferences.setUserDefault('NSAppSleepDisabled', 'boolean', true);
  const directory = app.getPath('userData');
  const checkUrl = ownCheckUrl();
  const ownConf = process.env['LATCHKEY_CONF'];
  const log = openLogFile(join(logDirectory(directory), 'latchkey.log'), Date.now);
  const report = (message: string): void => log.write('warning', message);
  const onInternalError = (error: unknown): void => {
    log.write('error', `internal error: ${traceOf(error)}`);
  };
  // Its commands may run as root, or say what the company wants: nobody but a developer says where they are.
  const system = { env: app.isPackaged ? {} : process.env, platform: process.platform, onProblem: report };
  const settings = await openManagedSettings(join(directory, 'settings.json'), system);
  const focus = new AppFocus(isMac);
  const systemProxy = await openSystemProxy({
    ...system,
    directory,
    target: () => {
      const current = settings.settings();
      // Whoever may connect: this Mac does so over loopback.
      const address = { host: '127.0.0.1', port: current.port };
      return systemProxyTarget(wayOf(current), address, current.noProxy);
    },
    onInternalError,
  });
  opened.systemProxy = systemProxy;
  // Before anything else: what a Latchkey that was killed has left keeps this Mac from its network.
  await recoverFirst(systemProxy.recover({ mayAsk: false }), onInternalError);
  if (isMac && !wasOpenedAtLogin && (await offerToMove(systemLanguage(), focus, report))) return;
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
    else if (command.kind === 'leave-panel') panel.leave();
    else if (command.kind === 'quit') void end.quit().catch(onInternalError);
    else return undefined;
    return done;
  };
  /** After an update while it ran: no new page starts from files that are not those that Latchkey was started from. */
  const startAgain = async (): Promise<void> => {
    const { startAgain: message, startAgainDetail: detail, startAgainDo: yes, notNow: no } = words().dialogs;
    if (await askInFront({ message, detail, yes, no }, focus)) await end.quit(true);
  };
  // An app that is being worked on is another one to the Keychain, and must not change the entries of the real one.
  const keychain = keytarKeychain({ service: app.isPackaged ? 'Latchkey' : developmentName });
  const core: AppCore = createApp({
    version: app.getVersion(),
    platform: isMac ? 'darwin' : 'other',
    systemLanguage: systemLanguage(),
    hostName: hostname(),
    shell: shellAt(process.env['SHELL'], 'zsh'),
    shellStart: new HomeShellStart({
      home: homedir(),
      env: process.env,
      recordPath: join(directory, 'shell-block'),
      pid: process.pid,
    }),
    ...(app.isPackaged ? { commandLink: packagedCommand(report) } : {}),
    ...(await electronUpdates({ directory, report, endBy: (last) => end.endBy(last) })),
    settings,
    keychain,
    kerberos: systemKerberos({ nowMs: () => process.uptime() * 1000 }),
    memory: new CredentialMemory(directory, report),
    companyProxies: await CompanyProxyMemory.open(directory, report, Date.now),
    traffic: await TrafficFile.open(directory, settings.path, report),
    network: systemNetworkWatch(process.platform, report),
    power: electronPower(),
    battery: electronBatterySaver(
      systemBatterySaver({
        env: app.isPackaged ? {} : process.env,
        platform: process.platform,
        onProblem: report,
      }),
      process.platform,
    ),
    systemProxy,
    loginItem: electronLoginItem(process.platform),
    accentColor: electronAccentColor(process.platform),
    clipboard: { writeText: (text) => clipboard.writeText(text) },
    dialogs: electronDialogs(
      () => words().dialogs,
      (open) => panel.whileDialog(open),
    ),
    panes: electronPanes(report),
    licences: join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'out'), 'licences.txt'),
    notifications: electronNotifications({
      words: () => words().notifications,
      onClick: ({ kind }) => act(kind === 'introduction' ? 'open' : { kind: 'go-to', screen: 'password' }),
      report,
    }),
    isIconShown: () => !isMac || isInMenuBar(tray.bounds, screen.getAllDisplays()),
    log,
    describe: (problem, language) => wordsFor(language).problem(problem),
    surroundings: systemSurroundings(system),
    portHolders: lsofPortHolders(isMac ? '/usr/sbin/lsof' : 'lsof'),
    isForbiddenByMac: localNetworkPrivacy(process.platform),
    openPac: async (asked) => {
      const { openPac } = await import('./pac/open-pac');
      return openPac(asked, {
        ...systemPacSurroundings(system),
        store: new PacMemory(directory, report),
        resolve: resolveWithSystem,
        certificates: trustedCertificates,
      });
    },
    logAllForMs: 60 * 60_000,
    pages: { asApp: electronAppPage(), asCurl: curlPage(process.env) },
    startEngine,
    ...(checkUrl === undefined ? {} : { checkUrl }),
    ...(ownConf === undefined ? {} : { confPlaces: [ownConf] }),
  });
  opened.core = core;
  // Not waited for: what the core tells meanwhile is for the panel and the icon, which are made next. Without it the app works all
  // the same; only the command line does not reach it.
  const control = startControlServer({
    stateDirectory: directory,
    host: 'app',
    version: app.getVersion(),
    core,
    onInternalError,
  }).catch((error: unknown) => report(`the command line cannot reach this Latchkey: ${String(error)}`));
  const end = new AppEnd({
    isInUse: () => leadsToLatchkey(systemProxy.state()),
    restoreNow: () => systemProxy.restoreNow(),
    useAgain: () => systemProxy.set(true, { mayAsk: false }),
    mayQuit: async () => (await core.run({ kind: 'quit' })).kind === 'done',
    onStay: () => panel.show(),
    onBegin: () => {
      unsubscribe();
      panel.hide();
    },
    close: async () => {
      await (await control)?.close();
      await core.close();
    },
    onClosed: () => {
      panel.destroy();
      tray.destroy();
    },
    // A look-up for as long as no resolver answers, and a question of macOS, or of Latchkey itself, for as long as the user does
    // not, who may be shutting the Mac down.
    isHeld: () =>
      keychain.isWaiting ||
      panel.hasDialog ||
      process.getActiveResourcesInfo().includes('GetAddrInfoReqWrap'),
    onInternalError,
  });
  let endWatch: (() => void) | undefined;
  const panel: PanelWindow = new PanelWindow({
    url: panelUrl,
    preload: join(app.getAppPath(), 'out', 'preload', 'index.js'),
    isMac,
    hasDevTools: !app.isPackaged,
    focus,
    trayBounds: () => tray.bounds,
    state: () => core.state(),
    isLeaving: () => end.isLeaving,
    onVisible: (isVisible) => {
      endWatch?.();
      endWatch = isVisible ? core.watch() : undefined;
    },
    onFirstShown: () => tellTiming('panelMs'),
    onFailure: report,
    onOutdated: () => startAgain().catch(onInternalError),
  });
  const tray = new AppTray({
    images: join(app.getAppPath(), 'assets', 'tray'),
    isMac,
    prefersReducedMotion: () => systemPreferences.getAnimationSettings().prefersReducedMotion,
    state: () => core.state(),
    isPanelVisible: () => panel.isVisible,
    togglePanel: (wasVisible) => panel.toggle(wasVisible),
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
    const { goTo } = state;
    if (goTo === undefined || goTo.count <= goToCount) return;
    goToCount = goTo.count;
    // Something wants the user, who is typing elsewhere: a refused password, say.
    if (goTo.isAsked) panel.show();
    else panel.offer();
  });

  app.on('second-instance', () => panel.show());
  app.on('activate', () => panel.show());
  // The panel is hidden most of the time; that is no reason to end.
  app.on('window-all-closed', () => undefined);
  process.on('uncaughtException', (error) => {
    onInternalError(error);
    app.quit();
  });
  process.on('unhandledRejection', onInternalError);
  if (!wasOpenedAtLogin && core.state().connection.kind === 'needs-setup') panel.show();
}

/** Closes what a start that has failed had opened. Says whether no setting of this Mac leads to Latchkey. */
async function closeOpened({ core, systemProxy }: Opened): Promise<boolean> {
  if (systemProxy === undefined) return false;
  // The core closes the system proxy first of all.
  await closeInTime(
    () => (core ?? systemProxy).close(),
    (error) => process.stderr.write(`latchkey: ${String(error)}\n`),
  );
  return !leadsToLatchkey(systemProxy.state());
}

/** The app in the menu bar, unless it runs already. Called before Electron is ready. */
export function startApp(): void {
  app.setName('Latchkey');
  const ownDirectory = process.env['LATCHKEY_STATE_DIR'];
  if (ownDirectory !== undefined && ownDirectory !== '') app.setPath('userData', ownDirectory);
  // An app that is being worked on leaves the files of the installed one alone, and both can run: the lock is there as well.
  else if (!app.isPackaged) app.setPath('userData', join(app.getPath('appData'), developmentName));
  registerPanelScheme();
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  const opened: Opened = {};
  start(opened).catch((error: unknown) =>
    endFailedStart(error, {
      close: () => closeOpened(opened),
      words: wordsFor(systemLanguage()).dialogs,
    }),
  );
}
