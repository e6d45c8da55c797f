import { type ReactNode, useState } from 'react';
import { readWorkstation } from '../../shared/fields';
import { formatAccount } from '../../shared/settings';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { Page } from '../components/page';
import { ActionRow } from '../components/row';
import { Segments } from '../components/segments';
import { SettingField } from '../components/setting-field';
import { usePanel } from '../panel-context';

/** Workstation name, language, licences, forgetting the account. */
export function AdvancedSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { settings, account } = state;
  const said = words.advanced;
  const [isAsking, setIsAsking] = useState(false);
  const forget = async (): Promise<void> => {
    setIsAsking(false);
    await perform({ kind: 'forget-account' });
  };
  return (
    <Page title={words.preferences.advanced}>
      <section className="card list flush">
        <SettingField
          label={said.workstation}
          hint={said.workstationHint}
          value={settings.workstation}
          read={readWorkstation}
          write={(workstation) => void perform({ kind: 'change-settings', patch: { workstation } })}
          width="middle"
          inputMode="text"
        />
        <div className="row wrap-row">
          <span className="row-text">{said.language}</span>
          <Segments
            label={said.language}
            value={settings.language}
            onChange={(language) => void perform({ kind: 'change-settings', patch: { language } })}
            options={[
              ['system', said.system],
              ['en', said.english],
              ['de', said.german],
            ]}
          />
        </div>
      </section>
      {isAsking && account !== undefined ? (
        <Banner
          tone="warn"
          title={said.forgetQuestion(formatAccount(account.account))}
          detail={said.forgetDetail}
          actions={
            <>
              <Button size="small" look="danger" onClick={() => void forget()}>
                {said.forgetDo}
              </Button>
              <Button size="small" onClick={() => setIsAsking(false)}>
                {words.common.cancel}
              </Button>
            </>
          }
        />
      ) : null}
      <section className="card list">
        <ActionRow
          icon="file"
          label={said.licences}
          detail={said.licencesDetail}
          onClick={() => void perform({ kind: 'show-licences' })}
        />
      </section>
      <div className="actions">
        {account === undefined || isAsking ? null : (
          <Button look="danger" onClick={() => setIsAsking(true)}>
            {said.forget}
          </Button>
        )}
      </div>
    </Page>
  );
}
