import { expect, it } from 'vitest';
import { SetAsideHosts } from './set-aside-hosts';

const upstream = { host: 'proxy.test', port: 8080 };
const other = { host: 'other.test', port: 8080 };

it('sets a host aside on the company proxy where logons were lost, and counts them', () => {
  const hosts = new SetAsideHosts();
  hosts.lost(upstream, 'a.test', 1_000);
  hosts.lost(upstream, 'a.test', 5_000);
  expect(hosts.untilMs(upstream, 'a.test', 64_999)).toBe(65_000);
  expect(hosts.has(upstream, 'a.test', 65_000)).toBe(false);
  // It is over, and the next one will be longer all the same.
  expect(hosts.lossCount(upstream, 'a.test')).toBe(2);
  expect([hosts.lossCount(other, 'a.test'), hosts.lossCount(upstream, 'b.test')]).toEqual([0, 0]);
});

it('forgives the hosts of one company proxy, or of all', () => {
  const hosts = new SetAsideHosts();
  for (const each of [upstream, other]) hosts.lost(each, 'a.test', 0);
  hosts.forgive(upstream);
  expect([hosts.has(upstream, 'a.test', 1), hosts.has(other, 'a.test', 1)]).toEqual([false, true]);
  hosts.beginEpoch();
  expect(hosts.has(other, 'a.test', 1)).toBe(false);
});

it('remembers so many hosts, the latest', () => {
  const hosts = new SetAsideHosts();
  for (let index = 0; index <= 1_024; index += 1) hosts.lost(upstream, `h${index}.test`, 0);
  expect(['h0.test', 'h1.test', 'h1024.test'].map((host) => hosts.has(upstream, host, 1))).toEqual([
    false,
    true,
    true,
  ]);
});
