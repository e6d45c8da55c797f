import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';
import { keyOf } from '../location';
import { usePanel } from '../panel-context';
import { Banner } from './banner';
import { IconButton } from './button';

/** No page is higher; what does not fit scrolls inside. */
const maxHeight = 560;
const minHeight = 100;

/**
 * A page of the panel: title bar, body, footer. It tells the window its wanted height, and takes the focus when it comes:
 * to what asks for it, to what had opened the page that was left, or to the page itself.
 */
export function Page({
  title,
  bar,
  foot,
  children,
  onBack,
  isFull = false,
}: {
  /** Without a title there is no bar. */
  readonly title?: string;
  /** At the end of the bar. */
  readonly bar?: ReactNode;
  readonly foot?: ReactNode;
  readonly children: ReactNode;
  readonly onBack?: () => void;
  /** As high as a page can be, with a list that scrolls by itself. */
  readonly isFull?: boolean;
}): ReactNode {
  const { words, trail, run, goBack, failure, dismissFailure } = usePanel();
  const page = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const root = page.current;
    const inner = content.current;
    if (root === null || inner === null) return undefined;
    let told = 0;
    const tell = (): void => {
      let height = isFull ? maxHeight : inner.offsetHeight;
      if (!isFull) {
        for (const part of root.children) {
          if (part instanceof HTMLElement && !part.contains(inner)) height += part.offsetHeight;
        }
      }
      const wanted = Math.min(maxHeight, Math.max(minHeight, Math.ceil(height)));
      if (wanted === told) return;
      told = wanted;
      void run({ kind: 'set-panel-height', height: wanted });
    };
    const observer = new ResizeObserver(tell);
    observer.observe(inner);
    tell();
    return () => observer.disconnect();
  }, [isFull, run]);

  // A panel that comes up again with nothing focused begins where the page does.
  useEffect(() => {
    const onFocus = (): void => {
      const wanted = page.current?.querySelector('[data-autofocus]');
      if (document.activeElement === document.body && wanted instanceof HTMLElement) wanted.focus();
    };
    window.addEventListener('focus', onFocus);
    return () => window.removeEventListener('focus', onFocus);
  }, []);

  const entered = useRef(trail);
  useEffect(() => {
    const root = page.current;
    if (root === null || entered.current.entered === 'at-once') return;
    const { left } = entered.current;
    const opener = left === undefined ? null : root.querySelector(`[data-opens="${keyOf(left)}"]`);
    const wanted = opener ?? root.querySelector('[data-autofocus]') ?? root.querySelector('h1');
    if (wanted instanceof HTMLElement) wanted.focus({ preventScroll: opener === null });
  }, []);

  return (
    <main className={`page ${isFull ? 'fill' : ''}`} ref={page} data-enter={entered.current.entered}>
      {title === undefined ? null : (
        <header className="bar">
          <IconButton icon="left" name={words.common.back} className="back" onClick={onBack ?? goBack} />
          <h1 tabIndex={-1}>{title}</h1>
          {bar}
        </header>
      )}
      <div className="body">
        <div className="content" ref={content}>
          {failure === undefined ? null : (
            <Banner
              tone="bad"
              title={words.problem(failure).title}
              detail={words.problem(failure).remedy}
              dismiss={{ name: words.common.dismiss, onClick: dismissFailure }}
            >
              {words.problem(failure).sentence}
            </Banner>
          )}
          {children}
        </div>
      </div>
      {foot === undefined ? null : <nav className="foot">{foot}</nav>}
    </main>
  );
}
