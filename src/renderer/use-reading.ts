import { useEffect, useRef } from 'react';

/**
 * Reads something at once, and again when a sign of change is another one: one time after the other, and not before a pause. While
 * nothing changes nothing is done.
 *
 * @param read the one of the last drawing is called; what it rejects with is a bug
 */
export function useReading(sign: unknown, pauseMs: number, read: () => Promise<void>): void {
  const latest = useRef(read);
  latest.current = read;
  /** Whether it is being read, or rests after that; and whether it is to be read once more. */
  const reader = useRef({ isBusy: false, isWanted: false, isOver: false });

  useEffect(() => {
    const now = reader.current;
    now.isOver = false;
    return () => {
      now.isOver = true;
    };
  }, []);

  useEffect(() => {
    const now = reader.current;
    now.isWanted = true;
    const goOn = async (): Promise<void> => {
      now.isBusy = true;
      while (now.isWanted && !now.isOver) {
        now.isWanted = false;
        await latest.current();
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      now.isBusy = false;
    };
    if (!now.isBusy) void goOn();
  }, [sign, pauseMs]);
}
