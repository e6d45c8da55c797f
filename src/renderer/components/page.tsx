import { type ReactNode, type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { keyOf } from '../location';
import { usePanel } from '../panel-context';
import { IconButton } from './button';
import { ProblemBanner } from './problem-banner';

/** Of a page with a list that scrolls by itself. */
const fullHeight = 560;
const minHeight = 100;
/** No window takes more; what a screen has no room for scrolls inside, as the window is never higher than its screen. */
const maxHeight = 2000;

/** What had the focus last, and on which page, however often its parts were drawn anew since. */
let lastFocus: { readonly element: Element; readonly trail: object } | undefined;

/** Whether what scrolls has more below what can be seen of it. */
function useMoreBelow(
  scroller: RefObject<HTMLElement | null>,
  content: RefObject<HTMLElement | null>,
): boolean {
  const [hasMore, setHasMore] = useState(false);
  useLayoutEffect(() => {
    const [outer, inner] = [scroller.current, content.current];
    if (outer === null || inner === null) return undefined;
    const look = (): void => setHasMore(outer.scrollHeight - outer.clientHeight - outer.scrollTop > 1);
    const observer = new ResizeObserver(look);
    observer.observe(outer);
    observer.observe(inner);
    outer.addEventListener('scroll', look, { passive: true });
    return () => {
      observer.disconnect();
      outer.removeEventListener('scroll', look);
    };
  }, [scroller, content]);
  return hasMore;
}

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
  /** Of a height that does not follow what is in it, with a list that scrolls by itself. */
  readonly isFull?: boolean;
}): ReactNode {
  const { words, trail, run, goBack, failure, dismissFailure } = usePanel();
  const page = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const hasMore = useMoreBelow(body, content);

  useLayoutEffect(() => {
    const root = page.current;
    const inner = content.current;
    if (root === null || inner === null) return undefined;
    let told = 0;
    const tell = (): void => {
      let height = isFull ? fullHeight : inner.offsetHeight;
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

  // What had the focus may be gone with what is on the page: a field with its form, a button with its task.
  useEffect(() => {
    const root = page.current;
    const onFocusIn = (): void => {
      const { activeElement: element } = document;
      lastFocus = element === null ? undefined : { element, trail };
    };
    root?.addEventListener('focusin', onFocusIn);
    return () => root?.removeEventListener('focusin', onFocusIn);
  }, [trail]);
  /** The title, while it has the focus for want of anything better. */
  const standIn = useRef<Element>(undefined);
  useEffect(() => {
    const { activeElement } = document;
    // A page that comes by itself takes no keys: only what was on this very page counts.
    const lost = lastFocus?.trail === trail ? lastFocus.element : undefined;
    const isLost =
      activeElement === document.body &&
      lost !== undefined &&
      (!lost.isConnected || lost.matches(':disabled'));
    if (!isLost && (activeElement === null || activeElement !== standIn.current)) return;
    const wanted = page.current?.querySelector('[data-autofocus]');
    const title = page.current?.querySelector('h1');
    standIn.current = wanted instanceof HTMLElement ? undefined : (title ?? undefined);
    if (wanted instanceof HTMLElement) wanted.focus({ preventScroll: true });
    else if (isLost) title?.focus({ preventScroll: true });
  });

  const entered = useRef(trail);
  useEffect(() => {
    const root = page.current;
    const { entered: how, left } = entered.current;
    if (root === null || how === 'at-once' || how === 'unasked') return;
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
      <div className={`body ${hasMore ? 'more' : ''}`} ref={body}>
        <div className="content" ref={content}>
          {failure === undefined ? null : (
            <ProblemBanner
              tone="bad"
              problem={failure}
              dismiss={{ name: words.common.dismiss, onClick: dismissFailure }}
            />
          )}
          {children}
        </div>
      </div>
      {foot === undefined ? null : <nav className="foot">{foot}</nav>}
    </main>
  );
}
