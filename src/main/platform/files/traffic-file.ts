import { join } from 'node:path';
import type { DayRecord } from '../../../shared/activity-day';
import { isCalendarDay } from '../../../shared/calendar-day';
import type { TrafficStep } from '../../../shared/traffic';
import { TaskQueue } from '../../../shared/task-queue';
import type { TrafficBook } from '../ports';
import { readDayRecord, type StoredRecord, storedDayRecord } from './day-record';
import { isFields } from './json-file';
import { MemoryFile } from './memory-file';

type StoredHour = readonly [downBytes: number, upBytes: number];

interface StoredDay {
  readonly day: string;
  readonly hours: readonly StoredHour[];
  /** What else is known of the day. One that is damaged is none. */
  readonly record?: StoredRecord;
}

const noHours: readonly StoredHour[] = Array.from({ length: 24 }, () => [0, 0] as const);

interface Memory {
  readonly version: 1;
  /** By whose traffic it is. */
  readonly traffic: Readonly<Record<string, StoredDay>>;
}

/** A crash costs the bytes of this time at most. */
const writeDelayMs = 60_000;

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isStoredDay(value: unknown): value is StoredDay {
  if (!isFields(value)) return false;
  const { day, hours } = value;
  return (
    isCalendarDay(day) &&
    Array.isArray(hours) &&
    hours.length === 24 &&
    hours.every((hour) => Array.isArray(hour) && hour.length === 2 && hour.every(isCount))
  );
}

function isMemory(value: unknown): value is Memory {
  if (!isFields(value) || value['version'] !== 1) return false;
  const { traffic } = value;
  return isFields(traffic) && Object.values(traffic).every(isStoredDay);
}

/**
 * The traffic of one day, by the hour, and what else is known of it, in one file for all that a user runs; that of other days is dropped with each write. No
 * method rejects: what goes wrong with the file is told through `onProblem`.
 */
export class TrafficFile implements TrafficBook {
  readonly #file: MemoryFile<Memory>;
  readonly #owner: string;
  readonly #tasks = new TaskQueue();
  #kept: StoredDay | undefined;
  /** What the record of that day is by now. */
  #record: (() => DayRecord) | undefined;
  #isWritten = true;
  #timer: NodeJS.Timeout | undefined;

  private constructor(file: MemoryFile<Memory>, owner: string) {
    this.#file = file;
    this.#owner = owner;
  }

  /**
   * Reads what was kept.
   *
   * @param directory see `stateDirectory`
   * @param owner whose traffic it is: the path of the settings
   * @param onProblem gets a sentence when the file was damaged, and one when it cannot be read or written until it can be
   */
  static async open(
    directory: string,
    owner: string,
    onProblem: (message: string) => void,
  ): Promise<TrafficFile> {
    const file = new MemoryFile(join(directory, 'traffic.json'), {
      isSound: isMemory,
      subject: 'today’s traffic',
      onProblem,
    });
    const book = new TrafficFile(file, owner);
    try {
      const { traffic = {} } = (await file.read()) ?? {};
      book.#kept = Object.hasOwn(traffic, owner) ? traffic[owner] : undefined;
    } catch (error) {
      file.tellOnce(error);
    }
    return book;
  }

  recall(day: string): readonly TrafficStep[] | undefined {
    if (this.#kept?.day !== day) return undefined;
    return this.#kept.hours.map(([downBytes, upBytes]) => ({ downBytes, upBytes }));
  }

  keep(day: string, hours: readonly TrafficStep[]): void {
    this.#turnTo(day);
    this.#put({ hours: hours.map(({ downBytes, upBytes }) => [downBytes, upBytes] as const) });
  }

  recallRecord(day: string): DayRecord | undefined {
    this.#turnTo(day);
    return readDayRecord(this.#kept?.record);
  }

  keepRecord(day: string, record: () => DayRecord): void {
    this.#turnTo(day);
    this.#record = record;
    this.#put({});
  }

  /** Of another day nothing is kept, neither here nor in the file. */
  #turnTo(day: string): void {
    if (this.#kept === undefined) this.#kept = { day, hours: noHours };
    else if (this.#kept.day !== day) {
      this.#kept = { day, hours: noHours };
      this.#record = undefined;
      this.#put({});
    }
  }

  #put(changes: Partial<StoredDay>): void {
    if (this.#kept !== undefined) this.#kept = { ...this.#kept, ...changes };
    this.#isWritten = false;
    this.#timer ??= setTimeout(() => void this.#write(), writeDelayMs).unref();
  }

  close(): Promise<void> {
    return this.#write();
  }

  #write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#tasks.run(async () => {
      if (this.#isWritten || this.#kept === undefined) return;
      this.#isWritten = true;
      if (this.#record !== undefined) this.#kept = { ...this.#kept, record: storedDayRecord(this.#record()) };
      const kept = this.#kept;
      try {
        const { traffic = {} } = (await this.#file.read()) ?? {};
        const today = Object.entries(traffic).filter(([, { day }]) => day === kept.day);
        await this.#file.write({
          version: 1,
          traffic: { ...Object.fromEntries(today), [this.#owner]: kept },
        });
      } catch (error) {
        // The next bytes bring the next try.
        this.#isWritten = false;
        this.#file.tellOnce(error);
      }
    });
  }
}
