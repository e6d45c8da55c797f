import { describe, expect, it } from 'vitest';
import type { HostPort, ListenAddress } from '../../shared/settings';
import { type Listener, listenOn } from './listen-on';

/** Listeners that fail where they are told to, and note what happens to them. */
function fakes(failures: Readonly<Record<string, string>> = {}): {
  create: (address: HostPort) => Listener;
  open: Set<string>;
} {
  const open = new Set<string>();
  const create = ({ host, port }: HostPort): Listener => ({
    port: port === 0 ? 4_000 : port,
    listen() {
      const code = failures[host];
      if (code !== undefined) return Promise.reject(Object.assign(new Error(code), { code }));
      open.add(`${host} ${this.port}`);
      return Promise.resolve();
    },
    close() {
      open.delete(`${host} ${this.port}`);
      return Promise.resolve();
    },
  });
  return { create, open };
}

describe('listenOn', () => {
  it.each<[string, ListenAddress, boolean, Record<string, string>, string[]]>([
    ['both loopback addresses', { port: 1 }, false, {}, ['127.0.0.1 1', '::1 1']],
    ['the second one follows a free port', { port: 0 }, false, {}, ['127.0.0.1 4000', '::1 4000']],
    ['no IPv6 here', { port: 1 }, false, { '::1': 'EADDRNOTAVAIL' }, ['127.0.0.1 1']],
    ['a free port that is taken in IPv6', { port: 0 }, false, { '::1': 'EADDRINUSE' }, ['127.0.0.1 4000']],
    ['every address', { port: 1 }, true, {}, [':: 1']],
    ['every address without IPv6', { port: 1 }, true, { '::': 'EAFNOSUPPORT' }, ['0.0.0.0 1']],
    ['an address as it is written', { host: '10.0.0.1', port: 1 }, true, {}, ['10.0.0.1 1']],
    ['every address by a star', { host: '*', port: 1 }, false, { '::': 'EAFNOSUPPORT' }, ['0.0.0.0 1']],
  ])('%s', async (_title, settings, gateway, failures, expected) => {
    const { create, open } = fakes(failures);
    await listenOn(settings, gateway, create);
    expect([...open]).toEqual(expected);
  });

  it.each<[string, Record<string, string>]>([
    ['the port is in use', { '127.0.0.1': 'EADDRINUSE' }],
    ['the port is in use in IPv6 only', { '::1': 'EADDRINUSE' }],
    ['rights are missing', { '::1': 'EACCES' }],
  ])('leaves nothing open when %s', async (_title, failures) => {
    const { create, open } = fakes(failures);
    await expect(listenOn({ port: 2 }, false, create)).rejects.toThrow(/^E/);
    expect([...open]).toEqual([]);
  });
});
