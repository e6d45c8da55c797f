import type { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { interfacesNetworkWatch } from './interfaces-network-watch';

type Interfaces = ReturnType<typeof networkInterfaces>;

function interfaces(addresses: Readonly<Record<string, string>>): Interfaces {
  return Object.fromEntries(
    Object.entries(addresses).map(([name, address]) => [
      name,
      [
        {
          address,
          netmask: '255.255.255.0',
          family: 'IPv4' as const,
          mac: '00:00:00:00:00:00',
          internal: address.startsWith('127.'),
          cidr: `${address}/24`,
        },
      ],
    ]),
  );
}

describe('interfacesNetworkWatch', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('tells once of addresses that have changed, when they have settled', async () => {
    let now = interfaces({ lo0: '127.0.0.1', en0: '192.168.1.20' });
    const watch = interfacesNetworkWatch(() => now);
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).not.toHaveBeenCalled();
    now = interfaces({ lo0: '127.0.0.1' });
    await vi.advanceTimersByTimeAsync(5_000);
    now = interfaces({ lo0: '127.0.0.1', en0: '10.0.0.5' });
    await vi.advanceTimersByTimeAsync(4_900);
    expect(heard).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveBeenCalledTimes(2);
    await watch.close();
  });

  it('minds neither the order of interfaces nor link-local addresses', async () => {
    let now = interfaces({ en0: '192.168.1.20', en1: '10.0.0.5' });
    const watch = interfacesNetworkWatch(() => now);
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    now = interfaces({
      en1: '10.0.0.5',
      en0: '192.168.1.20',
      awdl0: 'fe80::1c2b:3a4d',
      bridge0: '169.254.7.7',
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).not.toHaveBeenCalled();
    now = interfaces({ en1: '10.0.0.5', en0: '192.168.1.20', utun4: 'fd00::7' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveBeenCalledTimes(1);
    await watch.close();
  });

  it('takes changes that follow one another closely for one', async () => {
    let now = interfaces({ en0: '192.168.1.20' });
    const watch = interfacesNetworkWatch(() => now, 500);
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    for (const address of ['10.0.0.5', '10.0.0.6', '10.0.0.7']) {
      now = interfaces({ en0: address });
      await vi.advanceTimersByTimeAsync(500);
    }
    await vi.advanceTimersByTimeAsync(999);
    expect(heard).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(heard).toHaveBeenCalledTimes(1);
    await watch.close();
  });

  it('goes on when the system does not say what its addresses are', async () => {
    let now: Interfaces | undefined;
    const watch = interfacesNetworkWatch(() => {
      if (now === undefined) throw new Error('uv_interface_addresses returned Unknown system error 1');
      return now;
    });
    const heard = vi.fn<() => void>();
    watch.subscribe(heard);
    for (const next of [
      undefined,
      interfaces({ en0: '10.0.0.5' }),
      undefined,
      interfaces({ en0: '10.0.0.5' }),
    ]) {
      now = next;
      await vi.advanceTimersByTimeAsync(10_000);
    }
    expect(heard).not.toHaveBeenCalled();
    now = interfaces({ en0: '10.0.0.6' });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(heard).toHaveBeenCalledTimes(1);
    await watch.close();
  });

  it('tells nobody who has unsubscribed, and nothing after it was closed', async () => {
    let now = interfaces({ en0: '192.168.1.20' });
    const watch = interfacesNetworkWatch(() => now);
    const [gone, staying] = [vi.fn<() => void>(), vi.fn<() => void>()];
    watch.subscribe(gone)();
    watch.subscribe(staying);
    now = interfaces({});
    await vi.advanceTimersByTimeAsync(5_000);
    await watch.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(gone).not.toHaveBeenCalled();
    expect(staying).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
