import { describe, expect, it } from 'vitest';
import { TaskQueue } from './task-queue';

describe('TaskQueue', () => {
  it('starts a task when the one before has ended, also when it has failed', async () => {
    const queue = new TaskQueue();
    const happened: string[] = [];
    let fail = (): void => undefined;
    const first = queue.run(() => {
      happened.push('first');
      return new Promise<never>((_resolve, reject) => {
        fail = () => reject(new Error('first failed'));
      });
    });
    const second = queue.run(async () => happened.push('second'));
    const idle = queue.idle().then(() => happened.push('idle'));
    await Promise.resolve();
    await Promise.resolve();
    expect(happened).toEqual(['first']);
    fail();
    await expect(first).rejects.toThrow('first failed');
    expect(await second).toBe(2);
    await idle;
    expect(happened).toEqual(['first', 'second', 'idle']);
  });
});
