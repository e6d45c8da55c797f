import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { requireServers } from '../servers/require-servers';
import { type CommandResult, runCommand } from '../servers/run-command';
import { type Latchkey, startLatchkey } from '../servers/start-latchkey';
import { type Nginx, smallFileLength, startNginx } from '../servers/start-nginx';
import { forbiddenHost, type Squid, startSquid } from '../servers/start-squid';
import { cntlmConf } from './cntlm-conf';

const isPossible = requireServers('squid', 'ntlm_auth', 'nginx', 'nginx echo module', 'curl', 'openssl');

describe.skipIf(!isPossible)('programs behind Latchkey, squid and ntlm_auth', () => {
  let nginx: Nginx;
  let squid: Squid;
  let latchkey: Latchkey;

  beforeAll(async () => {
    [nginx, squid] = await Promise.all([startNginx(), startSquid()]);
    latchkey = await startLatchkey({ config: cntlmConf(squid, `Password ${squid.password}`) });
  });
  afterAll(async () => {
    await latchkey?.close();
    await Promise.all([nginx?.close(), squid?.close()]);
  });

  const environment = (): NodeJS.ProcessEnv => {
    const proxy = `http://127.0.0.1:${latchkey.port}`;
    return { http_proxy: proxy, https_proxy: proxy, no_proxy: '', NO_PROXY: '' };
  };
  const curl = (...args: readonly string[]): Promise<CommandResult> =>
    runCommand('curl', ['-sS', '--max-time', '15', '--cacert', nginx.certFile, ...args], {
      env: environment(),
    });

  it('curl fetches a page, with and without TLS', async () => {
    for (const url of [nginx.url, nginx.tlsUrl]) {
      const { exitCode, stdout, stderr } = await curl(`${url}/small.txt`);
      expect({ exitCode, length: stdout.length, stderr }).toEqual({
        exitCode: 0,
        length: smallFileLength,
        stderr: '',
      });
    }
  });

  it('curl posts, announcing the body with Expect: 100-continue', async () => {
    const { stdout } = await curl('-H', 'Expect: 100-continue', '-d', 'what was sent', `${nginx.url}/post`);
    expect(stdout).toBe('what was sent');
  });

  it('curl shows the status with which squid refuses a tunnel', async () => {
    const show = ['-o', '/dev/null', '-w', '%{http_connect}'];
    const forbidden = await curl(...show, `https://${forbiddenHost}/`);
    expect(forbidden).toMatchObject({ exitCode: 56, stdout: '403' });
    const unreachable = await curl(...show, 'https://127.0.0.1:1/');
    expect(unreachable).toMatchObject({ exitCode: 56, stdout: '503' });
  });

  // Node learned to take the proxy from the environment in 22.21 and 24.0.
  it.skipIf(!process.allowedNodeEnvironmentFlags.has('--use-env-proxy'))(
    "Node's fetch takes the proxy from the environment",
    async () => {
      const script = `
        const answers = [];
        for (const url of process.argv.slice(1)) {
          const answer = await fetch(url);
          answers.push([answer.status, (await answer.text()).length]);
        }
        process.stdout.write(JSON.stringify(answers));`;
      const { stdout, stderr } = await runCommand(
        process.execPath,
        ['--input-type=module', '-e', script, `${nginx.url}/small.txt`, `${nginx.tlsUrl}/small.txt`],
        { env: { ...environment(), NODE_USE_ENV_PROXY: '1', NODE_EXTRA_CA_CERTS: nginx.certFile } },
      );
      expect({ stdout, stderr }).toMatchObject({
        stdout: JSON.stringify([
          [200, smallFileLength],
          [200, smallFileLength],
        ]),
      });
    },
  );
});
