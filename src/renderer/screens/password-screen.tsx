import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { formatAccount, formatHostPort } from '../../shared/settings';
import { isPasswordExpiring } from '../../shared/state';
import { describeConnection } from '../../shared/words/describe-connection';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { CheckResult, CheckView } from '../components/check-view';
import { Note } from '../components/note';
import { OnceMore } from '../components/once-more';
import { Page } from '../components/page';
import { PasswordField } from '../components/password-field';
import { ProblemBanner } from '../components/problem-banner';
import { ActionRow, FactRow, SwitchRow } from '../components/row';
import { isKeychainProblem, useCredentialCheck } from '../components/use-credential-check';
import { usePanel } from '../panel-context';

/** A new password, checked with one logon before it replaces the old one. */
export function PasswordScreen(): ReactNode {
  const { state, words, run, goHome, trail } = usePanel();
  const { account, connection, traffic, settings } = state;
  const said = words.password;
  const check = useCredentialCheck('password');
  const [password, setPassword] = useState('');
  const [isUnchanged, setIsUnchanged] = useState(false);
  const form = useRef<HTMLFormElement>(null);

  // An older success says nothing of a password that was refused since.
  const isStale = check.finished?.result === 'accepted' && connection.kind === 'password-needed';
  const finished = isStale ? undefined : check.finished;
  const result = finished?.result;
  useEffect(() => {
    if (check.field === 'clear') setPassword('');
  }, [check.field]);
  // What somebody types elsewhere must never end in this field, and be sent with his Return.
  const isAsked = trail.entered !== 'unasked';
  useEffect(() => {
    if (isAsked) form.current?.querySelector('input')?.focus();
  }, [isAsked]);

  const leave = (): void => {
    setPassword('');
    goHome();
  };
  if (account === undefined) {
    return (
      <Page title={said.title} onBack={leave}>
        <Banner tone="plain">{words.connection.needsSetUpSentence}</Banner>
      </Page>
    );
  }
  if (check.running !== undefined) {
    return (
      <Page title={said.title} onBack={leave}>
        <CheckView check={check.running} />
      </Page>
    );
  }
  if (result === 'accepted') {
    return (
      <Page title={said.title} onBack={leave}>
        <Banner
          tone="ok"
          title={said.saved}
          detail={account.isForSessionOnly ? words.status.forSession : undefined}
        >
          {connection.kind === 'on' && connection.route.kind === 'upstream'
            ? words.connection.signedIn(connection.route.upstream, account.account)
            : describeConnection(state).sentence}
        </Banner>
        <div className="actions">
          <Button look="primary" hasFocusFirst onClick={leave}>
            {words.common.done}
          </Button>
        </div>
      </Page>
    );
  }

  const name = formatAccount(account.account);
  const isRefused = result === 'refused' && isUnchanged;
  const isOffered = connection.kind === 'password-needed';
  const notNow = (): void => {
    leave();
    if (isOffered) void run({ kind: 'hide-panel' });
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (password === '' || isRefused) return;
    save(false);
  };
  const save = (isAgain: boolean): void => {
    setIsUnchanged(true);
    void check.start({ kind: 'change-password', password, isAgain });
  };
  const keepForSession = (): void => {
    setIsUnchanged(true);
    void check.start({ kind: 'use-for-session', password });
  };
  const hasKeychainTrouble =
    (connection.kind === 'password-needed' && connection.why.kind === 'keychain') ||
    state.notices.some(isKeychainProblem);
  const upstream =
    connection.kind === 'password-needed' && connection.why.kind === 'refused'
      ? connection.why.upstream
      : settings.upstreams[0];
  // There is none that it would replace.
  const isFirst = connection.kind === 'password-needed' && connection.why.kind === 'missing';
  const lastAccepted =
    account.lastAcceptedMs === undefined
      ? said.notYet
      : words.formats.moment(account.lastAcceptedMs, Date.now());

  return (
    <Page title={said.title} onBack={leave}>
      {finished === undefined && check.problem === undefined ? (
        <Reason />
      ) : (
        <CheckResult finished={finished} problem={check.problem} />
      )}
      <ul className="card list">
        {finished === undefined && upstream !== undefined ? (
          <FactRow icon="server" label={said.companyProxy} value={formatHostPort(upstream)} isName />
        ) : null}
        <FactRow icon="clock" label={said.lastAccepted} value={lastAccepted} />
        {finished === undefined ? (
          account.ageDays === undefined ? null : (
            <FactRow icon="calendar" label={said.setInLatchkey} value={said.daysAgo(account.ageDays)} />
          )
        ) : (
          <FactRow icon="key" label={said.logonsJustNow} value={String(finished.logons)} />
        )}
      </ul>
      <form className="stack tight" ref={form} onSubmit={submit} noValidate>
        <div className="card pad">
          <PasswordField
            label={said.newFor(name)}
            value={password}
            placeholder={said.placeholder}
            isBad={isRefused}
            hint={isRefused ? words.setUp.changeToTryAgain : undefined}
            hasFocusFirst
            onChange={(text) => {
              setIsUnchanged(false);
              setPassword(text);
            }}
          />
        </div>
        {finished === undefined ? <PasswordTasks /> : null}
        {hasKeychainTrouble ? (
          <div className="actions">
            <Button size="wide" isDisabled={password === '' || isRefused} onClick={keepForSession}>
              {words.setUp.keepForSession}
            </Button>
          </div>
        ) : null}
        {isRefused ? <OnceMore onClick={() => save(true)} /> : null}
        <Note icon="lock">
          {isFirst ? said.checkedFirst : said.checkedWith}
          {traffic.openTunnels === 0 ? null : <br />}
          {said.tunnelsStay(traffic.openTunnels)}
        </Note>
        <div className="actions">
          <Button onClick={notNow}>{said.notNow}</Button>
          <span className="grow" />
          <Button type="submit" look="primary" isDisabled={password === '' || isRefused}>
            {words.common.checkAndSave}
          </Button>
        </div>
      </form>
    </Page>
  );
}

/** Another way than a new password: the same one once more, or none for a while. */
function PasswordTasks(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.password;
  const { connection } = state;
  if (connection.kind === 'password-needed') {
    if (connection.why.kind !== 'refused') return null;
    return (
      <section className="card list">
        <ActionRow
          icon="key"
          label={said.retry}
          detail={said.retryDetail}
          onClick={() => void perform({ kind: 'retry-password' })}
        />
      </section>
    );
  }
  if (connection.kind !== 'on' && connection.kind !== 'waiting') return null;
  return (
    <section className="card list">
      <SwitchRow
        icon="pause"
        label={said.pause}
        detail={said.pauseDetail}
        isOn={connection.kind === 'waiting' && connection.why.kind === 'paused'}
        onChange={(isPaused) => void perform({ kind: 'pause-sign-in', isPaused })}
      />
    </section>
  );
}

/** Why the screen came up by itself, if it did: what is known, and no more. */
function Reason(): ReactNode {
  const { state, words, run } = usePanel();
  const { connection, account, settings } = state;
  if (connection.kind === 'password-needed') {
    if (connection.why.kind === 'keychain') {
      // The Keychain is read on starting.
      const readAgain = async (): Promise<void> => {
        await run({ kind: 'turn-off' });
        await run({ kind: 'turn-on' });
      };
      return (
        <ProblemBanner
          problem={connection.why.problem}
          actions={
            <Button size="small" onClick={() => void readAgain()}>
              {words.common.tryAgain}
            </Button>
          }
        />
      );
    }
    return <Banner tone="warn">{describeConnection(state).sentence}</Banner>;
  }
  const limit = settings.maxPasswordAgeDays;
  if (limit !== null && account?.ageDays !== undefined && isPasswordExpiring(state)) {
    return <Banner tone="warn">{words.password.ageBanner(account.ageDays, limit)}</Banner>;
  }
  return null;
}
