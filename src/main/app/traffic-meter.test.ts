import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TrafficStep } from '../../shared/traffic';
import { TrafficMeter, type TrafficReading } from './traffic-meter';

let reading: TrafficReading;
let meter: TrafficMeter;

function carry(down: number, up: number): void {
  reading = { down: reading.down + down, up: reading.up + up, openTunnels: 1 };
}

beforeEach(() => {
  vi.useFakeTimers({ now: new Date(2026, 10, 2, 9, 59, 50) });
  reading = { down: 0, up: 0, openTunnels: 0 };
  meter = new TrafficMeter(() => reading, Date.now);
});

afterEach(() => {
  meter.close();
  expect(vi.getTimerCount()).toBe(0);
  vi.useRealTimers();
});

describe('TrafficMeter', () => {
  it('has one step for each second that somebody looked', () => {
    meter.sample();
    carry(1_000, 10);
    meter.state(true);
    carry(1_000, 10);
    vi.advanceTimersByTime(1_000);
    meter.sample();
    vi.advanceTimersByTime(2_000);
    carry(500, 0);
    meter.sample();
    const { now, lastMinute, openTunnels } = meter.state(true);
    expect(lastMinute).toEqual([
      { downBytes: 2_000, upBytes: 20 },
      { downBytes: 250, upBytes: 0 },
    ]);
    expect(now).toEqual({ downBytes: 250, upBytes: 0 });
    expect(openTunnels).toBe(1);
  });

  it('has none of a minute without traffic, so that nothing changes from one second to the next', () => {
    for (let second = 0; second < 5; second += 1) {
      meter.sample();
      vi.advanceTimersByTime(1_000);
    }
    expect(meter.state(true).lastMinute).toEqual([]);
    carry(1, 0);
    meter.sample();
    expect(meter.state(true).lastMinute).toHaveLength(5);
  });

  it('keeps sixty of them', () => {
    for (let second = 0; second < 70; second += 1) {
      carry(second, 0);
      meter.sample();
      vi.advanceTimersByTime(1_000);
    }
    const { lastMinute } = meter.state(true);
    expect(lastMinute).toHaveLength(60);
    expect(lastMinute.at(-1)?.downBytes).toBe(69);
  });

  it('shows nothing but the day while nobody looks, and no peak afterwards', () => {
    meter.sample();
    meter.hide();
    carry(1_000_000, 0);
    vi.advanceTimersByTime(3_000);
    expect(meter.state(false)).toEqual({
      now: { downBytes: 0, upBytes: 0 },
      openTunnels: 1,
      lastMinute: [],
      hours: [],
      today: { downBytes: 1_000_000, upBytes: 0 },
    });
    meter.sample();
    expect(meter.state(true).lastMinute).toEqual([]);
  });

  it('books the bytes for their hour although nobody looks', () => {
    carry(100, 1);
    vi.advanceTimersByTime(20_000);
    carry(7, 2);
    const { hours, today } = meter.state(true);
    expect(hours).toHaveLength(24);
    expect(hours[9]).toEqual({ downBytes: 100, upBytes: 1 });
    expect(hours[10]).toEqual({ downBytes: 7, upBytes: 2 });
    expect(today).toEqual({ downBytes: 107, upBytes: 3 });
  });

  it('begins anew with the day', () => {
    carry(100, 0);
    vi.advanceTimersByTime(15 * 3_600_000);
    carry(5, 0);
    expect(meter.state(true).today.downBytes).toBe(5);
    expect(meter.state(true).hours[0]?.downBytes).toBe(5);
  });

  it('goes on with what was carried before a restart', () => {
    const kept = new Map<string, readonly TrafficStep[]>();
    const book = {
      recall: (day: string) => kept.get(day),
      keep: (day: string, hours: readonly TrafficStep[]) => void kept.set(day, [...hours]),
    };
    const start = (): TrafficMeter => new TrafficMeter(() => reading, Date.now, book);
    const first = start();
    carry(100, 1);
    first.state(false);
    first.close();
    reading = { down: 0, up: 0, openTunnels: 0 };
    const second = start();
    carry(20, 2);
    expect(second.state(true).hours[9]).toEqual({ downBytes: 120, upBytes: 3 });
    second.close();
    expect([...kept.keys()]).toEqual(['2026-11-02']);
    vi.advanceTimersByTime(15 * 3_600_000);
    reading = { down: 0, up: 0, openTunnels: 0 };
    const nextDay = start();
    expect(nextDay.state(true).today).toEqual({ downBytes: 0, upBytes: 0 });
    nextDay.close();
  });

  it('goes on when the counters begin anew', () => {
    carry(100, 0);
    meter.settle();
    reading = { down: 0, up: 0, openTunnels: 0 };
    carry(20, 0);
    expect(meter.state(true).today.downBytes).toBe(120);
  });
});
