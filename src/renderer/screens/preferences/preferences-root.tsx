import { type ReactNode, useEffect, useRef, useState } from 'react';
import { IconButton } from '../../components/button';
import { ManagedBanner } from '../../components/locked';
import { Page } from '../../components/page';
import { ActionRow } from '../../components/row';
import { RowGroup } from '../../components/row-group';
import { BareField } from '../../components/text-field';
import { useDone } from '../../components/use-done';
import type { Section } from '../../location';
import { usePanel } from '../../panel-context';
import { isLocked, preferenceGroups, searchPreferences } from './preference-rows';
import { PreferenceHits } from './preference-search';

/** Every page with its value, group by group, and a search that looks into the pages as well. */
export function PreferencesRoot(): ReactNode {
  const { state, words, perform, go } = usePanel();
  const said = words.preferences;
  const [done, showDone] = useDone<'import'>();
  const [query, setQuery] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const { managed } = state;
  const groups = preferenceGroups(state, words);
  const isSearching = query.trim() !== '';
  const hits = isSearching ? searchPreferences(groups, query) : [];
  const isMac = state.platform === 'darwin';
  const open = (section: Section): void => go({ screen: 'preferences', section });

  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'f' || !(isMac ? event.metaKey : event.ctrlKey)) return;
      event.preventDefault();
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [isMac]);

  const importFile = async (): Promise<void> => {
    if ((await perform({ kind: 'import-cntlm-conf' })).kind === 'done') showDone('import');
  };
  return (
    <Page title={said.title}>
      <RowGroup before={field}>
        <BareField
          ref={field}
          type="search"
          label={said.search}
          placeholder={said.search}
          icon="search"
          value={query}
          onChange={setQuery}
          onReturn={() => {
            const [first] = hits;
            if (first !== undefined) open(first.section);
          }}
          onEscape={() => {
            setQuery('');
            return query !== '';
          }}
          after={
            query === '' ? (
              <span className="keys" aria-hidden="true">
                {isMac ? '⌘F' : 'Ctrl+F'}
              </span>
            ) : (
              <IconButton
                icon="cross"
                name={said.clearSearch}
                onClick={() => {
                  setQuery('');
                  field.current?.focus();
                }}
              />
            )
          }
        />
        {isSearching || managed.names.length === 0 ? null : (
          <ManagedBanner title={words.managed.looksAfter(managed.by ?? words.managed.company)} />
        )}
        {isSearching ? (
          <PreferenceHits hits={hits} query={query} onOpen={({ section }) => open(section)} />
        ) : (
          <>
            {groups.map((rows) => (
              <section className="card list" key={rows[0]?.section}>
                {rows.map(({ section, icon, label, value }) => (
                  <ActionRow
                    key={section}
                    icon={icon}
                    label={label}
                    value={value}
                    opens={`preferences/${section}`}
                    lock={isLocked(section, state) ? words.managed.locked : undefined}
                    onClick={() => open(section)}
                  />
                ))}
              </section>
            ))}
            <section className="card list">
              <ActionRow
                icon="import"
                label={done === 'import' ? said.imported : said.importFile}
                isDone={done === 'import'}
                onClick={() => void importFile()}
              />
              <ActionRow
                icon="export"
                label={said.exportFile}
                opens="preferences/export"
                onClick={() => open('export')}
              />
            </section>
            <section className="card list">
              <ActionRow
                icon="power"
                label={said.quit}
                keys={isMac ? '⌘Q' : 'Ctrl+Q'}
                onClick={() => void perform({ kind: 'quit' })}
              />
            </section>
          </>
        )}
      </RowGroup>
      <p className="note centred">{said.version(state.version)}</p>
    </Page>
  );
}
