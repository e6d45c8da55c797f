import { parseArgs } from 'node:util';

export interface BenchOptions {
  /** Rows whose names begin with one of these; all when there are none. */
  readonly only: readonly string[];
  readonly rounds: number;
  /** Within so many it is over. */
  readonly minutes: number;
  /** Goes into the report. */
  readonly remark?: string;
}

const defaultRounds = 3;
const defaultMinutes = 10;

/** @throws Error that says what is wrong with the arguments */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      minutes: { type: 'string' },
      remark: { type: 'string' },
    },
  });
  return {
    only: (values.only ?? []).flatMap((names) => names.split(',')),
    rounds: numberAbove0('rounds', values.rounds, defaultRounds),
    minutes: numberAbove0('minutes', values.minutes, defaultMinutes),
    ...(values.remark === undefined ? {} : { remark: values.remark }),
  };
}

function numberAbove0(name: string, text: string | undefined, fallback: number): number {
  const value = text === undefined ? fallback : Number(text);
  if (!(value > 0)) throw new Error(`--${name} ${text ?? ''}: a number above 0 is wanted`);
  return value;
}
