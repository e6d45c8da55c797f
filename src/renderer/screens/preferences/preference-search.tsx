import { type ReactNode } from 'react';
import { Icon } from '../../components/icon';
import { usePanel } from '../../panel-context';
import type { PreferenceHit } from './preference-rows';

/** A text in which what was searched for is bold. */
function Marked({ text, query }: { readonly text: string; readonly query: string }): ReactNode {
  const word = query.trim().split(/\s+/)[0]?.toLowerCase() ?? '';
  const at = word === '' ? -1 : text.toLowerCase().indexOf(word);
  if (at < 0) return text;
  return (
    <>
      {text.slice(0, at)}
      <b>{text.slice(at, at + word.length)}</b>
      {text.slice(at + word.length)}
    </>
  );
}

/** What a search has found, each with the page that it is on. */
export function PreferenceHits({
  hits,
  query,
  onOpen,
}: {
  readonly hits: readonly PreferenceHit[];
  readonly query: string;
  readonly onOpen: (hit: PreferenceHit) => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.preferences;
  if (hits.length === 0)
    return (
      <p className="note centred" role="status">
        {said.nothingFound(query.trim())}
      </p>
    );
  return (
    <>
      <section className="card list" aria-label={said.found}>
        {hits.map((hit) => (
          <button
            key={`${hit.section} ${hit.label}`}
            type="button"
            className="row"
            onClick={() => onOpen(hit)}
          >
            <Icon name={hit.icon} />
            <span className="row-text break">
              <Marked text={hit.label} query={query} />
              {hit.page === undefined ? null : <small>{hit.page}</small>}
            </span>
            {hit.value === undefined ? null : <span className="row-value"> {hit.value}</span>}
            <Icon name="right" size="small" />
          </button>
        ))}
      </section>
      <p className="note">{said.searchKeys}</p>
    </>
  );
}
