import type { Contender } from './contenders';
import { FigureBook } from './figures';
import { endAllConnections } from './loads/connections';
import type { Row } from './rows/row';
import type { Setting } from './setting';

export interface Plan {
  readonly rows: readonly Row[];
  readonly contenders: readonly Contender[];
  /** At most so many. */
  readonly rounds: number;
  /** Nothing is begun once it says so. */
  readonly isTimeOver: () => boolean;
  readonly say: (line: string) => void;
}

/**
 * Measures row by row, in each row one contender after the other, and then all of it again: what the machine does beside
 * meets everybody. Stops when the time is over, with as many rounds as fit in.
 */
export async function measureAll(plan: Plan, setting: Setting): Promise<FigureBook> {
  const book = new FigureBook(plan.rows);
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const row of plan.rows) {
      if (row.isOnce === true && round > 1) continue;
      if (plan.isTimeOver()) {
        plan.say(`the time is over in round ${round}, before ${row.name}`);
        return book;
      }
      book.rounds = round;
      await measureRow(row, setting, book, {
        ...plan,
        contenders: plan.contenders.filter(({ id }) => row.contenders.includes(id)),
        say: (line) => plan.say(`round ${round}, ${line}`),
      });
    }
  }
  return book;
}

async function measureRow(
  row: Row,
  setting: Setting,
  book: FigureBook,
  { contenders, isTimeOver, say }: Plan,
): Promise<void> {
  const note = async (names: string, measure: () => Promise<string>): Promise<void> => {
    try {
      say(`${row.name}, ${names}: ${await inTime(row.withinMs, measure())}`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      book.failures.push({ row: row.name, contender: names, why });
      say(`${row.name}, ${names}: FAILED, ${why}`);
    }
  };
  if ('measureTogether' in row) {
    await note(contenders.map(({ name }) => name).join(', '), async () => {
      const all = [...(await row.measureTogether(contenders, setting))];
      for (const [contender, figures] of all) book.note(contender, figures);
      return all.map(([{ name }, figures]) => `${name} ${asText(figures)}`).join('; ');
    });
    return;
  }
  for (const contender of contenders) {
    if (isTimeOver()) return;
    await note(contender.name, async () => {
      const figures = await row.measure(contender, setting);
      book.note(contender, figures);
      return asText(figures);
    });
  }
}

function asText(figures: Readonly<Record<string, number>>): string {
  return Object.entries(figures)
    .map(([metric, value]) => `${metric} ${value.toFixed(1)}`)
    .join(', ');
}

/** Ends what is under way when it takes too long, so that it does not disturb what comes next. */
async function inTime<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      endAllConnections();
      reject(new Error(`not over within ${limitMs / 1_000} s`));
    }, limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
