import { type ReactNode, useState } from 'react';
import { readWorkstation } from '../../shared/fields';
import { formatAccount } from '../../shared/settings';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { Page } from '../components/page';
import { Segments } from '../components/segments';
import { SettingField } from '../components/setting-field';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';

const shells = ['zsh', 'bash', 'fish'] as const;

/** Workstation name, language, terminal commands for another shell; the log; forgetting the account. */
export function AdvancedSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { settings, account } = state;
  const said = words.advanced;
  const [copiedFor, showCopiedFor] = useDone<(typeof shells)[number]>();
  const [isAsking, setIsAsking] = useState(false);
  const copy = async (shell: (typeof shells)[number]): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands', shell });
    if (kind !== 'failed') showCopiedFor(shell);
  };
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
        <div className="row wrap-row">
          <span className="row-text" role="status">
            {copiedFor === undefined ? said.terminal : said.copiedFor(copiedFor)}
          </span>
          <span className="actions">
            {shells.map((shell) => (
              <Button key={shell} size="small" onClick={() => void copy(shell)}>
                {shell}
              </Button>
            ))}
          </span>
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
      <div className="actions">
        {account === undefined || isAsking ? null : (
          <Button look="danger" onClick={() => setIsAsking(true)}>
            {said.forget}
          </Button>
        )}
        <span className="grow" />
        <Button onClick={() => void perform({ kind: 'show-log' })}>{said.showLog}</Button>
      </div>
    </Page>
  );
}
