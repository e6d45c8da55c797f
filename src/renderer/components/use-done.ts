import { useCallback, useEffect, useRef, useState } from 'react';

/** How long a row says that it was done. */
const shownMs = 2000;

/** Something to say for two seconds. */
export function useDone<Value>(): readonly [Value | undefined, (value: Value) => void] {
  const [value, setValue] = useState<Value>();
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const show = useCallback((shown: Value): void => {
    clearTimeout(timer.current);
    setValue(() => shown);
    timer.current = setTimeout(() => setValue(undefined), shownMs);
  }, []);
  return [value, show];
}
