import { useEffect, useRef, useState } from 'react';

const closesAfterSeconds = 5;

/**
 * Closes a page that has nothing more to say. It waits while the pointer is in it, and once a key was pressed as long as it has the
 * keys.
 *
 * @param onClose called once
 * @returns the seconds that are left; undefined while it stays
 */
export function useSelfClosing(isOver: boolean, onClose: () => void): number | undefined {
  const [left, setLeft] = useState(closesAfterSeconds);
  const close = useRef(onClose);
  close.current = onClose;
  useEffect(() => {
    if (!isOver) return undefined;
    let hasKeys = false;
    let seconds = closesAfterSeconds;
    const onKey = (): void => {
      hasKeys = true;
    };
    const timer = setInterval(() => {
      const isHeld = document.documentElement.matches(':hover') || (hasKeys && document.hasFocus());
      seconds = isHeld ? closesAfterSeconds : seconds - 1;
      setLeft(seconds);
      if (seconds > 0) return;
      clearInterval(timer);
      close.current();
    }, 1000);
    window.addEventListener('keydown', onKey);
    return () => {
      clearInterval(timer);
      window.removeEventListener('keydown', onKey);
    };
  }, [isOver]);
  return isOver ? left : undefined;
}
