import type { ReactNode } from 'react';
import { readHeaderEntry } from '../../shared/fields';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { TagList } from '../components/tag-list';
import { usePanel } from '../panel-context';

/** The headers that the company proxy gets in place of programs' own. */
export function HeadersSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.headers;
  return (
    <Page title={words.preferences.headers}>
      <h2 className="label">{said.list}</h2>
      <TagList
        label={said.list}
        entries={state.settings.headers}
        read={readHeaderEntry}
        onChange={(headers) => void perform({ kind: 'change-settings', patch: { headers: [...headers] } })}
        addLabel={said.add}
        look={(entry) => {
          const at = entry.indexOf(':');
          return { title: entry.slice(0, at), detail: entry.slice(at + 1).trim() };
        }}
        removeLabel={said.remove}
        emptyText={said.empty}
      />
      <Note icon="lock">{said.note}</Note>
    </Page>
  );
}
