import { describe, expect, it } from 'vitest';
import { HostTotals, maxHosts } from './host-totals';

const bytes = (down: number, up = 0): { down: number; up: number } => ({ down, up });

describe('HostTotals', () => {
  it('adds up what each host was asked for, however it is written', () => {
    const hosts = new HostTotals();
    hosts.add('Page.test', 1, bytes(100, 10));
    hosts.add('page.test.', 1, undefined);
    // What a tunnel has carried is told later.
    hosts.add('page.test', 0, bytes(900, 90));
    hosts.add('other.test', 1, bytes(5_000));
    expect(hosts.most(10)).toEqual([
      { host: 'other.test', count: 1, downBytes: 5_000, upBytes: 0 },
      { host: 'page.test', count: 2, downBytes: 1_000, upBytes: 100 },
    ]);
    expect(hosts.most(1)).toHaveLength(1);
    expect([hosts.hostCount, hosts.requestCount]).toEqual([2, 3]);
  });

  it('counts what a rule covers, as the engine reads it', () => {
    const hosts = new HostTotals();
    for (const host of ['packages.example.org', 'packages.example.org', 'www.example.org', 'example.org'])
      hosts.add(host, 1);
    hosts.add('10.1.2.3', 1);
    const rules = ['packages.example.org', '*.example.org', '.example.org', '10.*', 'www.example.org:8443'];
    expect(rules.map((rule) => hosts.covered(rule))).toEqual([2, 3, 4, 1, 1]);
  });

  it('counts those together that are too many, never the newest, and loses no request', () => {
    const hosts = new HostTotals();
    for (let number = 0; number < maxHosts; number += 1)
      hosts.add(`host-${number}.test`, 1, bytes(number + 1));
    hosts.add('newest.test', 1, bytes(0));
    const kept = hosts.most(maxHosts).map(({ host }) => host);
    expect(kept).toHaveLength(maxHosts - maxHosts / 10 + 1);
    expect(kept).toContain('newest.test');
    expect(kept).toContain('host-1999.test');
    expect(kept).not.toContain('host-0.test');
    expect([hosts.hostCount, hosts.requestCount]).toEqual([maxHosts + 1, maxHosts + 1]);
  });
});
