import type { ReactNode } from 'react';
import { Button } from '../../components/button';
import { Note } from '../../components/note';
import { CheckFacts } from '../../components/check-view';
import { Shape, type ShapeName } from '../../components/shape';
import { StepList } from '../../components/step-list';
import type { FinishedCheck } from '../../components/use-credential-check';
import { usePanel } from '../../panel-context';
import { leadsToLatchkey } from '../../../shared/system-proxy';

/** The password is good: this Mac is being told of Latchkey, and two pages will prove it. macOS may be asking meanwhile. */
export function Finishing({ check }: { readonly check: FinishedCheck }): ReactNode {
  const { state, words, run } = usePanel();
  const said = words.setUp;
  const { systemProxy, wayProof } = state;
  const isAsking = systemProxy.kind === 'changing' && systemProxy.to === 'on';
  const macShape: ShapeName = isAsking
    ? 'busy'
    : wayProof === undefined
      ? 'waiting'
      : leadsToLatchkey(systemProxy)
        ? 'ok'
        : 'off';
  return (
    <>
      <CheckFacts check={check} />
      <div aria-live="polite">
        <StepList steps={check.steps} look="brief" upstream={check.upstream} account={check.account}>
          {systemProxy.kind === 'unsupported' ? null : (
            <>
              <li className={`step ${isAsking ? 'asking' : ''}`}>
                <Shape name={macShape} size="middle" />
                <div className="step-text">
                  {words.status.useForThisMac}
                  {isAsking && state.asksForAdministrator ? <small>{said.macAsks}</small> : null}
                </div>
              </li>
              <li className="step to-come">
                <Shape name={wayProof === undefined ? 'waiting' : 'busy'} size="middle" />
                <div className="step-text">{said.twoPages}</div>
              </li>
            </>
          )}
        </StepList>
      </div>
      {isAsking ? <Note>{said.withoutTheMac}</Note> : null}
      <div className="actions">
        {isAsking ? (
          <Button onClick={() => void run({ kind: 'set-system-proxy', isOn: false })}>
            {words.doctor.skip}
          </Button>
        ) : null}
        <Button isDisabled>
          {isAsking && state.asksForAdministrator ? said.waitingForMac : words.common.checking}
        </Button>
      </div>
    </>
  );
}
