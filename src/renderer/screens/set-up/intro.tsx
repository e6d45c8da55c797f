import type { ReactNode } from 'react';
import { Mark } from '../../components/mark';
import { usePanel } from '../../panel-context';

/** The greeting of the first run. */
export function Intro(): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  return (
    <header className="intro">
      <Mark />
      <h1 tabIndex={-1}>{said.welcome}</h1>
      {said.intro.map((line) => (
        <p key={line}>{line}</p>
      ))}
    </header>
  );
}
