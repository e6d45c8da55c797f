import { type ReactNode, useEffect, useId, useState } from 'react';
import { type AppState, canTurnOff, canTurnOn, isOn } from '../../../shared/state';
import { describeConnection } from '../../../shared/words/describe-connection';
import type { Words } from '../../../shared/words/en';
import { RouteStrip } from '../../components/route-strip';
import { Shape } from '../../components/shape';
import { Switch } from '../../components/switch';
import { usePanel } from '../../panel-context';
import { type NodeName, roadOf } from '../../road';
import { heroTask, nodeTask } from './hero-task';
import { NodeDetails } from './node-details';
import { TaskButton } from './task-button';

/** The state in one look: shape, headline and switch, one sentence, the road, and what to do. */
export function Hero(): ReactNode {
  const panel = usePanel();
  const { state, run, words } = panel;
  const [pressed, setPressed] = useState<NodeName>();
  const unfoldsId = useId();
  const { connection } = state;
  const { shape, headline, sentence, tooltip } = describeConnection(state);
  const remedy = remedyOf(state, words);
  const road = roadOf(state);
  const open = road.some(({ name }) => name === pressed) ? pressed : undefined;
  const task = heroTask(panel);
  // It is at the node meanwhile.
  const isAtNode = open !== undefined && task?.node === open;

  useEffect(() => {
    if (open === undefined) return undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape') return;
      // Before the page takes it for going back.
      event.preventDefault();
      setPressed(undefined);
    };
    window.addEventListener('keydown', onKey, { capture: true });
    return () => window.removeEventListener('keydown', onKey, { capture: true });
  }, [open]);

  return (
    <section className="card hero" role="group" aria-label={tooltip}>
      <div className="hero-top">
        <Shape name={shape} />
        <h1 tabIndex={-1}>{headline}</h1>
        {connection.kind === 'needs-setup' ? null : (
          <Switch
            size="large"
            isOn={isOn(connection)}
            isBusy={connection.kind === 'starting'}
            label={words.common.latchkey}
            isDisabled={!canTurnOn(connection) && !canTurnOff(connection)}
            // What goes wrong is in the state: the hero says it.
            onChange={(wanted) => void run({ kind: wanted ? 'turn-on' : 'turn-off' })}
          />
        )}
      </div>
      <p className="hero-sentence selectable" aria-live="polite">
        {sentence}
      </p>
      {remedy === undefined ? null : <p className="note">{remedy}</p>}
      <RouteStrip
        road={road}
        press={{
          pressed: open,
          onPress: (name) => setPressed(name === open ? undefined : name),
          unfoldsId,
        }}
      />
      {open === undefined ? null : (
        <NodeDetails key={open} id={unfoldsId} name={open} task={isAtNode ? task : nodeTask(panel, open)} />
      )}
      {task === undefined || isAtNode ? null : <TaskButton task={task} size="wide" />}
    </section>
  );
}

/** What to do, where no button says it. */
function remedyOf({ connection }: AppState, words: Words): string | undefined {
  if (connection.kind === 'failed' && connection.problem.kind !== 'port-in-use') {
    return words.problem(connection.problem).remedy;
  }
  if (connection.kind === 'waiting' && connection.why.kind === 'local-network') {
    return words.connection.localNetworkRemedy;
  }
  return undefined;
}
