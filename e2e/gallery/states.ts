import type { WayProof } from '../../src/shared/way-proof';
import type { ActivityRow, TraceStep } from '../../src/shared/activity';
import { groupedRows, pacRow } from './example-day';
import { defaultAppSettings } from '../../src/shared/app-settings';
import type { Hop } from '../../src/shared/problem';
import type { Account, HostPort } from '../../src/shared/settings';
import type { AccountState, AppState, Check, Language, Step } from '../../src/shared/state';
import type { TrafficStep } from '../../src/shared/traffic';
import { noUpdates, type UpdatesState } from '../../src/shared/updates';

/** A state of the app with a name, and what the activity list holds. */
export interface Example {
  readonly state: AppState;
  readonly rows?: readonly ActivityRow[];
  /** Nobody knows yet what is on this Mac. */
  readonly isLooking?: true;
}

/** The clock of all examples: a Tuesday afternoon. */
export const exampleNowMs = new Date(2026, 10, 17, 14, 36, 10).getTime();

const proxy: HostPort = { host: 'proxy.corp', port: 8080 };
const alice: Account = { domain: 'CORP', user: 'alice' };
const hop: Hop = { role: 'upstream', address: proxy };

const minuteDown = [
  4, 8, 14, 20, 32, 52, 88, 130, 96, 70, 60, 62, 40, 22, 14, 30, 260, 560, 720, 780, 460, 420, 390, 210, 60,
  26, 12, 10, 14, 20, 34, 56, 62, 58, 52, 36, 26, 16, 14, 12, 11, 10, 90, 360, 760, 980, 900, 560, 260, 220,
  330, 300, 140, 60, 150, 220, 200, 120, 40, 24,
];
const lastMinute: readonly TrafficStep[] = minuteDown.map((kilobytes, index) => ({
  downBytes: kilobytes * 3000,
  upBytes: (20 + (minuteDown[(index + 55) % 60] ?? 0) / 3) * 700,
}));
const hourlyMegabytes = [0, 0, 0, 0, 0, 0, 2, 20, 160, 420, 240, 210, 40, 120, 310, 0];
const hours: readonly TrafficStep[] = Array.from({ length: 24 }, (_, hour) => {
  const megabytes = hourlyMegabytes[hour] ?? 0;
  return { downBytes: megabytes * 1e6, upBytes: megabytes * 9e4 };
});
const noTraffic: TrafficStep = { downBytes: 0, upBytes: 0 };

const account: AccountState = {
  account: alice,
  standing: 'proven',
  lastAcceptedMs: new Date(2026, 10, 17, 8, 12).getTime(),
  today: { sent: 1, refused: 0, unanswered: 0 },
  setOn: '2026-10-08',
  ageDays: 40,
  daysLeft: 50,
  signedInWith: 'NTLMv2',
  isForSessionOnly: false,
};

const proved: WayProof = {
  app: { kind: 'through', durationMs: 140 },
  curl: { kind: 'through', durationMs: 96 },
  curlBy: { kind: 'block', file: '~/.zshrc' },
};

const on: AppState = {
  revision: 1,
  version: '1.0.0',
  language: 'en',
  platform: 'darwin',
  connection: { kind: 'on', route: { kind: 'upstream', upstream: proxy, hasSignedIn: true } },
  reachability: 'reachable',
  settings: {
    ...defaultAppSettings,
    isOn: true,
    usesSystemProxy: true,
    account: alice,
    upstreams: [proxy, { host: 'proxy2.corp', port: 8080 }, { host: 'proxy-dr.corp', port: 3128 }],
    noProxy: ['localhost', '127.*', '*.corp', '10.*', 'intranet', '*.local'],
    maxPasswordAgeDays: 90,
    workstation: 'MAC-ALICE',
  },
  account,
  upstreams: [
    { address: proxy, status: 'in-use', answer: { ip: '10.1.4.2', durationMs: 3 } },
    { address: { host: 'proxy2.corp', port: 8080 }, status: 'standing-by' },
    {
      address: { host: 'proxy-dr.corp', port: 3128 },
      status: 'down',
      problem: {
        kind: 'connect-timed-out',
        hop: { role: 'upstream', address: { host: 'proxy-dr.corp', port: 3128 } },
      },
      downSinceMs: exampleNowMs - 240_000,
    },
  ],
  pac: undefined,
  askedProxies: [],
  addresses: [{ host: '127.0.0.1', port: 3128 }],
  services: [],
  unbound: [],
  systemProxy: { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] },
  takenBy: undefined,
  asksForAdministrator: false,
  openAtLogin: 'on',
  notifications: 'on',
  commandLink: { kind: 'off', path: '~/.local/bin/latchkey' },
  updates: {
    step: { kind: 'none' },
    lookedAtMs: new Date(2026, 10, 17, 8, 12).getTime(),
    waitsForQuiet: false,
  },
  traffic: {
    now: { downBytes: 2_400_000, upBytes: 180_000 },
    openTunnels: 12,
    lastMinute,
    hours,
    today: { downBytes: 1_800_000_000, upBytes: 96_000_000 },
  },
  managed: { names: [], by: undefined, contact: undefined },
  lastProblems: [],
  lastActivityId: 0,
  check: { kind: 'none' },
  wayProof: undefined,
  logTellsAllUntilMs: undefined,
  findings: [],
  notices: [],
  goTo: undefined,
};

const updateReady: UpdatesState = {
  ...on.updates,
  step: {
    kind: 'ready',
    version: '1.1.0',
    notes: [
      'PAC files are read again within a second',
      'Access rules for IPv6',
      'Requests to one host stand in one line of Activity',
    ],
    isByLatchkey: true,
  },
};

/** With one company proxy, which is all that the doctor's examples look at. */
const onOne: AppState = {
  ...on,
  settings: { ...on.settings, upstreams: [proxy] },
  upstreams: on.upstreams.slice(0, 1),
};

const idle: AppState = {
  ...on,
  traffic: { now: noTraffic, openTunnels: 0, lastMinute: [], hours: [], today: noTraffic },
};
const pacInUse = {
  place: 'http://pac.corp/proxy.pac',
  readMs: exampleNowMs - 7 * 60_000,
  error: undefined,
} as const;
const byPac: AppState = {
  ...idle,
  settings: { ...on.settings, pac: pacInUse.place },
  pac: pacInUse,
};
const expiring: AccountState = { ...account, setOn: '2026-08-21', ageDays: 88, daysLeft: 2 };
const refused: AppState = {
  ...idle,
  traffic: { ...idle.traffic, openTunnels: 12 },
  account: { ...expiring, standing: 'refused' },
  connection: {
    kind: 'password-needed',
    why: { kind: 'refused', upstream: proxy, atMs: exampleNowMs - 60_000 },
  },
};
const fresh: AppState = {
  ...idle,
  connection: { kind: 'needs-setup' },
  settings: { ...defaultAppSettings },
  account: undefined,
  upstreams: [],
  addresses: [],
  systemProxy: { kind: 'off', notes: [] },
  openAtLogin: 'off',
};

function at(screen: NonNullable<AppState['goTo']>['screen'], state: AppState): AppState {
  return { ...state, goTo: { screen, count: 1, isAsked: true } };
}

const steps: readonly Step[] = [
  { name: 'name', status: 'done', value: '10.1.4.2', durationMs: 4 },
  { name: 'port', status: 'done', value: 'proxy.corp:8080', durationMs: 3 },
  { name: 'offer', status: 'done', value: 'Negotiate, NTLM', durationMs: 5 },
  { name: 'challenge', status: 'done', value: 'NTLM, 254 bytes', durationMs: 6 },
  { name: 'clock', status: 'done', skewMs: 800 },
];
const logonDone: Step = { name: 'logon', status: 'done', value: 'CORP\\alice', durationMs: 61 };
const pageDone: Step = { name: 'page', status: 'done', value: '200 OK, 1256 bytes', durationMs: 140 };

/** As the doctor writes it: app.test.ts compares it with one that it has written. */
function report(clock: string): string {
  return `Latchkey 1.0.0, 2026-11-17T13:36:10.000Z
Company proxy proxy.corp:8080, account CORP\\alice
Result: accepted, 1 logon

name       done     10.1.4.2; 4 ms
port       done     proxy.corp:8080; 3 ms
offer      done     Negotiate, NTLM; 5 ms
challenge  done     NTLM, 254 bytes; 6 ms
    target       CORP
    domain       CORP
    computer     PROXY01
    DNS domain   corp.example
    DNS computer proxy01.corp.example
    clock        ${clock}
    flags        0xa2898205 UNICODE REQUEST_TARGET NTLM ALWAYS_SIGN TARGET_TYPE_DOMAIN EXTENDED_SESSIONSECURITY TARGET_INFO VERSION 128 56
${clock.startsWith('372') ? 'clock      warning  this computer minus the company proxy: 372.0 s' : 'clock      done     this computer minus the company proxy: 0.8 s'}
logon      done     CORP\\alice; 61 ms
page       done     200 OK, 1256 bytes; 140 ms
`;
}

function running(purpose: 'set-up' | 'password' | 'doctor', taken: readonly Step[], canCancel = true): Check {
  return { kind: 'running', purpose, upstream: proxy, account: alice, steps: taken, canCancel };
}

function finished(
  purpose: 'set-up' | 'password' | 'doctor',
  result: 'accepted' | 'refused' | 'unclear' | 'cancelled',
  more: Partial<Extract<Check, { kind: 'finished' }>> = {},
): Check {
  return {
    kind: 'finished',
    purpose,
    upstream: proxy,
    account: alice,
    steps,
    result,
    logons: 1,
    ...more,
  };
}

const traceUpstream: readonly TraceStep[] = [
  { kind: 'rule', rule: undefined, atMs: 0 },
  { kind: 'route', route: 'upstream', atMs: 0.2 },
  { kind: 'upstream', upstream: proxy, atMs: 1 },
  { kind: 'sign-in', hasLogon: true, atMs: 61 },
  { kind: 'answer', status: 200, atMs: 84 },
];

function row(id: number, secondsAgo: number, more: Partial<ActivityRow>): ActivityRow {
  return {
    id,
    method: 'CONNECT',
    target: { host: 'example.com', port: 443 },
    route: { kind: 'upstream' },
    status: 200,
    endedMs: exampleNowMs - secondsAgo * 1000,
    durationMs: 84,
    downBytes: 40_000,
    upBytes: 8000,
    problem: undefined,
    trace: traceUpstream,
    ...more,
  };
}

const rows: readonly ActivityRow[] = [
  row(209, 298, { target: { host: 'mirror.example.org', port: 443 }, downBytes: 860_000_000 }),
  row(210, 50, {
    method: 'GET',
    target: { host: 'updates.example.com', port: 80 },
    status: 504,
    downBytes: 1000,
    upBytes: 100,
    problem: { kind: 'silent', hop },
    trace: [...traceUpstream.slice(0, 3), { kind: 'answer', status: 504, atMs: 30_000 }],
  }),
  row(211, 29, {
    target: { host: 'ads.example.net', port: 25 },
    status: 403,
    downBytes: 0,
    upBytes: 0,
    problem: { kind: 'target-refused', hop, account: alice },
  }),
  row(212, 12, {
    method: 'GET',
    target: { host: 'wiki.corp', port: 80 },
    route: { kind: 'direct', rule: '*.corp' },
    downBytes: 110_000,
    upBytes: 2000,
    trace: [
      { kind: 'rule', rule: '*.corp', atMs: 0 },
      { kind: 'route', route: 'direct', atMs: 0.1 },
      { kind: 'answer', status: 200, atMs: 12 },
    ],
  }),
  row(213, 8, { target: { host: 'api.github.com', port: 443 } }),
  row(214, 3, { target: { host: 'github.com', port: 443 }, downBytes: 3_100_000, upBytes: 100_000 }),
];

/** Those that keep connections ready come between the others. */
const ownRow = row(215, 2, {
  method: 'HEAD',
  target: { host: 'latchkey.invalid', port: 80 },
  status: 503,
  durationMs: 8,
  downBytes: undefined,
  upBytes: undefined,
  own: { count: 16, logonCount: 4, sinceMs: exampleNowMs - 220_000 },
  trace: [
    { kind: 'upstream', upstream: proxy, atMs: 0 },
    { kind: 'sign-in', hasLogon: false, atMs: 0 },
    { kind: 'answer', status: 503, atMs: 8 },
  ],
});

const hosts = ['github.com', 'api.github.com', 'registry.example.org', 'wiki.corp', 'mirror.example.org'];

function manyRows(count: number): readonly ActivityRow[] {
  return Array.from({ length: count }, (_, index) =>
    row(index + 1, count - index, {
      target: { host: hosts[index % hosts.length] ?? 'example.com', port: 443 },
      downBytes: (index * 7919) % 9_000_000,
    }),
  );
}

const cntlmConf = {
  kind: 'cntlm-conf',
  file: '/opt/homebrew/etc/cntlm.conf',
  upstreams: on.settings.upstreams,
  account: alice,
  pac: undefined,
  hasCredential: true,
  noProxyCount: 6,
  domain: 'CORP',
  remarks: [{ severity: 'warning', line: 14, matter: { kind: 'not-supported', keyword: 'ISAScannerSize' } }],
} as const;
const systemProxy = { kind: 'system-proxy', upstream: proxy, service: 'Wi-Fi' } as const;
const localNetworkDenied = { kind: 'local-network-denied', hop } as const;
const portInUse = { kind: 'port-in-use', port: 3128, freePort: 3129, holder: 'cntlm' } as const;

const examples = {
  'set-up-found': { state: { ...fresh, findings: [cntlmConf, systemProxy] } },
  'set-up-found-more': {
    state: {
      ...fresh,
      findings: [
        {
          ...cntlmConf,
          hasCredential: false,
          remarks: [14, 15, 21, 22].map((line) => ({
            severity: 'warning',
            line,
            matter: { kind: 'not-supported', keyword: 'ISAScannerSize' },
          })),
        },
        { kind: 'system-pac', url: 'http://wpad.corp/wpad.dat', service: 'Wi-Fi' },
      ],
    },
  },
  'set-up-found-pac': {
    state: {
      ...fresh,
      findings: [{ kind: 'system-pac', url: 'http://wpad.corp/wpad.dat', service: 'Wi-Fi' }, systemProxy],
    },
  },
  'set-up-looking': { state: fresh, isLooking: true },
  'set-up-by-hand': { state: fresh },
  'set-up-checking': {
    state: {
      ...fresh,
      check: running('set-up', [...steps, { name: 'logon', status: 'running' }], false),
    },
  },
  'set-up-ready': {
    state: at('set-up', { ...on, check: finished('set-up', 'accepted'), wayProof: proved }),
  },
  'set-up-ready-commands': {
    state: at('set-up', {
      ...on,
      check: finished('set-up', 'accepted'),
      wayProof: { ...proved, curlBy: { kind: 'commands' } },
    }),
  },
  'set-up-ready-skipped': {
    state: at('set-up', {
      ...on,
      settings: { ...on.settings, usesSystemProxy: false },
      systemProxy: { kind: 'off', notes: [] },
      asksForAdministrator: true,
      check: finished('set-up', 'accepted'),
      wayProof: { ...proved, app: { kind: 'not-used' } },
    }),
  },
  'set-up-ready-around': {
    state: at('set-up', {
      ...on,
      check: finished('set-up', 'accepted'),
      wayProof: { ...proved, curl: { kind: 'around' } },
    }),
  },
  'set-up-refused': { state: { ...fresh, check: finished('set-up', 'refused') } },
  'set-up-unreachable': {
    state: {
      ...fresh,
      check: finished('set-up', 'unclear', { logons: 0, problem: { kind: 'name-not-found', hop } }),
    },
  },
  on: { state: on },
  'on-quiet': { state: idle },
  'on-no-sign-in': {
    state: {
      ...idle,
      connection: { kind: 'on', route: { kind: 'upstream', upstream: proxy, hasSignedIn: false } },
    },
  },
  'on-expiring': { state: { ...on, account: expiring } },
  'on-mac-off': {
    state: {
      ...on,
      settings: { ...on.settings, usesSystemProxy: false },
      systemProxy: { kind: 'off', notes: [] },
    },
  },
  'on-last-problem': {
    state: {
      ...on,
      account: { ...account, setOn: '2026-08-25', ageDays: 84, daysLeft: 6 },
      lastProblems: [
        {
          id: 210,
          target: 'updates.example.com:80',
          atMs: new Date(2026, 10, 17, 14, 2).getTime(),
          problem: { kind: 'silent', hop },
        },
      ],
    },
    rows,
  },
  'on-problems': {
    state: {
      ...idle,
      lastProblems: [
        {
          id: 213,
          target: 'a-build-cache.with-a-long-name.eu-central-1.example.com:443',
          atMs: exampleNowMs - 60_000,
          problem: { kind: 'connect-timed-out', hop },
        },
        {
          id: 212,
          target: 'updates.example.com:80',
          atMs: exampleNowMs - 2_040_000,
          problem: { kind: 'silent', hop },
        },
        {
          id: 211,
          target: 'nas.corp.example:443',
          atMs: exampleNowMs - 3_360_000,
          problem: {
            kind: 'connection-refused',
            hop: { role: 'origin', address: { host: 'nas.corp.example', port: 443 } },
          },
          rule: '*.corp.example',
        },
        {
          id: 210,
          target: 'ads.example.net:25',
          atMs: exampleNowMs - 3_400_000,
          problem: { kind: 'target-refused', hop, account: alice },
        },
      ],
    },
    rows,
  },
  'on-notice': {
    state: {
      ...idle,
      openAtLogin: 'requires-approval',
      systemProxy: { kind: 'changing', to: 'on', notes: [] },
      notices: [{ kind: 'settings-damaged', keptAs: 'settings.damaged-2026-11-17.json' }],
    },
  },
  'on-without-mac': {
    state: { ...on, systemProxy: { kind: 'unsupported', notes: [] }, openAtLogin: 'unsupported' },
  },
  'kerberos-unused': {
    state: { ...on, notices: [{ kind: 'kerberos-unused', upstream: proxy, trouble: 'expired' }] },
  },
  'notifications-off': {
    state: {
      ...idle,
      account: expiring,
      notifications: 'off',
      notices: [{ kind: 'notifications-off' }],
    },
  },
  'on-new-proxy': {
    state: { ...byPac, askedProxies: [{ host: 'proxy-emea.corp', port: 8443, isTls: true }] },
  },
  'on-pac-unreadable': {
    state: {
      ...byPac,
      pac: { ...pacInUse, error: 'line 12: SyntaxError: unexpected token in expression' },
    },
  },
  off: {
    state: {
      ...idle,
      connection: { kind: 'off' },
      addresses: [],
      settings: { ...on.settings, isOn: false },
      systemProxy: { kind: 'off', notes: [] },
    },
  },
  'off-not-put-back': {
    state: {
      ...idle,
      connection: { kind: 'off' },
      addresses: [],
      settings: { ...on.settings, isOn: false },
      systemProxy: { kind: 'needs-password', to: 'off', notes: [] },
    },
  },
  'mac-taken-over': {
    state: {
      ...idle,
      systemProxy: {
        kind: 'taken-over',
        holder: { kind: 'proxy', address: { host: '127.0.0.1', port: 8888 } },
        sinceMs: new Date(2026, 10, 17, 14, 31).getTime(),
        setBackCount: 3,
        notes: [],
      },
      takenBy: 'Inspector',
    },
  },
  'mac-vpn': {
    state: {
      ...on,
      systemProxy: {
        kind: 'not-in-force',
        holder: { kind: 'pac', url: 'http://vpn.example/proxy.pac' },
        notes: [
          { kind: 'service-signs-in', service: 'USB 10/100/1000 LAN ' },
          { kind: 'changed-by-others', service: 'Wi-Fi', setting: 'secureWeb' },
        ],
      },
    },
  },
  'mac-no-proxy': {
    state: { ...on, systemProxy: { kind: 'not-in-force', holder: undefined, notes: [] } },
  },
  'mac-asks': {
    state: {
      ...idle,
      settings: { ...on.settings, usesSystemProxy: false },
      systemProxy: { kind: 'off', notes: [] },
      asksForAdministrator: true,
    },
  },
  'mac-standard-user': {
    state: { ...idle, systemProxy: { kind: 'needs-password', to: 'on', notes: [] } },
  },
  starting: { state: { ...idle, connection: { kind: 'starting' }, reachability: 'unknown' } },
  'starting-keychain': {
    state: { ...idle, connection: { kind: 'starting', isAskingKeychain: true }, reachability: 'unknown' },
  },
  direct: {
    state: { ...idle, connection: { kind: 'on', route: { kind: 'direct' } }, reachability: 'unreachable' },
  },
  refusing: {
    state: {
      ...idle,
      connection: { kind: 'waiting', why: { kind: 'network' } },
      reachability: 'unreachable',
      settings: { ...on.settings, offNetwork: 'refuse' },
    },
  },
  'local-network': {
    state: {
      ...idle,
      connection: { kind: 'waiting', why: { kind: 'local-network' } },
      reachability: 'forbidden',
      upstreams: [{ address: proxy, status: 'down', problem: localNetworkDenied }],
    },
  },
  'preferences-by-pac': { state: at('preferences', byPac) },
  'preferences-forbidden': {
    state: at('preferences', {
      ...on,
      upstreams: on.upstreams.with(2, {
        address: { host: 'proxy-dr.corp', port: 3128 },
        status: 'down',
        problem: {
          kind: 'local-network-denied',
          hop: { role: 'upstream', address: { host: 'proxy-dr.corp', port: 3128 } },
        },
        downSinceMs: 0,
      }),
    }),
  },
  paused: { state: { ...idle, connection: { kind: 'waiting', why: { kind: 'paused' } } } },
  spared: {
    state: {
      ...idle,
      connection: {
        kind: 'waiting',
        why: { kind: 'account-spared', problem: { kind: 'logon-unclear', hop, retryAfterMs: 120_000 } },
      },
    },
  },
  'other-domain': {
    state: {
      ...idle,
      connection: {
        kind: 'waiting',
        why: { kind: 'account-spared', problem: { kind: 'other-domain', hop, named: 'CAFE', known: 'CORP' } },
      },
    },
  },
  'password-needed': { state: refused },
  'failed-port': {
    state: { ...idle, connection: { kind: 'failed', problem: portInUse }, addresses: [] },
  },
  'failed-other': {
    state: {
      ...idle,
      connection: { kind: 'failed', problem: { kind: 'port-not-allowed', port: 80 } },
      addresses: [],
    },
  },
  'needs-set-up': { state: at('status', fresh) },
  'password-prompt': { state: at('password', refused) },
  'password-missing': {
    state: at('password', {
      ...refused,
      account: { account: alice, standing: 'unproven', today: account.today, isForSessionOnly: false },
      connection: { kind: 'password-needed', why: { kind: 'missing' } },
    }),
  },
  'password-change': { state: at('password', on) },
  'password-refused': { state: at('password', { ...refused, check: finished('password', 'refused') }) },
  'password-expires': { state: at('password', { ...on, account: expiring }) },
  'password-checking': {
    state: at('password', {
      ...refused,
      check: running('password', [...steps.slice(0, 2), { name: 'offer', status: 'running' }]),
    }),
  },
  'password-saved': { state: at('password', { ...on, check: finished('password', 'accepted') }) },
  'password-keychain': {
    state: at('password', {
      ...refused,
      connection: {
        kind: 'password-needed',
        why: { kind: 'keychain', problem: { kind: 'keychain-locked' } },
      },
    }),
  },
  'password-keychain-denied': {
    state: at('password', {
      ...refused,
      connection: {
        kind: 'password-needed',
        why: { kind: 'keychain', problem: { kind: 'keychain-denied' } },
      },
    }),
  },
  'on-ports': {
    state: {
      ...idle,
      services: [
        { kind: 'socks', address: { host: '127.0.0.1', port: 1080 }, openTunnels: 0 },
        {
          kind: 'tunnel',
          address: { host: '127.0.0.1', port: 5432 },
          target: { host: 'db.corp', port: 5432 },
          openTunnels: 2,
        },
      ],
      unbound: [
        { kind: 'http', place: '10.1.2.3:3128', line: 0, why: 'no-such-address' },
        { kind: 'tunnel', place: '2222', target: { host: 'git.corp', port: 22 }, line: 0, why: 'in-use' },
      ],
    },
  },
  'on-not-built': {
    state: { ...idle, notices: [{ kind: 'keychain-not-built' }] },
  },
  'on-not-kept': {
    state: {
      ...idle,
      account: { ...account, isForSessionOnly: true },
      notices: [{ kind: 'keychain-denied' }],
    },
  },
  activity: { state: at('activity', { ...on, lastActivityId: 214 }), rows },
  'activity-own': { state: at('activity', { ...on, lastActivityId: 215 }), rows: [...rows, ownRow] },
  'accent-orange': { state: { ...on, accentColor: '#f7821b' } },
  'accent-blue': { state: { ...on, accentColor: '#007aff' } },
  'accent-graphite': { state: at('activity', { ...on, accentColor: '#8c8c8c' }), rows },
  'activity-grouped': {
    // As many logons as the lines of example-day.ts have.
    state: at('activity', {
      ...on,
      account: { ...account, today: { sent: 16, refused: 1, unanswered: 0 } },
      lastActivityId: 263,
    }),
    rows: groupedRows(row),
  },
  'activity-pac': { state: at('activity', { ...on, lastActivityId: 216 }), rows: [...rows, pacRow(row)] },
  'activity-empty': { state: at('activity', idle) },
  'activity-many': {
    state: at('activity', { ...on, lastActivityId: 10_000 }),
    rows: manyRows(10_000),
  },
  preferences: { state: at('preferences', { ...on, account: expiring }) },
  'preferences-ports': {
    state: at('preferences', {
      ...on,
      services: [
        { kind: 'socks', address: { host: '127.0.0.1', port: 1080 }, openTunnels: 0 },
        {
          kind: 'tunnel',
          address: { host: '127.0.0.1', port: 5432 },
          target: { host: 'db.corp.example', port: 5432 },
          openTunnels: 2,
        },
      ],
      unbound: [
        {
          kind: 'tunnel',
          place: '2222',
          target: { host: 'git.partner.example', port: 22 },
          line: 0,
          why: 'in-use',
        },
      ],
      settings: {
        ...on.settings,
        access: 'rules',
        rules: [
          'allow 127.0.0.1',
          'allow 10.1.7.0/24',
          'deny 10.1.0.0/16',
          'allow 2001:db8:7::/48',
          'deny *',
        ],
        alsoListen: ['*:3128'],
        socks: ['1080'],
        socksUsers: ['dave', 'build'],
        tunnels: ['5432:db.corp.example:5432', '2222:git.partner.example:22'],
        headers: ['User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)', 'X-Cost-Center: 4711'],
      },
    }),
  },
  'set-up-found-only-pac': {
    state: {
      ...fresh,
      findings: [
        {
          ...cntlmConf,
          upstreams: [],
          pac: '/etc/proxy.pac',
          remarks: [{ severity: 'warning', line: 0, matter: { kind: 'no-proxy-beside-pac' } }],
        },
      ],
    },
  },
  'set-up-found-no-account': {
    state: {
      ...fresh,
      findings: [
        {
          ...cntlmConf,
          account: undefined,
          remarks: [
            { severity: 'warning', line: 0, matter: { kind: 'no-username' } },
            { severity: 'warning', line: 9, matter: { kind: 'auth-other', auth: 'NTLM', used: 'NTLMv2' } },
            { severity: 'warning', line: 12, matter: { kind: 'semicolon-left-out', keyword: 'Listen' } },
          ],
        },
      ],
    },
  },
  'update-ready': { state: { ...on, updates: updateReady } },
  'preferences-update-ready': { state: at('preferences', { ...on, updates: updateReady }) },
  'preferences-update-waiting': {
    state: at('preferences', { ...on, updates: { ...updateReady, waitsForQuiet: true } }),
  },
  'preferences-update-newest': { state: at('preferences', on) },
  'preferences-update-loading': {
    state: at('preferences', {
      ...on,
      updates: { ...on.updates, step: { kind: 'loading', version: '1.1.0', share: 0.42 } },
    }),
  },
  'preferences-update-failed': {
    state: at('preferences', {
      ...on,
      updates: {
        ...on.updates,
        step: {
          kind: 'failed',
          problem: {
            kind: 'update-failed',
            why: 'signature',
            version: '1.1.0',
            detail: 'code failed to satisfy specified code requirement(s)',
          },
        },
      },
    }),
  },
  'preferences-update-managed': {
    state: at('preferences', {
      ...on,
      settings: { ...on.settings, checksForUpdates: false },
      managed: { names: ['checksForUpdates'], by: 'Example Corp', contact: 'it-help@corp.example' },
    }),
  },
  'preferences-update-none-here': { state: at('preferences', { ...on, updates: noUpdates }) },
  'preferences-shell-block': {
    state: at('preferences', { ...on, settings: { ...on.settings, writesShellBlock: true } }),
  },
  'preferences-command-nowhere': {
    state: at('preferences', {
      ...on,
      commandLink: {
        kind: 'refused',
        problem: {
          kind: 'command-has-no-folder',
          folder: '~/.local/bin',
          file: '~/.zshrc',
          line: 'export PATH="$HOME/.local/bin:$PATH"',
        },
      },
    }),
  },
  'preferences-command-taken': {
    state: at('preferences', {
      ...on,
      commandLink: {
        kind: 'refused',
        problem: {
          kind: 'command-taken',
          path: '/opt/homebrew/bin/latchkey',
          target: '/opt/homebrew/lib/node_modules/latchkey/cli.js',
        },
      },
    }),
  },
  'preferences-shell-edited': {
    state: at('preferences', {
      ...on,
      notices: [{ kind: 'shell-block-edited', file: '~/.zshrc', line: 42 }],
    }),
  },
  'doctor-asks': {
    state: at('doctor', {
      ...onOne,
      check: running('doctor', [...steps, { name: 'logon', status: 'asking' }]),
    }),
  },
  'doctor-report': {
    state: at('doctor', {
      ...onOne,
      check: finished('doctor', 'accepted', {
        steps: [
          ...steps.slice(0, 4),
          { name: 'clock', status: 'warning', skewMs: 372_000 },
          logonDone,
          pageDone,
        ],
        report: report('372.0 s behind this computer: too far apart, set the clock'),
      }),
    }),
  },
  'doctor-icon': {
    state: at('doctor', {
      ...onOne,
      check: finished('doctor', 'accepted', {
        steps: [
          { name: 'icon', status: 'warning', problem: { kind: 'icon-hidden' } },
          { name: 'notifications', status: 'warning', problem: { kind: 'notifications-off' } },
          ...steps,
          logonDone,
          pageDone,
        ],
        report: report('0.8 s behind this computer'),
      }),
    }),
  },
  'doctor-pac': {
    state: at('doctor', {
      ...onOne,
      check: finished('doctor', 'accepted', {
        steps: [
          {
            name: 'pac',
            status: 'warning',
            value: 'http://pac.corp/proxy.pac',
            pac: {
              place: 'http://pac.corp/proxy.pac',
              ageMs: 312_000,
              answer: 'PROXY proxy.corp:8080; PROXY proxy9.corp:8080',
              agreed: [proxy],
              notAgreed: [{ host: 'proxy9.corp', port: 8080 }],
            },
            problem: { kind: 'pac-not-agreed', upstreams: [{ host: 'proxy9.corp', port: 8080 }] },
          },
          ...steps,
          logonDone,
          pageDone,
        ],
        report: report('0.8 s behind this machine'),
      }),
    }),
  },
  'doctor-pac-running': {
    state: at('doctor', {
      ...onOne,
      check: {
        kind: 'running',
        purpose: 'doctor',
        upstream: proxy,
        account: alice,
        canCancel: true,
        steps: [
          {
            name: 'pac',
            status: 'done',
            value: 'http://pac.corp/proxy.pac',
            pac: {
              place: 'http://pac.corp/proxy.pac',
              ageMs: 312_000,
              answer: 'PROXY proxy.corp:8080',
              agreed: [proxy],
              notAgreed: [],
            },
          },
          { name: 'name', status: 'running' },
        ],
      },
    }),
  },
  'doctor-well': {
    state: at('doctor', {
      ...onOne,
      check: finished('doctor', 'accepted', {
        steps: [...steps, logonDone, pageDone],
        report: report('0.8 s behind this computer'),
      }),
    }),
  },
  'doctor-failed': {
    state: at('doctor', {
      ...idle,
      check: finished('doctor', 'unclear', {
        steps: [
          { name: 'name', status: 'done', value: '10.1.4.2', durationMs: 4 },
          {
            name: 'port',
            status: 'failed',
            durationMs: 10_000,
            problem: { kind: 'connect-timed-out', hop },
          },
        ],
        logons: 0,
        problem: { kind: 'connect-timed-out', hop },
        report: 'Latchkey 1.0.0\n',
      }),
    }),
  },
  'doctor-local-network': {
    state: at('doctor', {
      ...idle,
      check: finished('doctor', 'unclear', {
        steps: [
          { name: 'name', status: 'done', value: '10.1.4.2', durationMs: 4 },
          { name: 'port', status: 'failed', durationMs: 1, problem: localNetworkDenied },
        ],
        logons: 0,
        problem: localNetworkDenied,
        report: 'Latchkey 1.0.0\n',
      }),
    }),
  },
} as const satisfies Record<string, Example>;

export type ExampleName = keyof typeof examples;

export const exampleNames = Object.keys(examples);

function isExampleName(name: string): name is ExampleName {
  return Object.hasOwn(examples, name);
}

/** @throws Error for a name that no example has */
export function exampleNamed(name: string, language: Language): Example {
  if (!isExampleName(name)) throw new Error(`no example is called ${name}`);
  const example: Example = examples[name];
  return { ...example, state: { ...example.state, language } };
}
