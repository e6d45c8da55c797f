import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { headerValue, headerValues } from '../../src/main/http1/headers';
import { msToFiletime } from '../../src/main/ntlm/filetime';
import { encodeNegotiateMessage } from '../../src/main/ntlm/negotiate-message';
import { account, authenticateMessage, authorization, password, RawClient } from './raw-client';
import type { Misbehaviour } from './misbehaviour';
import { type CompanyProxy, startCompanyProxy } from './start-company-proxy';
import { type Origin, startOrigin } from './start-origin';

const farMs = 40;
const nowMs = Date.UTC(2026, 1, 3, 4, 5, 6);

describe('startCompanyProxy', () => {
  let proxy: CompanyProxy;
  let origin: Origin;
  let page: string;
  const clients: RawClient[] = [];

  const start = async (misbehaviour: Misbehaviour = {}): Promise<void> => {
    await proxy?.close();
    proxy = await startCompanyProxy({
      accounts: [{ ...account, password, lockoutThreshold: 3 }],
      misbehaviour,
      nowMs: () => nowMs,
      denyHosts: ['denied.test'],
      whereIs: (host, port) =>
        host === 'far.test' ? { host: '127.0.0.1', port: origin.port, afterMs: farMs } : { host, port },
    });
  };

  const open = (): RawClient => {
    const client = new RawClient(proxy.port);
    clients.push(client);
    return client;
  };

  beforeEach(async () => {
    origin = await startOrigin();
    page = `GET http://127.0.0.1:${origin.port}/`;
    await start();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) client.socket.destroy();
    await proxy.close();
    await origin.close();
  });

  describe('as squid behaves', () => {
    it('answers 407 with a page of 3 kB and keeps the connection', async () => {
      const client = open();
      const first = await client.ask(page);
      expect(first?.head.status).toBe(407);
      expect(headerValues(first?.head.headers ?? [], 'proxy-authenticate')).toEqual(['NTLM']);
      expect(Number(headerValue(first?.head.headers ?? [], 'content-length'))).toBeGreaterThan(2_900);
      expect((await client.ask(page))?.head.status).toBe(407);
      expect(proxy.connectionCount).toBe(1);
    });

    it('verifies the type 3 message and then serves the connection without credentials', async () => {
      const client = open();
      expect(await client.signIn(page)).toMatchObject({ head: { status: 200 } });
      expect((await client.ask(page))?.body).toContain('It works');
      expect(proxy.logons).toEqual([
        {
          user: 'alice',
          domain: 'CORP',
          workstation: 'DESK-7',
          accepted: true,
          reason: 'ok',
          method: 'NTLMv2',
          hasMic: true,
          isLmZero: true,
          targetName: 'HTTP/proxy.corp.test',
          channelBindings: '00'.repeat(16),
          timestamp: msToFiletime(nowMs),
          connection: 1,
          scheme: 'NTLM',
        },
      ]);
      expect(proxy.requests.map(({ authenticated }) => authenticated)).toEqual([true, true]);
      expect(origin.requests.map(({ url }) => url)).toEqual(['/', '/']);
    });

    it('has no challenge any more after a refused type 3 message', async () => {
      const client = open();
      const refused = await client.signIn(page, 'wrong');
      expect(refused?.head.status).toBe(407);
      expect(await client.negotiate(page)).toBeUndefined();
      expect(proxy.logons.map(({ reason }) => reason)).toEqual(['wrong-password']);
      expect((await open().signIn(page))?.head.status).toBe(200);
    });

    it('offers nothing to a type 1 message with Connection: close', async () => {
      const client = open();
      const answer = await client.ask(page, [authorization(encodeNegotiateMessage()), 'Connection: close']);
      expect(answer?.head.status).toBe(407);
      expect(headerValue(answer?.head.headers ?? [], 'proxy-authenticate')).toBeUndefined();
      expect(await client.reader.read()).toBeUndefined();
    });

    it('closes when a request without credentials follows a type 1 message', async () => {
      const client = open();
      await client.negotiate(page);
      expect((await client.ask(page))?.head.status).toBe(407);
      expect(await client.reader.read()).toBeUndefined();
    });
  });

  describe('logons', () => {
    it('refuses a wrong MIC and does not count it as a wrong password', async () => {
      const spoil = (message: Buffer): Buffer => {
        message.writeUInt8(message.readUInt8(72) ^ 1, 72);
        return message;
      };
      for (let attempt = 0; attempt < 4; attempt += 1) {
        expect((await open().signIn(page, password, spoil))?.head.status).toBe(407);
      }
      expect(new Set(proxy.logons.map(({ reason }) => reason))).toEqual(new Set(['bad-mic']));
      expect((await open().signIn(page))?.head.status).toBe(200);
    });

    it('locks the account at the third wrong password, for the right one as well', async () => {
      for (const wanted of ['wrong', 'wrong', 'wrong', password]) await open().signIn(page, wanted);
      const reasons = proxy.logons.map(({ reason }) => reason);
      expect(reasons).toEqual(['wrong-password', 'wrong-password', 'wrong-password', 'locked']);
      proxy.setState(account, 'ok');
      expect((await open().signIn(page))?.head.status).toBe(200);
    });

    it('starts counting anew after a right password', async () => {
      for (const wanted of ['wrong', 'wrong', password, 'wrong', 'wrong', password]) {
        await open().signIn(page, wanted);
      }
      expect(proxy.logons.filter(({ accepted }) => accepted)).toHaveLength(2);
    });

    it.each(['expired', 'disabled', 'must-change'] as const)(
      'refuses an account that is %s',
      async (state) => {
        proxy.setState(account, state);
        expect((await open().signIn(page))?.head.status).toBe(407);
        expect((await open().signIn(page, 'wrong'))?.head.status).toBe(407);
        expect(proxy.logons.map(({ reason }) => reason)).toEqual([state, 'wrong-password']);
      },
    );

    it('takes the new password after a change', async () => {
      proxy.setPassword(account, 'changed');
      expect((await open().signIn(page))?.head.status).toBe(407);
      expect((await open().signIn(page, 'changed'))?.head.status).toBe(200);
    });

    it('notes a type 3 message that answers no challenge', async () => {
      const other = await open().negotiate(page);
      const message = authenticateMessage(other ?? Buffer.alloc(0), password);
      expect((await open().ask(page, [authorization(message)]))?.head.status).toBe(407);
      expect(proxy.logons.map(({ reason }) => reason)).toEqual(['bad-message']);
    });
  });

  describe('forwarding', () => {
    it('answers 503 when nothing listens, and stays open', async () => {
      const client = open();
      await client.signIn(page);
      const { port } = origin;
      await origin.close();
      const answer = await client.ask(`GET http://127.0.0.1:${port}/`);
      expect(answer?.head.status).toBe(503);
      expect(headerValue(answer?.head.headers ?? [], 'x-squid-error')).toBe('ERR_CONNECT_FAIL 111');
      expect((await client.ask(`CONNECT 127.0.0.1:${port}`))?.head.status).toBe(503);
    });

    it('finds an origin where it is said to be, after its time, for CONNECT as well', async () => {
      const client = open();
      await client.signIn(page);
      for (const request of ['GET http://far.test/', 'CONNECT far.test:443']) {
        const startMs = performance.now();
        expect((await client.ask(request))?.head.status).toBe(200);
        // A timer may be early by less than a millisecond.
        expect(performance.now() - startMs).toBeGreaterThanOrEqual(farMs - 1);
      }
      expect((await client.ask('GET /echo'))?.body).toContain('sha256');
    });

    it('denies hosts, for CONNECT as well', async () => {
      const client = open();
      await client.signIn(page);
      const plain = await client.ask('GET http://DENIED.test/');
      const tunnel = await client.ask('CONNECT denied.test:443');
      expect([plain?.head.status, tunnel?.head.status]).toEqual([403, 403]);
      expect(tunnel?.body).toContain('Forbidden');
      expect(proxy.requests).toHaveLength(1);
    });

    it('passes chunked uploads, trailers, interim responses and bodies until close', async () => {
      const client = open();
      await client.signIn(page);
      const upload = await client.ask(
        page.replace('GET', 'POST') + 'echo',
        ['Transfer-Encoding: chunked'],
        '3\r\nabc\r\n0\r\n\r\n',
      );
      expect(JSON.parse(upload?.body ?? '')).toMatchObject({ length: 3, framing: 'chunked' });
      expect((await client.ask(`${page}chunked`))?.body).toBe('first second\n');
      expect((await client.ask(`${page}early-hints`))?.head.status).toBe(103);
      expect((await client.answer())?.head.status).toBe(200);
      expect((await client.ask(`${page}until-close`))?.body).toBe('until close\n');
      expect(await client.reader.read()).toBeUndefined();
    });

    it('passes what the origin says to Expect', async () => {
      const client = open();
      await client.signIn(page);
      const post = `${page.replace('GET', 'POST')}continue`;
      const expects = ['Expect: 100-continue', 'Content-Length: 3'];
      expect((await client.ask(post, expects))?.head.status).toBe(100);
      client.socket.write('abc');
      expect(JSON.parse((await client.answer())?.body ?? '')).toMatchObject({ length: 3 });
      expect((await client.ask(`${post}/refused`, expects))?.head.status).toBe(417);
    });

    it('passes an upgrade and what is said behind it', async () => {
      const client = open();
      await client.signIn(page);
      const answer = await client.ask(page, ['Connection: Upgrade', 'Upgrade: echo']);
      expect(answer?.head.status).toBe(101);
      client.socket.write('ping');
      expect(String(await client.reader.read())).toBe('ping');
    });

    it('passes the end of one way of a tunnel and leaves the other way open', async () => {
      // Answers only when the client's way has ended.
      const late = createServer({ allowHalfOpen: true }, (socket) => {
        socket.resume().once('end', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nlater'));
      });
      await new Promise<void>((resolve) => {
        late.listen(0, '127.0.0.1', resolve);
      });
      const client = open();
      await client.signIn(`CONNECT 127.0.0.1:${(late.address() as AddressInfo).port}`);
      client.socket.end('hello');
      expect((await client.answer())?.body).toBe('later');
      expect(await client.reader.read()).toBeUndefined();
      expect(client.socket.readableEnded).toBe(true);
      late.close();
    });

    it('leaves no socket open when it closes', async () => {
      const idle = open();
      await idle.signIn(page);
      const busy = open();
      await busy.signIn(page);
      busy.send(`${page}slow?ms=60000`);
      const tunnel = open();
      await tunnel.signIn(`CONNECT 127.0.0.1:${origin.port}`);
      expect(proxy.openConnections).toBe(3);
      await proxy.close();
      expect(proxy.openConnections).toBe(0);
      for (const client of [idle, busy, tunnel]) expect(await client.answer()).toBeUndefined();
    });
  });
});
