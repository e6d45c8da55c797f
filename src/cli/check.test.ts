import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../test/company-proxy/start-origin';
import { account, password } from '../../test/engine-fixture';
import { type FakeTerminal, fakeTerminal } from '../../test/fake-terminal';
import { check } from './check';
import { CliError } from './cli-error';

let folder: string;
let proxy: CompanyProxy;
let origin: Origin;
let terminal: FakeTerminal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-check-'));
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
  origin = await startOrigin();
  terminal = fakeTerminal({ LATCHKEY_STATE_DIR: folder });
});

afterEach(async () => {
  await proxy.close();
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

async function checkWith(typed: string, ...options: string[]): Promise<number> {
  const file = join(folder, 'cntlm.conf');
  await writeFile(file, `Username alice\nDomain CORP\nPassword ${typed}\nProxy localhost:${proxy.port}\n`);
  return check(['--config', file, ...options, `http://127.0.0.1:${origin.port}/`], terminal);
}

/** The steps in order, each with its mark. */
function steps(): string[] {
  return terminal.outLines.flatMap((line) => /^ {2}[✓✗] \w+/.exec(line)?.[0].trim() ?? []);
}

describe('check', () => {
  it('goes to a page with one logon', async () => {
    expect(await checkWith(password)).toBe(0);
    expect(steps()).toEqual(['✓ name', '✓ port', '✓ schemes', '✓ challenge', '✓ logon', '✓ page']);
    const text = terminal.outLines.join('\n');
    for (const fact of ['407, offers NTLM', 'domain       CORP', 'CORP\\alice was accepted', '200 OK']) {
      expect(text).toContain(fact);
    }
    expect(proxy.logons).toHaveLength(1);
  });

  it('remembers the page and the domain, and does not sign in to another domain', async () => {
    expect(await checkWith(password)).toBe(0);
    const remembered = await readFile(join(folder, 'company-proxies.json'), 'utf8');
    expect(JSON.parse(remembered)).toMatchObject({
      companyProxies: {
        [`localhost:${proxy.port}`]: {
          knownUrl: `http://127.0.0.1:${origin.port}/`,
          challenge: { domain: 'CORP' },
        },
      },
    });
    proxy.misbehave({ domain: 'CAFE' });
    await expect(checkWith(password)).rejects.toThrow('names the domain CAFE, and has always named CORP');
    expect(proxy.logons).toHaveLength(1);
    expect(await readFile(join(folder, 'company-proxies.json'), 'utf8')).toBe(remembered);
  });

  it('stops behind the challenge when it is to be dry', async () => {
    expect(await checkWith(password, '--dry-run')).toBe(0);
    expect(steps()).toEqual(['✓ name', '✓ port', '✓ schemes', '✓ challenge']);
    expect(proxy.logons).toHaveLength(0);
  });

  it('says what is wrong, and does not send a refused password again', async () => {
    await expect(checkWith('wrong')).rejects.toThrow(CliError);
    expect(steps().at(-1)).toBe('✗ logon');
    await expect(checkWith('wrong')).rejects.toThrow('refused');
    expect(proxy.logons).toHaveLength(1);
  });

  it('says that nobody is there', async () => {
    await proxy.close();
    await expect(checkWith(password)).rejects.toThrow('refuses the connection');
    expect(steps()).toEqual(['✓ name', '✗ port']);
  });
});
