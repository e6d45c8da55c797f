import type { ReactNode } from 'react';
import type { LastProblem } from '../../../shared/activity';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { type Panel, usePanel } from '../../panel-context';

/** So many have a row; the others are in the activity. */
const shownRows = 3;

/** The requests that have failed and may fail again, each with its repair in the row, where there is one. */
export function ProblemList(): ReactNode {
  const panel = usePanel();
  const { state, words, go } = panel;
  const said = words.status;
  const { lastProblems } = state;
  const more = lastProblems.length - shownRows;
  if (lastProblems.length === 0) return null;
  return (
    <>
      <div className="list-head">
        <h2 className="label" id="last-problems">
          {said.lastProblems}
        </h2>
        {more <= 0 ? null : (
          <button
            type="button"
            className="link"
            data-opens="activity"
            onClick={() => go({ screen: 'activity' })}
          >
            {said.more(more)}
          </button>
        )}
      </div>
      <ul className="card list" aria-labelledby="last-problems">
        {lastProblems.slice(0, shownRows).map((problem) => (
          <ProblemRow key={problem.id} problem={problem} panel={panel} />
        ))}
      </ul>
    </>
  );
}

function ProblemRow({
  problem: { id, target, atMs, problem, rule },
  panel,
}: {
  readonly problem: LastProblem;
  readonly panel: Panel;
}): ReactNode {
  const { words, go } = panel;
  const repair = repairOf({ id, target, atMs, problem, ...(rule === undefined ? {} : { rule }) }, panel);
  return (
    <li className="problem-row">
      <button
        type="button"
        className="row"
        data-opens="activity"
        onClick={() => go({ screen: 'activity', rowId: id })}
      >
        <Icon name="warning" />
        <span className="row-text">
          {target}
          <small>{words.status.lastProblem(words.formats.clock(atMs), words.problem(problem).title)}</small>
        </span>
        {repair === undefined ? <Icon name="right" size="small" /> : null}
      </button>
      {repair === undefined ? null : (
        <Button
          size="small"
          {...(repair.opens === undefined ? {} : { opens: repair.opens })}
          onClick={() => void repair.run()}
        >
          {repair.label}
        </Button>
      )}
    </li>
  );
}

interface Repair {
  readonly label: string;
  readonly opens?: string;
  readonly run: () => unknown;
}

function repairOf({ problem, rule }: LastProblem, { words, perform, go }: Panel): Repair | undefined {
  const said = words.status;
  if (problem.kind === 'local-network-denied') {
    return {
      label: said.openSystemSettings,
      run: () => perform({ kind: 'open-settings-pane', pane: 'local-network' }),
    };
  }
  if (!('hop' in problem)) return undefined;
  // A rule of the user's sends it direct, where nobody answers.
  if (problem.hop.role === 'origin' && rule !== undefined) {
    return {
      label: said.useTheProxy,
      opens: 'preferences/no-proxy',
      run: () => go({ screen: 'preferences', section: 'no-proxy' }),
    };
  }
  const isPolicy = problem.kind === 'target-refused' || problem.kind === 'origin-asked';
  if (problem.hop.role === 'origin' || isPolicy) return undefined;
  return { label: said.checkAgain, run: () => perform({ kind: 'check-again' }) };
}
