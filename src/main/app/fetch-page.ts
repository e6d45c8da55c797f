import { request as httpRequest } from 'node:http';
import type { HostPort } from '../../shared/settings';

/** A page through the local proxy, for its status. @throws Error when there is no answer */
export function fetchPage(address: HostPort, url: URL, timeoutMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: address.host,
      port: address.port,
      path: url.href,
      headers: { Host: url.host, 'User-Agent': 'latchkey', Connection: 'close' },
      timeout: timeoutMs,
    });
    request.on('timeout', () => request.destroy(new Error('no answer in time')));
    request.on('error', reject);
    request.on('response', (response) => {
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on('error', reject);
      response.on('end', () => {
        resolve(`${response.statusCode ?? 0} ${response.statusMessage ?? ''}, ${bytes} bytes`);
      });
    });
    request.end();
  });
}
