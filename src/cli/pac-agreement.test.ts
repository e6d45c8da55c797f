import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeTerminal, fakeTerminal } from '../../test/fake-terminal';
import type { Upstream } from '../shared/settings';
import { agreedProxies } from './pac-agreement';

let folder: string;
let pac: string;
let asked: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-agreement-'));
  pac = join(folder, 'proxy.pac');
  asked = [];
  await writeFile(
    pac,
    'function FindProxyForURL(url) { return url[4] === "s" ? "HTTPS p2.corp:443; PROXY p1.corp:8080" : "PROXY p1.corp:8080"; }',
  );
});

afterEach(() => rm(folder, { recursive: true }));

/** A terminal at which somebody sits, who gives these answers. */
function withAnswers(...answers: readonly string[]): FakeTerminal {
  const stdin = Object.assign(new PassThrough(), { isTTY: true, setRawMode: () => undefined });
  const left = [...answers];
  return {
    ...fakeTerminal({ LATCHKEY_STATE_DIR: folder }),
    stdin: stdin as unknown as FakeTerminal['stdin'],
    errText: (text) => {
      if (!text.startsWith('May ')) return;
      asked.push(text);
      setImmediate(() => stdin.write(`${left.shift() ?? ''}\r`));
    },
  };
}

const p1: Upstream = { host: 'p1.corp', port: 8080 };
const p2: Upstream = { host: 'p2.corp', port: 443, isTls: true };

function agree(
  terminal: FakeTerminal,
  more: { readonly upstreams?: readonly Upstream[]; readonly said?: readonly Upstream[] } = {},
): Promise<readonly Upstream[]> {
  const { upstreams = [], said = [] } = more;
  return agreedProxies({ config: 'c.conf', conf: { upstreams, pac }, said, terminal });
}

describe('a cntlm.conf with a Pac alone', () => {
  it('asks whoever sits at the terminal, for each company proxy that the PAC names', async () => {
    expect(await agree(withAnswers('n', 'Yes'))).toEqual([p2]);
    expect(asked).toEqual([
      'May p1.corp:8080 get the sign-in? [y/N] ',
      'May https://p2.corp:443 get the sign-in? [y/N] ',
    ]);
  });

  it('takes no answer for no, and then says what would be a yes', async () => {
    await expect(agree(withAnswers('', 'yep'))).rejects.toMatchObject({
      exitCode: 2,
      lines: [
        `c.conf: there is no Proxy; the PAC ${pac} names p1.corp:8080, https://p2.corp:443: say with ` +
          '--agree p1.corp:8080 --agree https://p2.corp:443 that the sign-in may go there',
      ],
    });
  });

  it('asks nobody where nobody is, and says the same', async () => {
    await expect(agree(fakeTerminal({ LATCHKEY_STATE_DIR: folder }))).rejects.toMatchObject({
      exitCode: 2,
      lines: [expect.stringContaining('--agree p1.corp:8080')],
    });
  });

  it('says that the PAC cannot be read', async () => {
    await rm(pac);
    await expect(agree(withAnswers())).rejects.toMatchObject({
      exitCode: 2,
      lines: [expect.stringMatching(/cannot be read \(.*ENOENT.*\); say with --agree HOST:PORT/)],
    });
    await writeFile(pac, 'function FindProxyForURL() { return "DIRECT"; }');
    await expect(agree(withAnswers())).rejects.toMatchObject({
      lines: [expect.stringContaining('names none for usual addresses')],
    });
    expect(asked).toEqual([]);
  });

  it('is no question where there is a Proxy, or the command line has said it', async () => {
    await rm(pac);
    expect(await agree(withAnswers(), { upstreams: [p1] })).toEqual([]);
    expect(await agree(withAnswers(), { said: [p2] })).toEqual([p2]);
    expect(await agree(withAnswers(), { upstreams: [p1], said: [p2] })).toEqual([p2]);
  });
});
