import { type FormEvent, type ReactNode, useEffect, useState } from 'react';
import { formatAccount, type SignInMethod, signInMethods } from '../../shared/settings';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { CheckResult, CheckView } from '../components/check-view';
import { Choice } from '../components/choice';
import { Note } from '../components/note';
import { OnceMore } from '../components/once-more';
import { Page } from '../components/page';
import { PasswordField } from '../components/password-field';
import { SwitchRow } from '../components/row';
import { Segments } from '../components/segments';
import { useCredentialCheck } from '../components/use-credential-check';
import { usePanel } from '../panel-context';

const others = signInMethods.filter((method) => method !== 'NTLMv2');

/** How the account signs in. Why not comes before the choice, and nothing changes until its own button is pressed. */
export function SignInSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.signIn;
  const { signInMethod: method, ntlmToBasic, upstreams } = state.settings;
  const [wanted, setWanted] = useState(method);
  const [isConfirmed, setIsConfirmed] = useState(false);
  // Another face may have changed it.
  useEffect(() => {
    setWanted(method);
    setIsConfirmed(false);
  }, [method]);
  const isOther = wanted !== 'NTLMv2';
  const choose = (next: SignInMethod): void => {
    setWanted(next);
    setIsConfirmed(false);
  };
  const use = (): void => {
    // Without an account there is no secret yet.
    if (state.account === undefined)
      void perform({ kind: 'change-settings', patch: { signInMethod: wanted } });
    else setIsConfirmed(true);
  };
  return (
    <Page title={said.title}>
      <div className="card list" role="radiogroup" aria-label={said.methods}>
        <Choice
          group="sign-in"
          isChosen={!isOther}
          onChoose={() => choose('NTLMv2')}
          title={said.usual}
          detail={said.usualDetail}
          icon="lock"
        />
        <Choice
          group="sign-in"
          isChosen={isOther}
          onChoose={() => choose(method === 'NTLMv2' ? 'NTLM2SR' : method)}
          title={said.other}
          detail={said.otherDetail}
          icon="key"
        />
      </div>
      {isOther ? (
        <Segments
          label={said.methods}
          value={wanted}
          options={others.map((each) => [each, said.name(each)] as const)}
          onChange={choose}
          isWide
        />
      ) : null}
      {isConfirmed ? (
        <NewMethod method={wanted} onLeave={() => choose(method)} />
      ) : wanted !== method ? (
        <Banner
          tone={isOther ? 'warn' : 'plain'}
          title={isOther ? said.whyNot(wanted) : said.stays(said.name(method))}
          detail={isOther ? `${said.whatElse(wanted)} ${said.stays(said.name(method))}`.trim() : undefined}
          actions={
            <>
              <Button size="small" onClick={() => choose(method)}>
                {said.keep(said.name(method))}
              </Button>
              <Button size="small" onClick={use}>
                {said.use(said.name(wanted))}
              </Button>
            </>
          }
        />
      ) : isOther ? (
        <Banner tone="warn" title={said.inUse(said.name(method))} detail={said.whatElse(method) || undefined}>
          {said.whyNot(method)}
        </Banner>
      ) : null}
      {isOther && upstreams.some(({ isTls }) => isTls === true) ? (
        <Note icon="lock">{said.notBound}</Note>
      ) : null}
      <Note icon="info">{said.neverByItself}</Note>
      <section className="card list">
        <SwitchRow
          icon="key"
          label={said.clients}
          detail={said.clientsDetail}
          isOn={ntlmToBasic}
          onChange={(isOn) => void perform({ kind: 'change-settings', patch: { ntlmToBasic: isOn } })}
        />
      </section>
      {ntlmToBasic ? <Note icon="lock">{said.clientsNote}</Note> : null}
    </Page>
  );
}

/** The password for another method: checked with one logon before that replaces the one in use. */
function NewMethod({
  method,
  onLeave,
}: {
  readonly method: SignInMethod;
  readonly onLeave: () => void;
}): ReactNode {
  const { state, words } = usePanel();
  const said = words.signIn;
  const check = useCredentialCheck('password');
  const [password, setPassword] = useState('');
  const [isUnchanged, setIsUnchanged] = useState(false);
  useEffect(() => {
    if (check.field === 'clear') setPassword('');
  }, [check.field]);
  if (check.running !== undefined) return <CheckView check={check.running} />;
  const isRefused = check.finished?.result === 'refused' && isUnchanged;
  const save = (isAgain: boolean): void => {
    setIsUnchanged(true);
    void check.start({ kind: 'change-password', password, method, isAgain });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password !== '' && !isRefused) save(false);
  };
  const name = state.account === undefined ? '' : formatAccount(state.account.account);
  return (
    <>
      <CheckResult finished={check.finished} problem={check.problem} />
      <form className="stack tight" onSubmit={submit} noValidate>
        <div className="card pad">
          <PasswordField
            label={said.password(name)}
            value={password}
            placeholder={words.password.placeholder}
            isBad={isRefused}
            hint={isRefused ? words.setUp.changeToTryAgain : undefined}
            hasFocusFirst
            onChange={(text) => {
              setIsUnchanged(false);
              setPassword(text);
            }}
          />
        </div>
        {isRefused ? <OnceMore onClick={() => save(true)} /> : null}
        <Note icon="key">{method === 'Basic' ? said.keepsPassword : said.needsPassword}</Note>
        <div className="actions">
          <Button onClick={onLeave}>{words.common.cancel}</Button>
          <span className="grow" />
          <Button type="submit" look="primary" isDisabled={password === '' || isRefused}>
            {words.common.checkAndSave}
          </Button>
        </div>
      </form>
    </>
  );
}
