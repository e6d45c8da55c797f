import type { CalendarDay } from '../calendar-day';
import type { FieldProblem } from '../fields';
import { assertNever } from '../problem';
import { formatAccount, formatHostPort, type Account, type HostPort } from '../settings';
import type { AppProblem, StepName } from '../state';
import { describeProblem, type ProblemText } from '../text';
import { createFormats } from './formats';
import { systemProxyInEnglish } from './system-proxy-en';

const formats = createFormats({
  locale: 'en',
  today: 'today',
  yesterday: 'yesterday',
  minute: 'min',
  hour: 'h',
});

function days(count: number): string {
  return count === 1 ? '1 day' : `${formats.number(count)} days`;
}

function problem(value: AppProblem): ProblemText {
  switch (value.kind) {
    case 'port-in-use':
      return {
        title: 'The port is in use',
        sentence: `Port ${value.port} is in use by ${value.holder === undefined ? 'another program' : `another program, ${value.holder}`}`,
        remedy:
          value.freePort === undefined
            ? 'Quit that program, or choose another port in Preferences.'
            : `Port ${value.freePort} is free.`,
      };
    case 'port-not-allowed':
      return {
        title: 'The port is not allowed',
        sentence: `macOS does not let Latchkey listen on port ${value.port}`,
        remedy: 'Choose a port from 1024 on in Preferences.',
      };
    case 'upstream-is-latchkey':
      return {
        title: 'The company proxy is Latchkey itself',
        sentence: `${formatHostPort(value.upstream)} is the address of Latchkey on this Mac`,
        remedy: 'Give the address of the company proxy instead.',
      };
    case 'unknown-host':
      return {
        title: 'Name not found',
        sentence: `${value.host} in the list of who may connect has no address`,
        remedy: 'Correct the name, or write an address instead.',
      };
    case 'keychain-locked':
      return {
        title: 'The Keychain is locked',
        sentence: 'Latchkey cannot read or keep the sign-in until it is unlocked',
        remedy: 'Unlock it in Keychain Access, or enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-denied':
      return {
        title: 'The Keychain said no',
        sentence: 'Latchkey was not given access to read or keep the sign-in',
        remedy:
          'Choose Always Allow when macOS asks, or enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-absent':
      return {
        title: 'There is no Keychain',
        sentence: 'Latchkey has no place to keep the sign-in',
        remedy: 'Enter the password and keep it until Latchkey quits.',
      };
    case 'keychain-failed':
      return {
        title: 'The Keychain does not answer',
        sentence: `The Keychain gave an error: ${value.detail}`,
        remedy: 'Log out of this Mac and in again, or enter the password and keep it until Latchkey quits.',
      };
    case 'settings-damaged':
      return {
        title: 'The settings could not be read',
        sentence: `The settings file was damaged. It was kept as ${value.keptAs}, and the usual settings are in use.`,
        remedy: 'Check Preferences; set Latchkey up again where something is missing.',
      };
    case 'settings-not-saved':
      return {
        title: 'The settings could not be saved',
        sentence: `The settings file cannot be written: ${value.detail}`,
        remedy: 'Check the free space and the permissions of the disk, then change the setting again.',
      };
    case 'file-unreadable':
      return {
        title: 'The file cannot be read',
        sentence: `${value.file} cannot be read: ${value.detail}`,
        remedy: 'Check that the file is there and that you may read it.',
      };
    case 'cntlm-conf':
      return {
        title: 'The file is not understood',
        sentence: `${value.file}, line ${value.line}: ${value.detail}`,
        remedy: 'Correct the line, or type the settings in.',
      };
    case 'login-item-refused':
      return {
        title: 'macOS did not accept the login item',
        sentence: 'macOS did not let Latchkey open at login',
        remedy: 'Allow Latchkey in System Settings, General, Login Items.',
      };
    case 'shell-block-edited':
      return {
        title: 'The block for terminals was edited',
        sentence: `The block of Latchkey in ${value.file}, line ${value.line}, is not as Latchkey wrote it, and is left alone`,
        remedy: 'Take it out of the file yourself, then turn the switch on again.',
      };
    case 'shell-file-refused':
      return {
        title: 'The start file was left as it is',
        sentence: {
          'not-a-file': `${value.file} is not a file`,
          'not-yours': `${value.file} belongs to another user`,
          'read-only': `${value.file} is read-only`,
          'link-loop': `${value.file} is a link that leads to itself`,
          busy: `${value.file} is being changed by another program`,
          other: `${value.file} cannot be read or written: ${value.detail}`,
        }[value.why],
        remedy: {
          'not-a-file': 'Move it away, then try again.',
          'not-yours': 'Make it yours, or copy the terminal commands into it yourself.',
          'read-only': 'Allow writing, or copy the terminal commands into it yourself.',
          'link-loop': 'Repair the link, then try again.',
          busy: 'Try again in a moment.',
          other: 'Check the free space and the permissions of the disk, then try again.',
        }[value.why],
      };
    case 'not-a-latchkey-task':
      return {
        title: 'That cannot be done now',
        sentence: `Latchkey cannot do that now: ${value.detail}`,
        remedy: 'Try again in a moment.',
      };
    case 'out-of-descriptors':
      return {
        ...describeProblem(value),
        sentence: 'This Mac lets Latchkey have no more open connections.',
        remedy: 'Close programs that open many connections, then try again.',
      };
    case 'client-denied':
      return {
        title: 'Not allowed',
        sentence: 'The program’s address is not among those who may connect.',
        remedy: 'Add it in Preferences, Port and access.',
      };
    case 'bad-challenge':
      return { ...describeProblem(value), remedy: 'Give the report of the Doctor to your IT department.' };
    case 'credential-refused':
      return {
        title: 'The company proxy no longer accepts this password',
        sentence: `${formatHostPort(value.hop.address)} refused ${formatAccount(value.account)}. It does not say whether the password is wrong or expired, or the account locked.`,
        remedy: 'Latchkey sends nothing more until you enter the password again.',
      };
    case 'logon-unclear':
      return {
        ...describeProblem(value),
        remedy: `Latchkey waits ${formats.duration(value.retryAfterMs)} before the next one. You can also sign in at once.`,
      };
    case 'sign-in-paused':
      return { ...describeProblem(value), remedy: 'Enter the new password, or go on with the old one.' };
    case 'other-domain':
      return {
        ...describeProblem(value),
        remedy:
          'Check that this Mac is on the company network or its VPN. If it is right, sign in once: the new domain is remembered then.',
      };
    case 'bad-request':
    case 'broken-answer':
    case 'closed-early':
    case 'connect-timed-out':
    case 'connection-refused':
    case 'head-too-large':
    case 'internal':
    case 'logon-lost':
    case 'logon-pending':
    case 'loop':
    case 'name-not-found':
    case 'server-error':
    case 'ntlm-not-offered':
    case 'origin-asked':
    case 'sign-in-not-asked':
    case 'silent':
    case 'needless-sign-in':
    case 'origin-sign-in-lost':
    case 'target-denied':
    case 'target-refused':
    case 'unreachable':
      return describeProblem(value);
    default:
      return assertNever(value);
  }
}

function field(value: FieldProblem): string {
  switch (value.kind) {
    case 'empty':
      return 'This is needed.';
    case 'port-missing':
      return 'The port is missing.';
    case 'port-range':
      return 'A port is a number from 1 to 65535.';
    case 'not-a-host':
      return 'That is not the name of a host.';
    case 'not-an-address':
      return 'That is not an address.';
    case 'is-pac':
      return 'Latchkey does not read PAC files. Give the company proxy that the file names.';
    case 'is-https':
      return 'Give name and port, without https://.';
    case 'not-an-account':
      return 'Write DOMAIN\\user or user@domain.';
    case 'is-url':
      return 'Only the host, without https:// and path.';
    case 'has-port':
      return 'Only the host, without a port.';
    case 'network-length':
      return 'Use /8, /16 or /24, or write the addresses with *.';
    case 'not-a-network':
      return 'A network looks like 10.1.7.0/24.';
    case 'number-range':
      return `A number from ${value.min} to ${value.max}.`;
    case 'too-long':
      return `At most ${value.limit} characters.`;
    case 'bad-character':
      return /\s/.test(value.character) ? 'No spaces, please.' : `“${value.character}” is not possible here.`;
    case 'duplicate':
      return 'That is in the list already.';
    default:
      return assertNever(value);
  }
}

const stepNames: Record<StepName, string> = {
  name: 'Name',
  port: 'Port',
  offer: 'Sign-in asked for',
  challenge: 'Challenge',
  clock: 'Clock',
  logon: 'One logon',
  page: 'A page through the proxy',
};

/** All that a user of the app can read, in English; its type is what another language must have. */
export const en = {
  formats,
  days,
  problem,
  field,
  systemProxy: systemProxyInEnglish,
  common: {
    latchkey: 'Latchkey',
    back: 'Back',
    done: 'Done',
    later: 'Later',
    cancel: 'Cancel',
    add: 'Add',
    copy: 'Copy',
    copied: 'Copied',
    tryAgain: 'Try again',
    dismiss: 'Dismiss',
    loading: 'Loading',
    checkAndSave: 'Check and save',
    checking: 'Checking…',
    showPassword: 'Show password',
    hidePassword: 'Hide password',
  },
  connection: {
    on: 'Latchkey is on',
    off: 'Latchkey is off',
    starting: 'Starting…',
    needsSetUp: 'Latchkey is not set up',
    signInPaused: 'Sign-in is paused',
    signInHeld: 'Sign-in is on hold',
    passwordNeeded: 'Password needed',
    couldNotStart: 'Latchkey could not start',
    offSentence: 'Programs that use Latchkey cannot connect',
    offSystemProxySentence: 'This Mac’s own proxy settings are back in place',
    offNotPutBack: 'This Mac’s proxy settings still lead to Latchkey',
    needsSetUpSentence: 'A company proxy and an account are needed',
    waitingFor: (upstream: HostPort | undefined): string =>
      upstream === undefined
        ? 'Waiting for the company proxy to answer'
        : `Waiting for ${formatHostPort(upstream)} to answer`,
    signedIn: (upstream: HostPort, account: Account | undefined): string =>
      account === undefined
        ? `Signed in to ${formatHostPort(upstream)}`
        : `Signed in to ${formatHostPort(upstream)} as ${formatAccount(account)}`,
    notSignedIn: (upstream: HostPort): string =>
      `Using ${formatHostPort(upstream)}. No sign-in was needed so far.`,
    direct: 'Off the company network: going direct',
    refusing: 'Off the company network: requests are refused until it is back',
    paused: 'Latchkey does not sign in until you give it the new password',
    spared: (upstream: HostPort): string =>
      `${formatHostPort(upstream)} left sign-ins without an answer. Latchkey waits, to spare the account.`,
    sparedElse: 'Sign-ins were left without an answer. Latchkey waits, to spare the account.',
    passwordMissing: (account: Account | undefined): string =>
      account === undefined
        ? 'There is no password on this Mac yet'
        : `There is no password for ${formatAccount(account)} on this Mac yet`,
    passwordRefused: 'The company proxy no longer accepts this password',
  },
  status: {
    useForThisMac: 'Use for this Mac',
    openAtLogin: 'Open at login',
    needsApproval: 'Needs your approval in System Settings',
    openSystemSettings: 'Open System Settings…',
    traffic: 'Traffic',
    now: 'Now',
    today: 'Today',
    down: 'Down',
    up: 'Up',
    openTunnels: 'Open tunnels',
    minuteAgo: '1 min ago',
    nowAxis: 'now',
    chartNow: (down: string, up: string): string =>
      `Traffic of the last minute: ${down} down and ${up} up at the moment`,
    chartToday: (down: string, up: string): string => `Traffic of today by the hour: ${down} down, ${up} up`,
    copyTerminalCommands: 'Copy terminal commands',
    copiedTerminalCommands: 'Copied. Paste it in a terminal.',
    changePassword: 'Change password…',
    daysLeft: (count: number): string =>
      count < 0 ? 'Over its limit' : count === 0 ? 'Last day' : `${days(count)} left`,
    forSession: 'Kept until Latchkey quits',
    keptForSession: 'The password works all the same, and is kept until Latchkey quits.',
    lastProblem: (time: string, title: string): string => `${time} · ${title}`,
    activity: 'Activity',
    doctor: 'Doctor',
    preferences: 'Preferences',
    checkAgain: 'Check again',
    asksForAdministrator: 'macOS asks for the password of an administrator',
    moreNotes: (count: number): string => (count === 1 ? '1 more note…' : `${count} more notes…`),
    putBack: 'Put the settings back…',
    enterPassword: 'Enter password…',
    signInOnce: 'Sign in once',
    resume: 'Go on with the old password',
    setUp: 'Set up…',
    usePort: (port: number): string => `Use port ${port}`,
    portAndAccess: 'Choose a port…',
    companyProxies: 'Change the company proxy…',
    tryAgain: 'Try again',
  },
  setUp: {
    title: 'Set up',
    welcome: 'Set up Latchkey',
    intro: ['Sign in to the company proxy once.', 'Then forget that it exists.'],
    found: 'Found on this Mac',
    proxiesInFile: (count: number, first: string): string =>
      count === 1 ? `Company proxy ${first}` : `${count} company proxies, first ${first}`,
    accountWithHash: (account: string): string => `${account}, with its NTLMv2 hash: no password to type`,
    accountWithoutHash: (account: string): string => `${account}. Needs the password.`,
    noProxyInFile: (count: number): string =>
      count === 1 ? '1 address that needs no proxy' : `${count} addresses that need no proxy`,
    leftOut: (line: number): string => `Line ${line} is not understood and is left out`,
    leftOutMore: (count: number): string =>
      count === 1 ? '1 more line is left out' : `${count} more lines are left out`,
    thisMacsProxy: 'This Mac’s proxy',
    fromService: (upstream: string, service: string): string =>
      `${upstream}, from ${service}. Needs a password.`,
    typeIn: 'Type it in',
    typeInDetail: 'Proxy, account and password',
    pacFound: (service: string): string =>
      `${service} uses a PAC file, which Latchkey does not read: type in the company proxy that it names.`,
    fileStays: 'The file stays as it is. Checking costs one logon at most.',
    costs: 'Checking costs one logon at most.',
    next: 'Continue',
    companyProxy: 'Company proxy',
    companyProxyHint: 'Name and port, as in proxy.corp:8080',
    use: (text: string): string => `Use ${text}`,
    account: 'Account',
    accountHint: 'DOMAIN\\user, as in Windows',
    accountPlaceholder: 'DOMAIN\\user',
    password: 'Password',
    neverStored: 'The password is never stored. A hash of it goes into the Keychain.',
    signingIn: 'Signing in',
    oneLogon: 'One logon',
    ready: 'Ready',
    settingsComeBack: 'Your current proxy settings come back whenever Latchkey is off.',
    refused:
      'The company proxy refused this password. It does not say whether it is wrong, expired or locked.',
    refusedDetail: 'One logon was used. Nothing more is sent until you change something.',
    changeToTryAgain: 'Change it to try again. The same password is not sent twice.',
    cancelled: 'The check was cancelled. Nothing was saved.',
    noLogonUsed: 'No logon was used.',
    logonUsed: 'One logon was used.',
    keepForSession: 'Keep until Latchkey quits',
    passwordForFile: (file: string): string =>
      `${file} has no hash that can be used, so the password is needed once.`,
  },
  password: {
    title: 'Password',
    companyProxy: 'Company proxy',
    lastAccepted: 'Last accepted',
    notYet: 'not yet',
    setInLatchkey: 'Set in Latchkey',
    daysAgo: (count: number): string =>
      count === 0 ? 'today' : count === 1 ? 'yesterday' : `${days(count)} ago`,
    logonsJustNow: 'Logons used just now',
    newFor: (account: string): string => `New password for ${account}`,
    placeholder: 'Windows password',
    checkedWith: 'Checked with one logon before it replaces the old one.',
    tunnelsStay: (count: number): string =>
      count === 0 ? '' : count === 1 ? '1 open tunnel stays open.' : `${count} open tunnels stay open.`,
    notNow: 'Not now',
    ageBanner: (age: number, limit: number): string =>
      `This password is ${days(age)} old. Your limit is ${days(limit)}.`,
    saved: 'The company proxy accepts the password',
    retry: 'Sign in once with the same password',
    retryDetail: 'For an account that was unlocked. Uses one logon.',
    pause: 'Pause sign-in',
    pauseDetail: 'While you change the password elsewhere',
  },
  activity: {
    title: 'Activity',
    pause: 'Pause',
    goOn: 'Go on',
    copyAll: 'Copy the list',
    filter: 'Filter by host, rule or status',
    clearFilter: 'Clear the filter',
    show: 'Show',
    all: 'All',
    companyProxy: 'Company proxy',
    direct: 'Direct',
    refused: 'Refused',
    list: 'Requests, newest first',
    unknownTarget: 'Unreadable request',
    via: (host: string): string => `via ${host}`,
    viaCompanyProxy: 'via the company proxy',
    directBy: (rule: string): string => `direct, by ${rule}`,
    directOff: 'direct',
    refusedBy: (host: string): string => `refused by ${host}`,
    local: 'answered by Latchkey',
    trace: 'What was decided',
    noProxyList: 'No-proxy list',
    noneFits: 'none fits',
    ruleFits: (rule: string): string => `${rule} fits`,
    routes: {
      upstream: 'Route: company proxy',
      direct: 'Route: direct',
      local: 'Route: Latchkey itself',
      refused: 'Route: refused',
    },
    connection: 'connection',
    signIn: 'Sign-in',
    withLogon: 'new connection, one logon',
    withoutLogon: 'without a new logon',
    answered: (status: number): string => `Answered ${status}`,
    noAnswer: 'No answer',
    alwaysDirect: 'Always direct…',
    alwaysDirectField: 'From now on direct, without the company proxy',
    alwaysDirectDo: 'Always direct',
    waiting: (count: number): string =>
      count === 1 ? '1 new request' : `${formats.number(count)} new requests`,
    empty: 'No requests yet',
    emptyDetail: 'They appear here as programs use Latchkey.',
    nothingFits: (text: string): string => `Nothing fits “${text}”`,
    nothingHere: 'Nothing of this kind',
    searched: (count: number): string =>
      count === 1 ? '1 request was searched.' : `${formats.number(count)} requests were searched.`,
    pausedAt: (time: string, count: number): string =>
      `Paused at ${time}. ${count === 1 ? '1 request is kept.' : `${formats.number(count)} requests are kept.`}`,
    copied: (count: number): string =>
      count === 1 ? '1 request copied' : `${formats.number(count)} requests copied`,
  },
  preferences: {
    title: 'Preferences',
    companyProxies: 'Company proxies',
    noProxyFor: 'No proxy for',
    portAndAccess: 'Port and access',
    passwordAge: 'Password age',
    offNetwork: 'Off network',
    thisMac: 'This Mac',
    byManual: 'Proxy settings',
    byPac: 'PAC file',
    terminal: 'Terminal',
    advanced: 'Advanced',
    entries: (count: number): string => (count === 1 ? '1 entry' : `${count} entries`),
    portSummary: (port: number, access: 'this-mac' | 'named' | 'everyone'): string =>
      `${port}, ${{ 'this-mac': 'this Mac', named: 'named addresses', everyone: 'everyone' }[access]}`,
    ageOf: (age: number, limit: number): string => `${age} of ${days(limit)}`,
    ageLimit: (limit: number): string => `up to ${days(limit)}`,
    ageUnknown: 'Not known',
    goDirect: 'Go direct',
    refuse: 'Refuse',
    importFile: 'Import cntlm.conf…',
    exportFile: 'Export cntlm.conf…',
    imported: 'The file was taken over',
    exported: 'The file was written. It holds no password and no hash.',
    quit: 'Quit Latchkey',
    version: (version: string): string => `Latchkey ${version}`,
  },
  upstreams: {
    status: {
      unknown: 'Not tried yet',
      'in-use': 'In use',
      'standing-by': 'Standing by',
      down: 'No answer',
    },
    signedIn: 'Signed in',
    downFor: (duration: string): string => `No answer for ${duration}`,
    order: 'Tried from top to bottom. Drag, or press ⌥↑ and ⌥↓, to change the order.',
    orderKeys: 'Tried from top to bottom. Drag, or press Alt-↑ and Alt-↓, to change the order.',
    list: 'Company proxies, in order',
    add: 'Add a company proxy',
    remove: (name: string): string => `Remove ${name}`,
    move: (name: string): string => `Move ${name}`,
    edit: (name: string): string => `Address of company proxy ${name}`,
    last: 'The last company proxy stays: Latchkey needs one.',
    moved: (name: string, place: number, count: number): string => `${name} is now ${place} of ${count}`,
    usedForAll: 'Used for all of them',
    newAddress: 'Address of the new company proxy',
  },
  noProxy: {
    list: 'Reached without the company proxy',
    add: 'Add host, *.domain or network',
    remove: (entry: string): string => `Remove ${entry}`,
    none: 'Everything goes through the company proxy.',
    tryAddress: 'Try an address',
    tryPlaceholder: 'Host or address of a page',
    direct: 'Direct',
    because: (rule: string): string => `, because of ${rule}`,
    upstream: 'Company proxy',
    noneFits: ', as no entry fits',
  },
  access: {
    port: 'Port',
    who: 'Who may connect',
    thisMac: 'This Mac',
    thisMacDetail: '127.0.0.1 and ::1',
    named: 'Named addresses',
    namedDetail: 'Only the addresses and networks listed',
    everyone: 'Everyone who can reach it',
    everyoneDetail: 'Their requests use your account',
    add: 'Add address or network',
    remove: (entry: string): string => `Remove ${entry}`,
    namedEmpty: 'Nobody is named yet, so only this Mac may connect.',
    tunnelsSurvive: 'Open tunnels survive a change of port.',
  },
  age: {
    old: (age: number): string => `${days(age)} old`,
    left: (count: number): string =>
      count < 0 ? `${days(-count)} over` : count === 0 ? 'last day' : `${days(count)} left`,
    unknown: 'Not known when the password was set',
    longest: 'Longest age',
    noLimit: 'none',
    days: 'days',
    remind: 'Remind me',
    before: 'days before',
    note: 'The company proxy does not tell when a password expires. This counts from the day on which you entered it here.',
  },
  offNetwork: {
    when: 'When the company proxy cannot be found',
    direct: 'Go direct',
    directDetail: 'Programs reach the internet without it',
    refuse: 'Refuse',
    refuseDetail: 'Programs get an error that says why',
    nowOn: (proxy: string): string => `Now: on the company network, ${proxy} answers.`,
    nowOff: 'Now: off the company network.',
    nowUnknown: 'Now: not known yet.',
  },
  systemProxySection: {
    how: 'How this Mac is told',
    manual: 'Proxy settings',
    manualDetail:
      'Reaches most programs. Should Latchkey be gone without having put them back, they cannot connect until it is.',
    pac: 'PAC file',
    pacDetail:
      'With Latchkey gone, browsers go direct. Python, Java and many others do not read it; nor does it know the hosts that macOS lists as exceptions.',
    localNetworks: 'Reach local networks directly',
    localNetworksDetail: 'Printers and other devices near by, without Latchkey',
    putBack: 'Your own settings come back when Latchkey is turned off, quits or crashes.',
  },
  terminal: {
    onItsOwn: 'For one terminal',
    shell: 'Shell',
    copy: 'Copy terminal commands',
    copied: (shell: string): string => `Copied for ${shell}. Paste it in a terminal.`,
    every: 'For every new terminal',
    block: (file: string): string => `Keep a block in ${file}`,
    blockDetail: 'While Latchkey is on. Other lines of the file are not touched.',
    blockDetailMac: 'While Latchkey is on and used for this Mac. Other lines of the file are not touched.',
    wouldCome: 'These lines come into the file:',
    wouldLeave: 'These lines are in the file, and are taken out again:',
    comesLater: 'These lines come into the file as soon as Latchkey is on:',
    comesLaterMac: 'These lines come into the file as soon as Latchkey is on and used for this Mac:',
    nothing: 'Nothing changes in the file.',
    lines: 'Lines of the block',
    added: 'Added:',
    removed: 'Removed:',
    tools: 'In a tool’s own settings',
    toolsNote: 'These stay when Latchkey is off, until you undo them.',
    dockerDetail: 'For ~/.docker/config.json, and so for containers',
    dockerNote: (address: string): string =>
      `Docker Desktop itself: Settings, Resources, Proxies, and there the system proxy or http://${address}.`,
    set: 'Copy',
    unset: 'Copy undo',
    linesFor: (tool: string): string => ` lines for ${tool}`,
    toolCopied: (tool: string): string => `${tool}: copied`,
  },
  advanced: {
    workstation: 'Workstation name',
    workstationHint: 'Empty: the name of this Mac',
    language: 'Language',
    system: 'As this Mac',
    english: 'English',
    german: 'Deutsch',
    forget: 'Forget this account…',
    forgetQuestion: (account: string): string => `Forget ${account}?`,
    forgetDetail: 'Its hash leaves the Keychain, and Latchkey turns off. The other settings stay.',
    forgetDo: 'Forget',
    showLog: 'Show log',
  },
  doctor: {
    title: 'Doctor',
    steps: stepNames,
    stepsLabel: 'Steps',
    of: (done: number, all: number): string => `${done} of ${all}`,
    nameIs: (host: string, address: string): string => `${host} is ${address}`,
    isAddress: (host: string): string => `${host} is an address`,
    portAnswers: (port: number): string => `${port} answers`,
    portAnswersLong: (port: number): string => `Port ${port} answers`,
    offers: (schemes: string): string => `Offers ${schemes}`,
    itOffers: (schemes: string): string => `It offers ${schemes}`,
    clockClose: 'Close to the proxy’s',
    clockAhead: (span: string): string => `The clock of this Mac is ${span} ahead. Some proxies refuse that.`,
    clockBehind: (span: string): string =>
      `The clock of this Mac is ${span} behind. Some proxies refuse that.`,
    accepted: (account: string): string => `${account} is accepted`,
    pageStatus: (status: string): string => `Answered ${status}`,
    status: {
      running: 'under way',
      done: 'done',
      warning: 'to mend',
      failed: 'failed',
      skipped: 'skipped',
      asking: 'question',
      waiting: 'not begun',
    },
    skipped: 'Skipped',
    question: 'Sign in once?',
    cost: (account: string): string => `Uses one logon of ${account}.`,
    signInOnce: 'Sign in once',
    skip: 'Skip',
    works: 'It works',
    worksDetail: 'Every step was passed.',
    unaskedDetail: 'No sign-in was asked for, so the password was not tried.',
    worksButClock: 'It works, with one thing to mend',
    worksButStep: (step: string): string => `Look at “${step}” below.`,
    worksWithoutLogon: 'All is well as far as it was tried',
    withoutLogonDetail: 'No logon was made, so the password was not tried.',
    stopped: 'The Doctor was stopped',
    stoppedDetail: 'The report holds what was found until then.',
    openDateAndTime: 'Open Date & Time…',
    noSecrets: 'The report holds no password and no hash.',
    runAgain: 'Run again',
    run: 'Run',
    copyReport: 'Copy report',
    copiedReport: 'Report copied',
    busy: 'Another check is under way.',
    intro: 'Looks at each step of the way to the company proxy. Asks before it signs in.',
  },
  tray: {
    signedInAs: (account: string): string => `Signed in as ${account}`,
    openLatchkey: 'Open Latchkey',
    turnOn: 'Turn on',
    turnOff: 'Turn off',
    useForThisMac: 'Use for this Mac',
    copyTerminalCommands: 'Copy terminal commands',
    preferences: 'Preferences…',
    quit: 'Quit Latchkey',
  },
  notifications: {
    passwordRefused: {
      title: 'The company proxy refused the password',
      body: 'Nothing more is sent until you enter it again.',
    },
    passwordMissing: {
      title: 'Latchkey needs your password',
      body: 'Click to enter it.',
    },
    passwordExpires: (daysLeft: number, expiresOn: CalendarDay) => ({
      title:
        daysLeft > 1
          ? `Your password expires in ${days(daysLeft)}`
          : daysLeft === 1
            ? 'Your password expires tomorrow'
            : daysLeft === 0
              ? 'Your password expires today'
              : 'Your password is older than your limit',
      body: `By the limit that you set: ${formats.day(expiresOn)}.`,
    }),
  },
  dialogs: {
    moveToApplications: 'Move Latchkey to the Applications folder?',
    moveToApplicationsDetail: 'From a disk image it cannot open at login or be updated.',
    move: 'Move to Applications',
    notNow: 'Not now',
    importTitle: 'Choose a cntlm.conf',
    exportTitle: 'Export as cntlm.conf',
    open: 'Open',
    save: 'Save',
    settingsNotBack: 'This Mac’s proxy settings still lead to Latchkey',
    settingsNotBackDetail:
      'They could not be put back. Programs that use them cannot connect until Latchkey runs again.',
    quitAnyway: 'Quit anyway',
    stay: 'Do not quit',
  },
};

/** What every language must have: a missing sentence does not compile. */
export type Words = typeof en;
