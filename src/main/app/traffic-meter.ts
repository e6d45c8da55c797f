import { localDay } from '../../shared/calendar-day';
import type { TrafficState, TrafficStep } from '../../shared/traffic';
import type { TrafficBook } from '../platform/ports';

/** What has been carried since some moment in the past, and the tunnels that are open now. */
export interface TrafficReading {
  readonly down: number;
  readonly up: number;
  readonly openTunnels: number;
}

const nothing: TrafficStep = { downBytes: 0, upBytes: 0 };
const noHours: readonly TrafficStep[] = Array.from({ length: 24 }, () => nothing);
const secondsKept = 60;
/** Samples that are further apart than this are not of one second each. */
const longestGapMs = 5_000;

function add(one: TrafficStep, other: TrafficStep): TrafficStep {
  return { downBytes: one.downBytes + other.downBytes, upBytes: one.upBytes + other.upBytes };
}

function isSome({ downBytes, upBytes }: TrafficStep): boolean {
  return downBytes + upBytes > 0;
}

function startOfDay(nowMs: number): number {
  return new Date(nowMs).setHours(0, 0, 0, 0);
}

/**
 * Bytes of each second and of each hour of today, from counters that only grow. Nothing is measured while nobody looks,
 * but for one look at the end of each hour, so that its bytes are not taken for those of another.
 */
export class TrafficMeter {
  readonly #read: () => TrafficReading;
  readonly #nowMs: () => number;
  readonly #book: Pick<TrafficBook, 'recall' | 'keep'> | undefined;
  #last: TrafficReading = { down: 0, up: 0, openTunnels: 0 };
  #lastSampleMs: number | undefined;
  #dayMs: number;
  #hours: TrafficStep[];
  #minute: TrafficStep[] = [];
  /** What was booked since the last sample. */
  #unsampled: TrafficStep = nothing;
  #hourTimer: NodeJS.Timeout | undefined;

  /**
   * @param read the counters; they may begin again at 0
   * @param nowMs the clock on the wall
   * @param book what was carried today before a restart
   */
  constructor(read: () => TrafficReading, nowMs: () => number, book?: Pick<TrafficBook, 'recall' | 'keep'>) {
    this.#read = read;
    this.#nowMs = nowMs;
    this.#book = book;
    this.#dayMs = startOfDay(nowMs());
    this.#hours = [...(book?.recall(localDay(nowMs())) ?? noHours)];
    this.#waitForHour();
  }

  /** To be called once a second while somebody looks. */
  sample(): void {
    const nowMs = this.#nowMs();
    this.#account(nowMs);
    const step = this.#unsampled;
    this.#unsampled = nothing;
    // After a pause the bytes may be those of many seconds: they belong to the hour, not to a second.
    const sinceMs = nowMs - (this.#lastSampleMs ?? Number.NEGATIVE_INFINITY);
    this.#lastSampleMs = nowMs;
    if (sinceMs > longestGapMs || sinceMs <= 0) return;
    const seconds = sinceMs / 1_000;
    this.#minute.push({
      downBytes: Math.round(step.downBytes / seconds),
      upBytes: Math.round(step.upBytes / seconds),
    });
    if (this.#minute.length > secondsKept) this.#minute.shift();
  }

  /** Nobody looks any more. */
  hide(): void {
    this.#minute = [];
    this.#lastSampleMs = undefined;
  }

  /** The counters are about to begin anew: what they say now is the last of them. */
  settle(): void {
    this.#account(this.#nowMs());
    this.#last = { down: 0, up: 0, openTunnels: 0 };
  }

  /** @param isVisible whether the chart is to be seen */
  state(isVisible: boolean): TrafficState {
    this.#account(this.#nowMs());
    return {
      now: (isVisible ? this.#minute.at(-1) : undefined) ?? nothing,
      openTunnels: this.#last.openTunnels,
      // A minute without traffic is the same from one second to the next: nobody has anything to draw.
      lastMinute: isVisible && this.#minute.some(isSome) ? [...this.#minute] : [],
      hours: isVisible ? [...this.#hours] : [],
      today: this.#hours.reduce(add, nothing),
    };
  }

  close(): void {
    clearTimeout(this.#hourTimer);
  }

  /** Books what has come since the last time for the hour of this moment. */
  #account(nowMs: number): void {
    const reading = this.#read();
    // Counters that have begun anew have nothing to be compared with.
    const since =
      reading.down < this.#last.down || reading.up < this.#last.up ? { down: 0, up: 0 } : this.#last;
    const step = { downBytes: reading.down - since.down, upBytes: reading.up - since.up };
    this.#last = reading;
    if (startOfDay(nowMs) !== this.#dayMs) {
      this.#dayMs = startOfDay(nowMs);
      this.#hours = [...noHours];
    }
    const hour = new Date(nowMs).getHours();
    this.#hours[hour] = add(this.#hours[hour] ?? nothing, step);
    this.#unsampled = add(this.#unsampled, step);
    if (step.downBytes + step.upBytes > 0) this.#book?.keep(localDay(nowMs), this.#hours);
  }

  #waitForHour(): void {
    const nowMs = this.#nowMs();
    const endOfHourMs = new Date(nowMs).setMinutes(60, 0, 0);
    this.#hourTimer = setTimeout(() => {
      // The timer comes late, by a sleep even: what has come is of the hour that has ended.
      this.#account(endOfHourMs - 1);
      this.#waitForHour();
    }, endOfHourMs - nowMs).unref();
  }
}
