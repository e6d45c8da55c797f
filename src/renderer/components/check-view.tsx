import type { ReactNode } from 'react';
import { formatAccount, formatHostPort } from '../../shared/settings';
import type { AppProblem } from '../../shared/app-problem';
import { usePanel } from '../panel-context';
import { Banner } from './banner';
import { Button } from './button';
import { ProblemBanner } from './problem-banner';
import { FactRow } from './row';
import { StepList } from './step-list';
import type { FinishedCheck, RunningCheck } from './use-credential-check';

/** A check under way: whom it is about, its steps as they happen, and Cancel until the logon leaves. */
export function CheckView({ check }: { readonly check: RunningCheck }): ReactNode {
  const { words, perform } = usePanel();
  return (
    <>
      <CheckFacts check={check} />
      <div aria-live="polite">
        <StepList steps={check.steps} look="brief" upstream={check.upstream} account={check.account} />
      </div>
      <div className="actions">
        {check.canCancel ? (
          <Button onClick={() => void perform({ kind: 'cancel-check' })}>{words.common.cancel}</Button>
        ) : null}
        <Button isDisabled>{words.common.checking}</Button>
      </div>
    </>
  );
}

/** Whom a check is about. */
export function CheckFacts({ check }: { readonly check: RunningCheck | FinishedCheck }): ReactNode {
  return (
    <ul className="card list">
      <FactRow icon="server" label={formatHostPort(check.upstream)} isName />
      <FactRow icon="key" label={formatAccount(check.account)} isName />
    </ul>
  );
}

/** What became of a check that did not succeed, in one sentence, and what it has cost. */
export function CheckResult({
  finished,
  problem,
}: {
  readonly finished: FinishedCheck | undefined;
  readonly problem: AppProblem | undefined;
}): ReactNode {
  const { words } = usePanel();
  const cost =
    finished === undefined ? '' : finished.logons === 0 ? words.setUp.noLogonUsed : words.setUp.logonUsed;
  if (finished?.result === 'refused') {
    return (
      <Banner tone="bad" detail={finished.logons === 0 ? cost : words.setUp.refusedDetail}>
        {words.setUp.refused}
      </Banner>
    );
  }
  if (finished?.result === 'cancelled')
    return (
      <Banner tone="plain" detail={cost}>
        {words.setUp.cancelled}
      </Banner>
    );
  return problem === undefined ? null : <ProblemBanner problem={problem} more={cost} />;
}
