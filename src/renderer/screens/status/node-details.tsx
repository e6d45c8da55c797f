import type { ReactNode } from 'react';
import { CutText } from '../../components/cut-text';
import { usePanel } from '../../panel-context';
import type { NodeName } from '../../road';
import type { Task } from './hero-task';
import { nodeFacts } from './node-facts';
import { TaskButton } from './task-button';

/** What unfolds under the strip: what is known of a node, and the one thing to do there. */
export function NodeDetails({
  id,
  name,
  task,
}: {
  readonly id: string;
  readonly name: NodeName;
  readonly task: Task | undefined;
}): ReactNode {
  const { state, words } = usePanel();
  return (
    <section className="unfold" id={id} aria-label={words.route.nodes[name]}>
      <h2>{words.route.nodes[name]}</h2>
      <dl>
        {nodeFacts(name, state, words, Date.now()).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            {/* A name has no blank; what has some wraps. */}
            <dd>{value.includes(' ') ? value : <CutText text={value} />}</dd>
          </div>
        ))}
      </dl>
      {task === undefined ? null : (
        <div className="actions">
          <TaskButton task={task} size="small" />
        </div>
      )}
    </section>
  );
}
