import type { ReactNode } from 'react';
import { formatRule, parseRule } from '../../shared/address-text';
import { readAccessEntry, readListenEntry, readPort, readRuleEntry } from '../../shared/fields';
import { Choice } from '../components/choice';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { SettingField } from '../components/setting-field';
import { TagList } from '../components/tag-list';
import { usePanel } from '../panel-context';
import { TryClient } from './try-client';

/** Where the local proxy listens, and to whom. */
export function PortAndAccessSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { port, alsoListen, access, allowed, rules } = state.settings;
  const said = words.access;
  const choose = (wanted: typeof access): void =>
    void perform({ kind: 'change-settings', patch: { access: wanted } });
  return (
    <Page title={words.preferences.portAndAccess}>
      <Locked names={['port']}>
        <section className="card list">
          <SettingField
            icon="port"
            label={said.port}
            value={String(port)}
            read={readPort}
            write={(value) => void perform({ kind: 'change-settings', patch: { port: value } })}
          />
        </section>
      </Locked>
      <Locked names={['access']}>
        <h2 className="label" id="who">
          {said.who}
        </h2>
        <div className="card list" role="radiogroup" aria-labelledby="who">
          <Choice
            group="access"
            isChosen={access === 'this-mac'}
            onChoose={() => choose('this-mac')}
            title={said.thisMac}
            detail={said.thisMacDetail}
            icon="laptop"
          />
          <Choice
            group="access"
            isChosen={access === 'named'}
            onChoose={() => choose('named')}
            title={said.named}
            detail={allowed.length === 0 ? said.namedDetail : allowed.join(', ')}
            icon="list"
          />
          <Choice
            group="access"
            isChosen={access === 'everyone'}
            onChoose={() => choose('everyone')}
            title={said.everyone}
            detail={said.everyoneDetail}
            icon="globe"
          />
          <Choice
            group="access"
            isChosen={access === 'rules'}
            onChoose={() => choose('rules')}
            title={said.rules}
            detail={said.rulesDetail}
            icon="list"
          />
        </div>
        {access === 'named' ? (
          <TagList
            label={said.named}
            entries={allowed}
            read={readAccessEntry}
            onChange={(entries) =>
              void perform({ kind: 'change-settings', patch: { allowed: [...entries] } })
            }
            addLabel={said.add}
            removeLabel={said.remove}
            emptyText={said.namedEmpty}
          />
        ) : null}
        {access === 'rules' ? (
          <>
            <TagList
              label={said.rules}
              entries={rules}
              read={readRuleEntry}
              onChange={(entries) =>
                void perform({ kind: 'change-settings', patch: { rules: [...entries] } })
              }
              addLabel={said.addRule}
              look={(entry) => {
                const rule = parseRule(entry);
                if (rule === undefined) return { title: entry };
                return {
                  title: rule.host === '*' ? said.allOthers : formatRule(rule).replace(/^\S+ /, ''),
                  value: rule.action === 'allow' ? said.allow : said.deny,
                };
              }}
              order={{ raiseLabel: said.raise, gripLabel: said.drag }}
              removeLabel={said.remove}
              emptyText={said.rulesEmpty}
            />
            <Note>{said.rulesHold}</Note>
            <h2 className="label">{said.tryClient}</h2>
            <TryClient rules={rules} />
          </>
        ) : null}
      </Locked>
      <h2 className="label">{said.alsoListen}</h2>
      <TagList
        label={said.alsoListen}
        entries={alsoListen}
        read={readListenEntry}
        onChange={(entries) => void perform({ kind: 'change-settings', patch: { alsoListen: [...entries] } })}
        addLabel={said.addPlace}
        removeLabel={said.remove}
        emptyText={said.alsoListenEmpty}
      />
      <Note>{said.tunnelsSurvive}</Note>
    </Page>
  );
}
