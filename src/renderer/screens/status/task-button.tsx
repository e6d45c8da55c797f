import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { useDone } from '../../components/use-done';
import type { Task } from './hero-task';

/** The button of a task; what it did it says itself. */
export function TaskButton({
  task,
  size,
}: {
  readonly task: Task;
  readonly size: 'small' | 'wide';
}): ReactNode {
  const [isDone, showDone] = useDone<true>();
  const { label, done, isPrimary, opens, run } = task;
  const act = async (): Promise<void> => {
    const result: unknown = await run();
    if (done !== undefined && result === true) showDone(true);
  };
  return (
    <Button
      look={isPrimary ? 'primary' : 'usual'}
      size={size}
      {...(opens === undefined ? {} : { opens })}
      onClick={() => void act()}
    >
      {isDone === true ? <span role="status">{done}</span> : label}
    </Button>
  );
}
