import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../test/company-proxy/self-signed-certificate';
import { startOrigin } from '../../../test/company-proxy/start-origin';
import { type Fixture, startFixture, testTimeouts } from '../../../test/engine-fixture';
import { freePorts } from '../../../test/servers/ports';
import { PageError } from './doctor-errors';
import { fetchPage } from './fetch-page';

let fixture: Fixture;

beforeEach(async () => {
  fixture = await startFixture();
});

afterEach(() => fixture.close());

function fetch(url: string, port = fixture.port, ca?: string): Promise<string> {
  return fetchPage({ host: '127.0.0.1', port }, new URL(url), testTimeouts, ca);
}

describe('a page through the local proxy', () => {
  it('over http is asked for as it is', async () => {
    expect(await fetch(fixture.url('/bytes/1000'))).toBe('200 OK, 1000 bytes');
    expect(fixture.proxy.requests.at(-1)).toMatchObject({
      method: 'GET',
      target: fixture.url('/bytes/1000'),
    });
  });

  it('over https is asked for through a tunnel', async () => {
    const tls = selfSignedCertificate();
    const https = await startOrigin({ tls });
    // The machine does not trust its certificate.
    await expect(fetch(`https://localhost:${https.port}/`)).rejects.toThrow(
      /^the tunnel is open, but TLS failed: .*self.signed/,
    );
    const target = `localhost:${https.port}`;
    expect(fixture.proxy.requests.at(-1)).toMatchObject({ method: 'CONNECT', target });
    expect(await fetch(`https://localhost:${https.port}/`, fixture.port, tls.cert)).toMatch(
      /^HTTP\/1\.1 200 OK over TLSv1/,
    );
    await https.close();
  });

  it('is told of when the tunnel is refused', async () => {
    expect(await fetch('https://nobody.invalid/')).toMatch(/^CONNECT was answered with 50\d /);
  });

  it('that does not come is no fault of the company proxy', async () => {
    const [port = 0] = await freePorts(1);
    const error: unknown = await fetch('http://example.com/', port).catch((why: unknown) => why);
    expect(error).toBeInstanceOf(PageError);
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(port, '127.0.0.1', resolve));
    await expect(fetch('https://example.com/', port)).rejects.toThrow(/^the local proxy gave no page: /);
    silent.close();
  });
});
