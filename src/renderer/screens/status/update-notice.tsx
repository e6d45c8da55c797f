import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { usePanel } from '../../panel-context';
import { areUpdatesManagedOff } from '../../update-value';

/** On the first page, without a colour: an update that is ready, or one that did not come to be although it is here. */
export function UpdateNotice(): ReactNode {
  const { state, words, go } = usePanel();
  const { step, waitsForQuiet } = state.updates;
  const said = words.updates;
  const { title, sentence } =
    step.kind === 'ready'
      ? {
          title: said.isReady(step.version),
          sentence: waitsForQuiet ? said.waits(state.traffic.openTunnels) : said.atNextStart,
        }
      : step.kind === 'failed' && step.problem.why === 'not-installed'
        ? words.problem(step.problem)
        : {};
  if (title === undefined || areUpdatesManagedOff(state)) return null;
  return (
    <section className="card list">
      <div className="problem-row">
        <div className="row">
          <Icon name="update" />
          <span className="row-text">
            {title}
            <small>{sentence}</small>
          </span>
        </div>
        <Button
          size="small"
          opens="preferences/update"
          onClick={() => go({ screen: 'preferences', section: 'update' })}
        >
          {said.show}
        </Button>
      </div>
    </section>
  );
}
