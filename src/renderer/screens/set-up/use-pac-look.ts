import { useEffect, useState } from 'react';
import type { Upstream } from '../../../shared/settings';
import { usePanel } from '../../panel-context';

/** What a PAC names, once it has been read. */
export interface PacLook {
  /** Where the PAC is. */
  readonly source: string;
  readonly proxies: readonly Upstream[];
  readonly error: string | undefined;
}

/** Whoever types a URL is at its end when he pauses for so long, in milliseconds. */
const pauseMs = 500;

/** Reads a PAC that the user has chosen or typed, without putting it to use. Undefined while it is being read. */
export function usePacLook(source: string | undefined): PacLook | undefined {
  const { run } = usePanel();
  const [look, setLook] = useState<PacLook>();
  useEffect(() => {
    if (source === undefined) return undefined;
    let isOver = false;
    const ask = async (): Promise<void> => {
      const result = await run({ kind: 'look-at-pac', pac: source });
      if (isOver || result.kind !== 'pac') return;
      const { proxies, error } = result;
      setLook({ source, proxies, error });
    };
    const timer = setTimeout(() => void ask(), source === 'mac' ? 0 : pauseMs);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [source, run]);
  return look?.source === source ? look : undefined;
}
