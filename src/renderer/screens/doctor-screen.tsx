import { type ReactNode, useEffect, useRef } from 'react';
import type { Step } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { CheckResult } from '../components/check-view';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { ProblemBanner } from '../components/problem-banner';
import { skewSentence, stepCount, StepList, stepNumber } from '../components/step-list';
import type { FinishedCheck } from '../components/use-credential-check';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';

/** Goes the way to the company proxy step by step, and asks before it signs in. */
export function DoctorScreen(): ReactNode {
  const { state, words, run, perform, goBack } = usePanel();
  const { check } = state;
  const said = words.doctor;
  const isOther = check.kind === 'running' && check.purpose !== 'doctor';
  const own = check.kind !== 'none' && check.purpose === 'doctor' ? check : undefined;

  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current || own !== undefined || isOther) return;
    isBegun.current = true;
    void perform({ kind: 'run-doctor' });
  }, [own, isOther, perform]);

  // A report that was left is not shown again: the way may be another by then.
  useEffect(() => () => void run({ kind: 'dismiss-check' }), [run]);

  const leave = (): void => {
    if (own?.kind === 'running' && own.canCancel) void run({ kind: 'cancel-check' });
    goBack();
  };
  if (own === undefined) {
    return (
      <Page title={said.title}>
        <Banner tone="plain">{isOther ? said.busy : said.intro}</Banner>
        {isOther ? null : (
          <div className="actions">
            <Button look="primary" onClick={() => void perform({ kind: 'run-doctor' })}>
              {said.run}
            </Button>
          </div>
        )}
      </Page>
    );
  }
  if (own.kind === 'finished') return <Report check={own} />;

  const number = stepNumber(own.steps);
  const last = own.steps.at(-1)?.status;
  const done = last === 'running' || last === 'asking' ? number - 1 : number;
  return (
    <Page
      title={said.title}
      onBack={leave}
      bar={<span className="bar-value">{said.of(number, stepCount)}</span>}
    >
      <div
        className="progress"
        role="progressbar"
        aria-label={said.title}
        aria-valuemin={0}
        aria-valuemax={stepCount}
        aria-valuenow={done}
      >
        <i style={{ width: `${(done / stepCount) * 100}%` }} />
      </div>
      <div aria-live="polite">
        <StepList
          steps={own.steps}
          look="long"
          upstream={own.upstream}
          account={own.account}
          question={
            <div className="actions">
              <Button
                size="small"
                look="primary"
                onClick={() => void perform({ kind: 'answer-doctor', signsIn: true })}
              >
                {said.signInOnce}
              </Button>
              <Button size="small" onClick={() => void perform({ kind: 'answer-doctor', signsIn: false })}>
                {said.skip}
              </Button>
            </div>
          }
        />
      </div>
      {own.canCancel ? (
        <div className="actions">
          <Button onClick={() => void perform({ kind: 'cancel-check' })}>{words.common.cancel}</Button>
        </div>
      ) : null}
    </Page>
  );
}

/** Where in System Settings a step is mended. */
function paneToMend(
  { name, skewMs }: Step,
  { doctor: said }: Words,
): { readonly pane: 'date-and-time' | 'menu-bar' | 'notifications'; readonly label: string } | undefined {
  if (skewMs !== undefined) return { pane: 'date-and-time', label: said.openDateAndTime };
  if (name === 'icon') return { pane: 'menu-bar', label: said.openMenuBar };
  return name === 'notifications' ? { pane: 'notifications', label: said.openNotifications } : undefined;
}

/** The verdict first, then at most one thing to mend. */
function Verdict({ check }: { readonly check: FinishedCheck }): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.doctor;
  const { steps, problem, result } = check;
  if (result === 'cancelled') {
    return <Banner tone="plain" title={said.stopped} detail={said.stoppedDetail} />;
  }
  if (result === 'refused') {
    return <CheckResult finished={check} problem={problem} />;
  }
  const failed = steps.find(({ status }) => status === 'failed');
  const trouble = problem ?? failed?.problem;
  if (trouble !== undefined) return <ProblemBanner tone="bad" problem={trouble} />;
  const toMend = steps.find(({ status }) => status === 'warning' || status === 'failed');
  if (toMend !== undefined) {
    const mend = state.platform === 'darwin' ? paneToMend(toMend, words) : undefined;
    const known = toMend.problem === undefined ? undefined : words.problem(toMend.problem);
    return (
      <Banner
        tone="warn"
        title={said.worksButClock}
        detail={
          toMend.skewMs === undefined
            ? (known?.remedy ?? said.worksButStep(said.steps[toMend.name]))
            : skewSentence(toMend.skewMs, words)
        }
        actions={
          mend === undefined ? undefined : (
            <Button
              size="small"
              onClick={() => void perform({ kind: 'open-settings-pane', pane: mend.pane })}
            >
              {mend.label}
            </Button>
          )
        }
      >
        {known?.sentence}
      </Banner>
    );
  }
  const logon = steps.find(({ name }) => name === 'logon');
  if (logon?.status === 'skipped') {
    return <Banner tone="ok" title={said.worksWithoutLogon} detail={said.withoutLogonDetail} />;
  }
  return (
    <Banner
      tone="ok"
      title={said.works}
      detail={logon === undefined ? said.unaskedDetail : said.worksDetail}
    />
  );
}

function Report({ check }: { readonly check: FinishedCheck }): ReactNode {
  const { words, perform } = usePanel();
  const said = words.doctor;
  const [isCopied, showCopied] = useDone<true>();
  const copy = async (report: string): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-text', text: report });
    if (kind !== 'failed') showCopied(true);
  };
  const { report } = check;
  return (
    <Page title={said.title}>
      <Verdict check={check} />
      <StepList steps={check.steps} look="report" upstream={check.upstream} account={check.account} />
      {report === undefined ? null : <Note icon="lock">{said.noSecrets}</Note>}
      <div className="actions">
        <Button onClick={() => void perform({ kind: 'run-doctor' })}>{said.runAgain}</Button>
        <span className="grow" />
        {report === undefined ? null : (
          <Button look="primary" onClick={() => void copy(report)}>
            <span role={isCopied === true ? 'status' : undefined}>
              {isCopied === true ? said.copiedReport : said.copyReport}
            </span>
          </Button>
        )}
      </div>
    </Page>
  );
}
