import { type ReactNode, useState } from 'react';
import type { UpdateStep } from '../../../shared/updates';
import { Banner } from '../../components/banner';
import { Button } from '../../components/button';
import { Note } from '../../components/note';
import { Page } from '../../components/page';
import { ProblemBanner } from '../../components/problem-banner';
import { ActionRow, SwitchRow } from '../../components/row';
import { usePanel } from '../../panel-context';
import { ReadyCard } from './ready-card';
import { areUpdatesManagedOff } from '../../update-value';

/** What there is of an update, when it is looked for, and when it is installed. */
export function UpdateSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { step, lookedAtMs } = state.updates;
  const { openTunnels } = state.traffic;
  const said = words.updates;
  const [isAsking, setIsAsking] = useState(false);
  const installNow = async (): Promise<void> => {
    setIsAsking(false);
    await perform({ kind: 'install-update', when: 'now' });
  };
  if (step.kind === 'unsupported') {
    return (
      <Page title={said.title}>
        <Note icon="info">{said.unsupported}</Note>
      </Page>
    );
  }
  if (areUpdatesManagedOff(state)) {
    return (
      <Page title={said.title}>
        <Note icon="lock">{said.managedOff}</Note>
      </Page>
    );
  }
  const isBusy = step.kind === 'looking' || step.kind === 'loading';
  return (
    <Page title={said.title}>
      {isAsking && step.kind === 'ready' ? (
        <Banner
          tone="warn"
          title={said.question(step.version)}
          actions={
            <>
              <Button size="small" onClick={() => setIsAsking(false)}>
                {words.common.cancel}
              </Button>
              <Button size="small" look="primary" onClick={() => void installNow()}>
                {said.installDo}
              </Button>
            </>
          }
        >
          {said.questionDetail(openTunnels)}
        </Banner>
      ) : null}
      {step.kind === 'ready' ? <ReadyCard step={step} /> : <StepCard step={step} />}
      <section className="card list">
        <SwitchRow
          icon="calendar"
          label={said.lookDaily}
          detail={
            lookedAtMs === undefined
              ? said.notLooked
              : said.lastLooked(words.formats.moment(lookedAtMs, Date.now()))
          }
          isOn={state.settings.checksForUpdates}
          onChange={(checksForUpdates) =>
            void perform({ kind: 'change-settings', patch: { checksForUpdates } })
          }
        />
        {isBusy ? null : (
          <ActionRow
            icon="again"
            label={said.lookNow}
            onClick={() => void perform({ kind: 'check-for-updates' })}
          />
        )}
        {step.kind === 'ready' ? (
          <ActionRow
            icon="clock"
            label={said.installNow}
            detail={said.cuts(openTunnels)}
            onClick={() => setIsAsking(true)}
          />
        ) : null}
      </section>
      <Note>{said.privacy}</Note>
    </Page>
  );
}

type OtherStep = Exclude<UpdateStep, { readonly kind: 'ready' | 'unsupported' }>;

/** How far it is while there is nothing to be installed. */
function StepCard({ step }: { readonly step: OtherStep }): ReactNode {
  const { state, words, failure } = usePanel();
  const said = words.updates;
  switch (step.kind) {
    case 'none':
      return state.updates.lookedAtMs === undefined ? null : (
        <Banner tone="ok" title={said.isNewest(state.version)} />
      );
    case 'looking':
      return <Banner tone="plain" title={said.looking} />;
    case 'loading': {
      const percent = Math.floor(step.share * 100);
      return (
        <section className="card pad">
          <div className="age-head" role="status">
            <b>{said.isLoading(step.version)}</b>
            <span>{percent === 100 ? said.isChecked : said.share(percent)}</span>
          </div>
          <div className="progress" aria-hidden="true">
            <i style={{ width: `${percent}%` }} />
          </div>
        </section>
      );
    }
    case 'failed':
      // Once is enough: a click shows it above.
      return failure === undefined ? <ProblemBanner problem={step.problem} /> : null;
  }
}
