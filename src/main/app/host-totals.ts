import type { DayRecord, HostTotal } from '../../shared/activity-day';
import type { ByteCount } from '../../shared/event';
import { noProxyRule } from '../../shared/no-proxy-rule';
import { NoProxyRules } from '../routing/no-proxy-rules';

/** More hosts than this are counted together, those with the fewest bytes first. */
export const maxHosts = 2_000;

const noOthers: DayRecord['others'] = { count: 0, hostCount: 0, downBytes: 0, upBytes: 0 };

/** The most bytes first, then the most requests. */
function byBytes(one: HostTotal, other: HostTotal): number {
  return other.downBytes + other.upBytes - one.downBytes - one.upBytes || other.count - one.count;
}

/** How often each host was asked for, and what came of it: a bounded number of them. Names alone, in lower case. */
export class HostTotals {
  #hosts = new Map<string, HostTotal>();
  #others = noOthers;

  /** Goes on where a record ended. */
  restore({ hosts, others }: Pick<DayRecord, 'hosts' | 'others'>): void {
    this.#hosts = new Map(hosts.map((each) => [each.host, each]));
    this.#others = others;
  }

  clear(): void {
    this.#hosts.clear();
    this.#others = noOthers;
  }

  /** @param count of requests; 0 where what they have carried is told later */
  add(host: string, count: number, bytes: ByteCount = { down: 0, up: 0 }): void {
    const name = host.replace(/\.$/, '').toLowerCase();
    const before = this.#hosts.get(name);
    this.#hosts.set(name, {
      host: name,
      count: (before?.count ?? 0) + count,
      downBytes: (before?.downBytes ?? 0) + bytes.down,
      upBytes: (before?.upBytes ?? 0) + bytes.up,
    });
    if (this.#hosts.size > maxHosts) this.#thinOut(name);
  }

  get hostCount(): number {
    return this.#hosts.size + this.#others.hostCount;
  }

  get requestCount(): number {
    let sum = this.#others.count;
    for (const { count } of this.#hosts.values()) sum += count;
    return sum;
  }

  /** Those with the most bytes, the most first. */
  most(limit: number): readonly HostTotal[] {
    return [...this.#hosts.values()].toSorted(byBytes).slice(0, limit);
  }

  /** How many requests were for hosts that a rule of the no-proxy list covers, by their names, and on whichever port. */
  covered(rule: string): number {
    const { port = 443 } = noProxyRule(rule);
    const rules = new NoProxyRules([rule]);
    let sum = 0;
    for (const { host, count } of this.#hosts.values()) {
      if (rules.find({ host, port }) !== undefined) sum += count;
    }
    return sum;
  }

  record(): Pick<DayRecord, 'hosts' | 'others'> {
    return { hosts: [...this.#hosts.values()], others: this.#others };
  }

  /** A tenth at once, so that it is not done for each new host; never the newest. */
  #thinOut(newest: string): void {
    const least = [...this.#hosts.values()].filter(({ host }) => host !== newest).toSorted(byBytes);
    for (const { host, count, downBytes, upBytes } of least.slice(-maxHosts / 10)) {
      this.#hosts.delete(host);
      this.#others = {
        count: this.#others.count + count,
        hostCount: this.#others.hostCount + 1,
        downBytes: this.#others.downBytes + downBytes,
        upBytes: this.#others.upBytes + upBytes,
      };
    }
  }
}
