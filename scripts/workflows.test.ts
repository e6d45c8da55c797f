import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';

/**
 * The workflows run where no test of ours can see them. What they name has to be there all the same: scripts, programs, files,
 * options and variables.
 */

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly if?: string;
  readonly env?: Readonly<Record<string, string>>;
}

interface Job {
  readonly 'runs-on': string;
  readonly 'timeout-minutes'?: number;
  readonly strategy?: {
    readonly matrix: Readonly<Record<string, readonly string[]>> & {
      readonly include?: readonly Readonly<Record<string, string>>[];
    };
  };
  readonly env?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

interface Workflow {
  readonly jobs: Readonly<Record<string, Job>>;
}

const root = join(import.meta.dirname, '..');
const folder = join(root, '.github', 'workflows');
const names = readdirSync(folder);
const textOf = (name: string): string => readFileSync(join(folder, name), 'utf8');
const workflowNamed = (name: string): Workflow => load(textOf(name)) as Workflow;

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: Readonly<Record<string, string>>;
};

/** What the project's own programs and tests say. */
const sources = ['e2e', 'scripts', 'src', 'test']
  .flatMap((part) =>
    readdirSync(join(root, part), { recursive: true, encoding: 'utf8' }).map((path) => join(part, path)),
  )
  .concat('playwright.config.ts')
  .filter((path) => /\.[cm]?[jt]s$/.test(path))
  .map((path) => readFileSync(join(root, path), 'utf8'))
  .join('\n');

const all = names.flatMap((name) =>
  Object.entries(workflowNamed(name).jobs).map(([job, value]) => ({ title: `${name}, ${job}`, job: value })),
);

/** The commands of a job, each on one line. */
const commandsOf = ({ steps }: Job): string[] =>
  steps.flatMap(({ run = '' }) => run.split('\n').map((line) => line.trim())).filter((line) => line !== '');

const matches = (lines: readonly string[], pattern: RegExp): string[] =>
  lines.flatMap((line) => [...line.matchAll(pattern)].map(([, found = '']) => found));

describe.each(all)('the workflow $title', ({ job }) => {
  const commands = commandsOf(job);

  it('runs scripts that there are', () => {
    const run = matches(commands, /\bnpm run ([\w:-]+)/g);
    expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it('runs programs that a package of ours brings', () => {
    const run = matches(commands, /\bnpx ([\w-]+)/g);
    expect(run.filter((name) => !existsSync(join(root, 'node_modules', '.bin', name)))).toEqual([]);
  });

  it('names files that there are', () => {
    const named = matches(commands, /(?<![\w./-])((?:\.ci|assets|e2e|scripts|src|test)\/[\w./-]*\w)/g);
    expect(named.filter((path) => !existsSync(join(root, path)))).toEqual([]);
  });

  it('gives our scripts options that they know', () => {
    for (const [, name = '', given = ''] of commands
      .join('\n')
      .matchAll(/\bnpm run ([\w:-]+) -- ([^;|&\n]*)/g)) {
      const [file = ''] = /scripts\/[\w-]+\.mjs/.exec(scripts[name] ?? '') ?? [];
      const source = file === '' ? '' : readFileSync(join(root, file), 'utf8');
      for (const option of matches([given], /(?:^|\s)--([\w-]+)/g)) expect(source).toContain(option);
    }
  });

  it('sets variables that something of ours reads, or a program that it calls', () => {
    const read = `${sources}${readFileSync(join(root, 'docs/packaging.md'), 'utf8')}`;
    const ofPrograms = commands.some((line) => line.startsWith('gh ')) ? ['GH_TOKEN'] : [];
    const set = [job, ...job.steps].flatMap(({ env = {} }) => Object.keys(env));
    expect(set.filter((name) => !read.includes(name) && !ofPrograms.includes(name))).toEqual([]);
  });

  it('has a value for what it takes from its matrix, in every row', () => {
    const { include = [], ...axes } = job.strategy?.matrix ?? {};
    const rows =
      include.length > 0 ? include : [Object.fromEntries(Object.keys(axes).map((key) => [key, '']))];
    for (const key of matches([JSON.stringify(job)], /matrix\.(\w+)/g))
      expect(rows.filter((row) => row[key] === undefined)).toEqual([]);
  });

  it('takes outputs from steps that there are', () => {
    const ids = job.steps.map((step) => (step as { readonly id?: string }).id);
    for (const id of matches([JSON.stringify(job)], /steps\.([\w-]+)\.outputs/g)) expect(ids).toContain(id);
  });

  it('ends at some time, and uses actions of a known version', () => {
    expect(job['timeout-minutes']).toBeGreaterThan(0);
    const used = job.steps.flatMap(({ uses }) => uses ?? []);
    // A tag can be moved, a commit cannot; which version it is stands behind it.
    expect(used.filter((name) => !/^actions\/[\w-]+@[0-9a-f]{40}$/.test(name))).toEqual([]);
  });

  it('is understood by the shell', () => {
    for (const { run } of job.steps) {
      if (run === undefined) continue;
      const { status, stderr } = spawnSync('bash', ['-n'], {
        input: run.replaceAll(/\$\{\{.*?\}\}/g, 'value'),
        encoding: 'utf8',
      });
      expect([status, stderr]).toEqual([0, '']);
    }
  });
});

describe('the actions', () => {
  it('are one commit each in all workflows, with its version', () => {
    const lines = names.flatMap((name) => textOf(name).match(/uses: .+/g) ?? []);
    expect(
      lines.filter((line) => !/^uses: actions\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line)),
    ).toEqual([]);
    const byName = new Map(lines.map((line) => [/actions\/[\w-]+/.exec(line)?.[0], line]));
    expect([...new Set(lines)].toSorted()).toEqual([...byName.values()].toSorted());
  });

  it('may only read, unless a job says what it has to write', () => {
    for (const name of names) expect(load(textOf(name))).toMatchObject({ permissions: { contents: 'read' } });
  });
});

describe('the workflow for macOS', () => {
  const { app, contract } = workflowNamed('macos.yml').jobs;

  it('has a row for each system and processor', () => {
    const rows = app?.strategy?.matrix.include?.map(({ runner, arch }) => `${runner} ${arch}`);
    expect(rows).toEqual(['macos-15 arm64', 'macos-26 arm64', 'macos-15-intel x64']);
  });

  it('has Electron before the specs, and keytar before it is packed for another processor', () => {
    const commands = commandsOf(app as Job);
    const places = ['npm ci', 'npx install-electron', "require('keytar')", 'npm run e2e', 'npm run dist'].map(
      (part) => commands.findIndex((line) => line.includes(part)),
    );
    expect(places).toEqual(places.toSorted((one, other) => one - other));
    expect(places[0]).toBeGreaterThanOrEqual(0);
  });

  it('keeps what a failure looks like', () => {
    const upload = app?.steps.find(({ name }) => name?.startsWith('Keep pictures'));
    expect(upload?.if).toBe('${{ !cancelled() }}');
    expect(JSON.stringify(app?.steps)).toContain('"E2E_TRACE":"1"');
  });

  it('puts the settings of the Mac back even when it is cancelled', () => {
    const step = contract?.steps.find(({ name }) => name === 'Put back what is not back yet');
    expect(step?.if).toBe('always()');
    const [, title = ''] = /-t "([^"]+)"/.exec(step?.run ?? '') ?? [];
    expect(readFileSync(join(root, 'test/contract/system-proxy.test.ts'), 'utf8')).toContain(title);
    expect(Object.keys(contract?.env ?? {})).toEqual(['LATCHKEY_CONTRACT', 'LATCHKEY_CONTRACT_BEFORE']);
  });
});
