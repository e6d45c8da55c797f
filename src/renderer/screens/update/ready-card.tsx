import { type ReactNode, useState } from 'react';
import type { UpdateStep } from '../../../shared/updates';
import { Button } from '../../components/button';
import { Icon } from '../../components/icon';
import { Note } from '../../components/note';
import { Shape } from '../../components/shape';
import { usePanel } from '../../panel-context';

/** So many lines of what is new are shown without being asked for. */
const firstNotes = 2;

/** An update that is here and good: what is new in it, and the wish to have it once nothing is carried. */
export function ReadyCard({ step }: { readonly step: UpdateStep & { readonly kind: 'ready' } }): ReactNode {
  const { state, words, perform } = usePanel();
  const { waitsForQuiet } = state.updates;
  const { openTunnels } = state.traffic;
  const said = words.updates;
  const [isWhole, setIsWhole] = useState(false);
  const { notes } = step;
  return (
    <>
      <section className="card pad update-ready" role="status">
        <Shape name="ok" size="middle" />
        <div>
          <b>{said.isReady(step.version)}</b>
          <small>{step.isByLatchkey ? said.byLatchkey : said.bySystem}</small>
          {notes.length === 0 ? null : (
            <ul className="update-notes">
              {notes.slice(0, isWhole ? notes.length : firstNotes).map((note) => (
                <li key={note}>
                  <Icon name="check" size="small" />
                  {note}
                </li>
              ))}
            </ul>
          )}
        </div>
        <div className="actions">
          {notes.length <= firstNotes ? null : (
            <Button onClick={() => setIsWhole(!isWhole)}>{isWhole ? said.lessNews : said.whatIsNew}</Button>
          )}
          {waitsForQuiet ? (
            <Button onClick={() => void perform({ kind: 'install-update', when: 'never' })}>
              {said.doNotWait}
            </Button>
          ) : (
            <Button look="primary" onClick={() => void perform({ kind: 'install-update', when: 'quiet' })}>
              {said.installWhenQuiet}
            </Button>
          )}
        </div>
      </section>
      {waitsForQuiet ? <Note icon="clock">{said.waits(openTunnels)}</Note> : null}
      <Note icon="info">
        {openTunnels === 0 ? said.noneOpen : said.open(openTunnels)}
        {waitsForQuiet ? '' : ` ${said.atNextStart}`}
      </Note>
    </>
  );
}
