import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureOf, withAllBelow } from '../../src/cli/command-picture';
import { createProgram } from '../../src/cli/program';
import { whichOption } from '../../src/cli/shared-options';
import { quoteFor } from '../../src/shared/terminal-commands';
import { startCompanyProxy } from '../company-proxy/start-company-proxy';
import { selfSignedCertificate } from '../company-proxy/self-signed-certificate';
import { startOrigin } from '../company-proxy/start-origin';
import { callsOf, commandsIn, isRun } from '../documents/command-lines';
import { mistakeIn } from '../documents/mistake-in';
import { readDocuments, root } from '../documents/read-documents';
import { pacOf, Sandbox, type Shell, startKeychain, type Surroundings } from '../documents/sandbox';
import { fakeTerminal } from '../fake-terminal';
import { requireServers } from '../servers/require-servers';
import type { CommandResult } from '../servers/run-command';

/**
 * Every command line of Latchkey that a document or an example of its help has is typed here, in a home of its own, in front of a
 * company proxy that verifies each logon. test/documents.test.ts says what else is done with commands, and where.
 */

const isPossible = requireServers(
  'bash',
  'zsh',
  'fish',
  'keytar',
  'dbus-run-session',
  'dbus-send',
  'gnome-keyring-daemon',
  'curl',
);

interface Typed {
  readonly text: string;
  /** The arguments of its first command line of Latchkey. */
  readonly args: readonly string[];
}

const quoted = (args: readonly string[]): string =>
  ['latchkey', ...args.map((word) => (/^[\w./:=@-]+$/.test(word) ? word : quoteFor('bash', word)))].join(' ');

/** A command as it stands, or one for each of the words between bars. */
function typedOf(text: string): Typed[] {
  const calls = callsOf(text);
  return calls.length < 2
    ? [{ text, args: calls[0] ?? [] }]
    : calls.map((args) => ({ text: quoted(args), args }));
}

const program = pictureOf(createProgram(fakeTerminal({}), () => undefined));

function findAll(): Typed[] {
  const documents = readDocuments();
  const inBlocks = commandsIn(documents).map(({ text }) => text);
  const examples = withAllBelow(program).flatMap((command) => command.examples.map(([text]) => text));
  // Where one is only spoken of, it may lack what it needs.
  const inText = documents
    .flatMap(({ spans }) => spans.flatMap(({ text }) => callsOf(text)))
    .filter((args) => args.length > 0 && mistakeIn(args) === undefined)
    .map((args) => ({ text: quoted(args), args }));
  const found = [...[...inBlocks, ...examples].filter(isRun).flatMap(typedOf), ...inText];
  return [...new Map(found.map((typed) => [typed.text, typed])).values()];
}

const all = findAll();

/** What asks the Latchkey that runs, unless it is told of a configuration: it can be told which one. */
const asking = new Set(
  withAllBelow(program)
    .filter(({ options }) => options.some(({ description }) => description === whichOption().description))
    .map(({ path }) => path),
);

/** What changes nothing of it. */
const looking = ['status', 'check', 'activity', 'log', 'report', 'access', 'reload', 'update'].concat([
  'settings get',
  'socks-user list',
  'system-proxy status',
]);

/** What has to be done before, as the text around it says, by how the arguments begin. */
const before: Readonly<Record<string, string>> = {
  'credential resume': 'latchkey credential pause',
  'system-proxy prove': 'latchkey system-proxy on',
  'socks-user remove': 'latchkey socks-user set dave',
  'service status': 'latchkey service install --config FILE',
  'service remove': 'latchkey service install --config FILE',
  'run --sign-in NT': 'latchkey hash --domain CORP --user alice --sign-in NT --save',
};

/** What does not end with 0 here, and says why. */
const outcomes: Readonly<Record<string, readonly [exitCode: number, says: RegExp]>> = {
  // The app alone has updates.
  'update check': [1, /^latchkey: This Latchkey does not update itself\./m],
  'update install': [1, /^latchkey: This Latchkey does not update itself\./m],
  // Nobody but the app can fetch a page as an app.
  'system-proxy prove --json': [1, /"kind": "untried"[^]*"kind": "through"/],
  'system-proxy prove': [
    1,
    /^apps {2}not tried: there is no app here\ncurl {2}a page came through Latchkey/m,
  ],
};

/** What is there before a command and what it leaves, as conditions of its own shell. */
const around: Readonly<Record<string, readonly [first: string, then: string]>> = {
  'eval "$(latchkey env)"': [':', 'case $http_proxy in http://127.0.0.1:*) ;; *) false ;; esac'],
  'eval "$(latchkey env --off)"': ['export http_proxy=http://127.0.0.1:1', 'test -z "$http_proxy"'],
  'latchkey env --shell fish | source': [':', 'string match -q "http://127.0.0.1:*" $http_proxy'],
  'source <(latchkey completion zsh)': ['autoload -U compinit && compinit -u -D', '(( $+_comps[latchkey] ))'],
  'eval "$(latchkey completion bash)"': [':', 'complete -p latchkey >/dev/null'],
  'latchkey completion fish | source': [':', 'complete -C "latchkey stat" | string match -q "status*"'],
  'latchkey man > latchkey.1': [':', 'head -n 1 latchkey.1 | grep -q "^[.]TH LATCHKEY"'],
  'latchkey export --for 0.94 --with-hash > cntlm.conf': [
    ':',
    'grep -q "^PassNTLMv2 " cntlm.conf && ls -l cntlm.conf | grep -q "^-rw-------"',
  ],
  'latchkey report > report.txt': [':', 'grep -q "^== Latchkey$" report.txt'],
};

/** However the alias leads to the command: not by the one that is in the search path here. */
const aroundAlias: readonly [first: string, then: string] = [
  `PATH=\${PATH#*:}; shopt -s expand_aliases; cd '${root}'`,
  'latchkey version | grep -q "^[0-9]"',
];

const begins = (args: readonly string[], words: string): boolean =>
  `${args.join(' ')} `.startsWith(`${words} `);

function entryOf<T>(table: Readonly<Record<string, T>>, args: readonly string[]): T | undefined {
  return Object.entries(table).find(([words]) => begins(args, words))?.[1];
}

/** One value, or one in each line. */
function isJson(text: string): boolean {
  const isValue = (each: string): boolean => {
    try {
      JSON.parse(each);
      return true;
    } catch {
      return false;
    }
  };
  return isValue(text) || text.trimEnd().split('\n').every(isValue);
}

/** The shell that a line is written for. */
function shellOf(text: string): Shell {
  if (text.endsWith('| source')) return 'fish';
  return text.includes('completion zsh)') ? 'zsh' : 'bash';
}

describe.skipIf(!isPossible)('typed as it stands,', () => {
  const password = 'Documented-1';
  const tls = selfSignedCertificate();
  const closers: (() => Promise<void>)[] = [];
  let surroundings: Surroundings;
  /** One with a Latchkey that runs, for all that only look. */
  let shared: Sandbox | undefined;
  let isHashKept = false;

  beforeAll(async () => {
    const [origin, secureOrigin, keychain] = await Promise.all([
      startOrigin(),
      startOrigin({ tls }),
      startKeychain(),
    ]);
    closers.push(origin.close, secureOrigin.close, keychain.close);
    const companyProxy = await startCompanyProxy({
      accounts: [{ domain: 'CORP', user: 'alice', password }],
      methods: ['NTLMv2', 'NT'],
      whereIs: (_, port) => ({ host: '127.0.0.1', port: port === 443 ? secureOrigin.port : origin.port }),
    });
    closers.push(companyProxy.close);
    const pac = createServer((_, response) => response.end(pacOf(companyProxy.port)));
    await new Promise<void>((resolve) => {
      pac.listen(0, '127.0.0.1', resolve);
    });
    closers.push(() => new Promise((resolve) => void pac.close(() => resolve())));
    surroundings = {
      companyProxyPort: companyProxy.port,
      pacPort: (pac.address() as AddressInfo).port,
      busAddress: keychain.address,
      password,
      authority: tls.cert,
    };
  });

  afterAll(async () => {
    await shared?.remove();
    for (const close of closers.toReversed()) await close();
  });

  /** What a reader has at this point: the hash in the Keychain, and Latchkey running if it is to be asked. */
  async function sandboxFor(args: readonly string[]): Promise<Sandbox> {
    const isAsked =
      [1, 2].some((count) => asking.has(args.slice(0, count).join(' '))) && !args.includes('--config');
    const isLook = isAsked && looking.some((words) => begins(args, words));
    if (isLook && shared !== undefined) return shared;
    const sandbox = await Sandbox.create(surroundings);
    if (!isHashKept) {
      expect(await sandbox.run('latchkey hash --domain CORP --user alice --save')).toMatchObject({
        exitCode: 0,
      });
      isHashKept = true;
    }
    if (isAsked) await sandbox.startLatchkey();
    if (isLook) shared = sandbox;
    return sandbox;
  }

  it.each(all.map(({ text, args }) => [text, args] as const))('%s', async (text, args) => {
    const sandbox = await sandboxFor(args);
    try {
      const first = entryOf(before, args);
      if (first !== undefined) expect(await sandbox.run(first)).toMatchObject({ exitCode: 0 });
      const { exitCode, stdout, stderr } = await type(sandbox, text, args);
      const [expected, says] = entryOf(outcomes, args) ?? [args.includes('--follow') ? 130 : 0, /^/];
      expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: expected });
      expect(`${stdout}${stderr}`).toMatch(says);
      if (args.includes('--json')) expect(stdout).toSatisfy(isJson);
    } finally {
      if (['credential', 'hash', 'run'].includes(args[0] ?? '')) isHashKept = false;
      if (sandbox !== shared) await sandbox.remove();
    }
  });

  it('three lines and the line of `latchkey hash` sign in, with the one logon of the check', async () => {
    const sandbox = await Sandbox.create(surroundings);
    const lines = `Username alice\\nDomain CORP\\nProxy 127.0.0.1:${surroundings.companyProxyPort}\\n`;
    const { stdout } = await sandbox.run(
      `{ printf '${lines}'; latchkey hash --domain CORP --user alice --inverted; } > new.conf; chmod 600 new.conf; latchkey check --config new.conf --json`,
    );
    await sandbox.remove();
    expect(JSON.parse(stdout)).toMatchObject({ result: 'accepted', logons: 1 });
  });

  it('is everything that is said here', () => {
    expect(all.length).toBeGreaterThan(100);
    const isTyped = (words: string): boolean => all.some(({ args }) => begins(args, words));
    const tables = [...Object.keys(before), ...Object.keys(outcomes), ...looking];
    expect(tables.filter((words) => !isTyped(words))).toEqual([]);
    expect(Object.keys(around).filter((text) => all.every((each) => each.text !== text))).toEqual([]);
  });

  /** @returns what it has ended with; of one that goes on until it is ended, when it was */
  async function type(sandbox: Sandbox, text: string, args: readonly string[]): Promise<CommandResult> {
    if (args[0] === 'run' || args.includes('--follow')) {
      // What is to be shown has to happen.
      const hasShown = async (output: string): Promise<boolean> => {
        if (output === '') await sandbox.fetchPage();
        return output !== '';
      };
      // Whom is agreed to is said with a configuration.
      const whole = args.includes('--agree') ? `${text} --config FILE` : text;
      const started =
        args[0] === 'run' ? await sandbox.startRun(whole) : await sandbox.start(text, hasShown, 'SIGINT');
      const exitCode = await started.stop();
      return { exitCode, stdout: started.output(), stderr: '' };
    }
    const shell = shellOf(text);
    const [first = ':', then = ':'] = text.startsWith('alias ') ? aroundAlias : (around[text] ?? []);
    const keep = shell === 'fish' ? 'set code $status' : 'code=$?';
    const script = `${first}\n${text}\n${keep}\n${then} && exit $code`;
    return sandbox.run(script, { shell, isOnSystemd: args.includes('--socket') });
  }
});
