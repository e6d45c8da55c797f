import { describe, expect, it } from 'vitest';
import type { ServiceState, UnboundPort } from '../shared/engine-state';
import { portState } from './port-state';

const database = { host: 'db.corp', port: 5432 };
const socks = (host: string, openTunnels: number): ServiceState => ({
  kind: 'socks',
  address: { host, port: 1080 },
  openTunnels,
});
const tunnel: ServiceState = {
  kind: 'tunnel',
  address: { host: '127.0.0.1', port: 5432 },
  target: database,
  openTunnels: 2,
};
const services = [socks('127.0.0.1', 1), socks('::1', 3), tunnel];
const unbound: UnboundPort[] = [
  { kind: 'tunnel', place: '2222', target: { host: 'git.corp', port: 22 }, line: 0, why: 'in-use' },
  { kind: 'socks', place: '10.1.2.3:1081', line: 0, why: 'no-such-address' },
];
const state = { services, unbound };

describe('what became of a port', () => {
  it('counts what is open at all addresses of one setting', () => {
    expect(portState({ kind: 'socks', listen: { port: 1080 } }, state)).toEqual({
      kind: 'open',
      openTunnels: 4,
    });
    expect(portState({ kind: 'socks', listen: { host: '*', port: 1080 } }, state)).toEqual({
      kind: 'open',
      openTunnels: 4,
    });
  });

  it('counts those of the address alone that a setting names', () => {
    expect(portState({ kind: 'socks', listen: { host: '::1', port: 1080 } }, state)).toEqual({
      kind: 'open',
      openTunnels: 3,
    });
  });

  it('tells a tunnel by its target as well', () => {
    const listen = { port: 5432 };
    expect(portState({ kind: 'tunnel', listen, target: database }, state)).toEqual({
      kind: 'open',
      openTunnels: 2,
    });
    const other = { host: 'other.corp', port: 5432 };
    expect(portState({ kind: 'tunnel', listen, target: other }, state)).toBeUndefined();
    expect(portState({ kind: 'socks', listen }, state)).toBeUndefined();
  });

  it('says why one is not open', () => {
    const target = { host: 'git.corp', port: 22 };
    expect(portState({ kind: 'tunnel', listen: { port: 2222 }, target }, state)).toEqual({
      kind: 'not-open',
      why: 'in-use',
    });
    expect(portState({ kind: 'socks', listen: { host: '10.1.2.3', port: 1081 } }, state)).toEqual({
      kind: 'not-open',
      why: 'no-such-address',
    });
  });

  it('knows nothing while the local proxy is off', () => {
    expect(
      portState({ kind: 'socks', listen: { port: 1080 } }, { services: [], unbound: [] }),
    ).toBeUndefined();
  });
});
