import { type ReactNode, useEffect, useState } from 'react';
import { logLevels } from '../../shared/log-line';
import { Button } from '../components/button';
import { Choice } from '../components/choice';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';

const shownLines = 8;

/** What the log tells, its last lines, and the way to all of it. */
export function LogSection(): ReactNode {
  const { state, words, run, perform } = usePanel();
  const said = words.log;
  const { logLevel } = state.settings;
  const { lastActivityId, logTellsAllUntilMs } = state;
  const [lines, setLines] = useState<readonly string[]>([]);
  const [isCopied, showCopied] = useDone<true>();
  /** Its time of day stands for its moment. */
  const shownLine = (line: string): string =>
    line.replace(/^\S+/, (moment) => words.formats.clockSeconds(Date.parse(moment)));
  useEffect(() => {
    let isOver = false;
    void run({ kind: 'read-log', maxLines: shownLines }).then((result) => {
      if (!isOver && result.kind === 'log') setLines(result.lines);
    });
    return () => {
      isOver = true;
    };
    // What is under way is told with the next request, and a change of the level at once.
  }, [run, lastActivityId, logLevel]);
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-text', text: `${lines.join('\n')}\n` });
    if (kind !== 'failed') showCopied(true);
  };
  return (
    <Page title={said.title}>
      <h2 className="label" id="level">
        {said.level}
      </h2>
      <div className="card list" role="radiogroup" aria-labelledby="level">
        {logLevels.map((level) => (
          <Choice
            key={level}
            group="log-level"
            isChosen={level === logLevel}
            onChoose={() => void perform({ kind: 'change-settings', patch: { logLevel: level } })}
            title={said.levels[level]}
            detail={said.levelDetails[level]}
            icon={level === 'debug' ? 'clock' : 'list'}
          />
        ))}
      </div>
      <div className="list-head">
        <h2 className="label">{said.lastLines}</h2>
        {logTellsAllUntilMs === undefined ? null : (
          <small className="label" role="status">
            {said.backAt(words.formats.clock(logTellsAllUntilMs))}
          </small>
        )}
      </div>
      <section className="card pad">
        {lines.length === 0 ? (
          <p className="note">{said.empty}</p>
        ) : (
          <pre className="log-lines selectable" tabIndex={0} role="region" aria-label={said.lastLines}>
            {lines.map(shownLine).join('\n')}
          </pre>
        )}
      </section>
      <Note icon="lock">{said.noSecrets}</Note>
      <div className="actions">
        <Button isDisabled={lines.length === 0} onClick={() => void copy()}>
          {isCopied === true ? words.common.copied : said.copyLines}
        </Button>
        <span className="grow" />
        <Button onClick={() => void perform({ kind: 'show-log' })}>{said.show}</Button>
      </div>
    </Page>
  );
}
