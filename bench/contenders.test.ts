import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isListening } from '../test/servers/ports';
import { makeServerFolder, removeServerFolder } from '../test/servers/server-folder';
import { type Contender, findContenders, type Upstream } from './contenders';

const upstream: Upstream = {
  port: 8080,
  openPort: 8081,
  account: { domain: 'CORP', user: 'alice', password: 'Passw0rd!' },
};
const folder = makeServerFolder('contenders');
afterAll(() => removeServerFolder(folder));

/** A program that listens where its arguments say, and writes down how it was called. */
function pretend(
  name: string,
  portOption: string,
): { readonly command: string; readonly noted: () => string } {
  const command = join(folder, name);
  const notes = `${command}.notes`;
  writeFileSync(
    command,
    `#!${process.execPath}
const port = /${portOption}(\\d+)/.exec(process.argv.join(' '))[1];
require('node:fs').writeFileSync(${JSON.stringify(notes)}, JSON.stringify([process.argv.slice(2), process.env]));
require('node:net').createServer().listen(Number(port), '127.0.0.1');
`,
  );
  chmodSync(command, 0o755);
  return { command, noted: () => readFileSync(notes, 'utf8') };
}

function named(environment: NodeJS.ProcessEnv, id: Contender['id']): Contender {
  const found = findContenders(environment).find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}`);
  return found;
}

describe('the contenders', () => {
  it('are Latchkey first, and the two that show what is possible last', () => {
    const ids = findContenders({}).map(({ id }) => id);
    expect(ids[0]).toBe('latchkey');
    expect(ids.slice(-2)).toEqual(['relay', 'direct']);
    expect(ids).not.toContain('px');
  });

  it('are joined by those whose commands the environment names', () => {
    const ids = findContenders({ BENCH_PX: 'px', BENCH_ALPACA: 'alpaca', BENCH_CNTLM: '/nowhere/cntlm' });
    const others = ids.map(({ id }) => id).filter((id) => id !== 'cntlm');
    expect(others.join(' ')).toBe('latchkey other-cntlm px alpaca relay direct');
  });

  it('that sign in nowhere are the company proxy itself', async () => {
    const running = await named({}, 'direct').start(upstream);
    expect(running).toMatchObject({ port: upstream.openPort, pid: undefined });
  });

  it('start px with the account, and its password where nobody else sees it', async () => {
    const { command, noted } = pretend('px', '--port=');
    const running = await named({ BENCH_PX: command }, 'px').start(upstream);
    const [args, env] = JSON.parse(noted()) as [string[], Record<string, string>];
    expect(args).toContain('--proxy=127.0.0.1:8080');
    expect(args).toContain('--username=CORP\\alice');
    expect(args.join(' ')).not.toContain('Passw0rd!');
    expect(env['PX_PASSWORD']).toBe('Passw0rd!');
    await running.close();
    expect(await isListening(running.port)).toBe(false);
  });

  it('start alpaca with a hash and a PAC file that names the company proxy', async () => {
    const { command, noted } = pretend('alpaca', '-p ');
    const running = await named({ BENCH_ALPACA: command }, 'alpaca').start(upstream);
    const [args, env] = JSON.parse(noted()) as [string[], Record<string, string>];
    expect(env['NTLM_CREDENTIALS']).toBe('alice@CORP:fc525c9683e8fe067095ba2ddc971889');
    const pac = await fetch(args[args.indexOf('-C') + 1] ?? '');
    expect(await pac.text()).toContain("'PROXY 127.0.0.1:8080'");
    await running.close();
    expect(await isListening(running.port)).toBe(false);
  });
});
