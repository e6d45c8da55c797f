import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { Command } from '../../shared/command';
import { readAccount, readHostPort } from '../../shared/fields';
import { formatAccount, formatHostPort } from '../../shared/settings';
import type { Finding } from '../../shared/state';
import { describeConnection } from '../../shared/words/describe-connection';
import { AppToggles } from '../components/app-toggles';
import { Button } from '../components/button';
import { CheckResult, CheckView } from '../components/check-view';
import { Choice } from '../components/choice';
import { Icon } from '../components/icon';
import { Mark } from '../components/mark';
import { Note } from '../components/note';
import { OnceMore } from '../components/once-more';
import { Page } from '../components/page';
import { PasswordField } from '../components/password-field';
import { RouteStrip } from '../components/route-strip';
import { FactRow } from '../components/row';
import { Shape } from '../components/shape';
import { TextField } from '../components/text-field';
import { useCredentialCheck } from '../components/use-credential-check';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';

type FileFinding = Extract<Finding, { kind: 'cntlm-conf' }>;

/** What can be taken over; a PAC file cannot. */
type Usable = Exclude<Finding, { kind: 'system-pac' }>;

function isUsable(finding: Finding): finding is Usable {
  if (finding.kind === 'system-pac') return false;
  return finding.kind !== 'cntlm-conf' || (finding.upstreams.length > 0 && finding.account !== undefined);
}

function keyOf(finding: Usable): string {
  return finding.kind === 'cntlm-conf' ? finding.file : finding.kind;
}

function nameOf(file: string): string {
  return file.split('/').at(-1) ?? file;
}

/** First run: found, or by hand; the check; ready, or refused. */
export function SetUpScreen(): ReactNode {
  const { state, words, run, goHome } = usePanel();
  const check = useCredentialCheck('set-up');
  const usable = state.findings.filter(isUsable);
  const [chosen, setChosen] = useState<string>();
  const [form, setForm] = useState<'none' | 'by-hand' | 'file'>('none');
  // What was checked while the panel was away is there again, but for the password.
  const [proxy, setProxy] = useState(() =>
    check.finished === undefined ? '' : formatHostPort(check.finished.upstream),
  );
  const [account, setAccount] = useState(() =>
    check.finished === undefined ? '' : formatAccount(check.finished.account),
  );
  const [password, setPassword] = useState('');
  /** After a refusal the button waits for a change. */
  const [isUnchanged, setIsUnchanged] = useState(false);

  useEffect(() => {
    void run({ kind: 'look-around' });
  }, [run]);

  const result = check.finished?.result;
  useEffect(() => {
    if (check.field === 'clear') setPassword('');
  }, [check.field]);

  const choice =
    usable.find((finding) => keyOf(finding) === chosen) ?? (chosen === '' ? undefined : usable[0]);
  const file: FileFinding | undefined = choice?.kind === 'cntlm-conf' ? choice : undefined;

  const leave = (): void => {
    setPassword('');
    goHome();
  };
  const takeOver = (): void => {
    if (choice === undefined) {
      setForm('by-hand');
    } else if (choice.kind === 'system-proxy') {
      setProxy(formatHostPort(choice.upstream));
      setForm('by-hand');
    } else {
      setForm('file');
      if (choice.hasCredential) void check.start({ kind: 'set-up-from-file', file: choice.file });
    }
  };
  const commandOf = (isAgain: boolean): Command | undefined => {
    if (form === 'file' && file !== undefined) {
      return { kind: 'set-up-from-file', file: file.file, password, isAgain };
    }
    const upstream = readHostPort(proxy);
    const reading = readAccount(account);
    if (upstream.kind === 'bad' || reading.kind === 'bad') return undefined;
    return { kind: 'set-up', upstream: upstream.value, account: reading.value, password, isAgain };
  };
  const submit = async (isAgain = false): Promise<void> => {
    const command = commandOf(isAgain);
    if (command === undefined) return;
    setIsUnchanged(true);
    await check.start(command);
  };

  const { finished } = check;
  // What was accepted is being put to use, which takes the Keychain its time.
  const isTakenOver = state.connection.kind !== 'needs-setup';
  const isGood = finished?.result === 'accepted' || finished?.problem?.kind === 'sign-in-not-asked';
  const shown = check.running ?? (isGood && check.isPending && !isTakenOver ? finished : undefined);
  if (shown !== undefined) {
    return (
      <Page title={words.setUp.title} onBack={leave}>
        <CheckView check={shown} />
      </Page>
    );
  }
  if (isGood && isTakenOver) return <Ready onDone={leave} />;

  const resultBanner = <CheckResult finished={finished} problem={check.problem} />;
  const change = (set: (text: string) => void) => (text: string) => {
    setIsUnchanged(false);
    // What is found later must not take the form away.
    if (form === 'none') setForm('by-hand');
    set(text);
  };

  if (form !== 'none' || usable.length === 0) {
    const isByFile = form === 'file' && file !== undefined;
    return (
      <Page
        title={words.setUp.title}
        onBack={
          usable.length === 0
            ? leave
            : () => {
                setPassword('');
                setForm('none');
                check.forget();
              }
        }
      >
        {resultBanner}
        <SetUpForm
          file={isByFile ? file : undefined}
          pacService={state.findings.find((finding) => finding.kind === 'system-pac')?.service}
          proxy={proxy}
          account={account}
          password={password}
          isRefused={result === 'refused' && isUnchanged}
          isUnchanged={isUnchanged && result === 'refused'}
          onProxy={change(setProxy)}
          onAccount={change(setAccount)}
          onPassword={change(setPassword)}
          onSubmit={() => void submit()}
          onSubmitAgain={() => void submit(true)}
        />
      </Page>
    );
  }
  return (
    <Page>
      {resultBanner}
      <Found
        findings={usable}
        choice={choice}
        pacService={state.findings.find((finding) => finding.kind === 'system-pac')?.service}
        onChoose={setChosen}
        onLater={leave}
        onTakeOver={takeOver}
      />
    </Page>
  );
}

function Found({
  findings,
  choice,
  pacService,
  onChoose,
  onLater,
  onTakeOver,
}: {
  readonly findings: readonly Usable[];
  readonly choice: Usable | undefined;
  readonly pacService: string | undefined;
  readonly onChoose: (key: string) => void;
  readonly onLater: () => void;
  readonly onTakeOver: () => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const isChecked = choice?.kind === 'cntlm-conf' && choice.hasCredential;
  return (
    <>
      <header className="intro">
        <Mark />
        <h1 tabIndex={-1}>{said.welcome}</h1>
        {said.intro.map((line) => (
          <p key={line}>{line}</p>
        ))}
      </header>
      <h2 className="label" id="found">
        {said.found}
      </h2>
      <div className="card list" role="radiogroup" aria-labelledby="found">
        {findings.map((finding) => {
          const isChosen = choice !== undefined && keyOf(finding) === keyOf(choice);
          return finding.kind === 'cntlm-conf' ? (
            <Choice
              key={keyOf(finding)}
              group="finding"
              isChosen={isChosen}
              onChoose={() => onChoose(keyOf(finding))}
              title={nameOf(finding.file)}
              detail={finding.file}
              icon="file"
              isStrong
            >
              {isChosen ? <FileFacts file={finding} /> : null}
            </Choice>
          ) : (
            <Choice
              key={keyOf(finding)}
              group="finding"
              isChosen={isChosen}
              onChoose={() => onChoose(keyOf(finding))}
              title={said.thisMacsProxy}
              detail={said.fromService(formatHostPort(finding.upstream), finding.service)}
              icon="wifi"
              isStrong
            />
          );
        })}
        <Choice
          group="finding"
          isChosen={choice === undefined}
          onChoose={() => onChoose('')}
          title={said.typeIn}
          detail={said.typeInDetail}
          icon="pencil"
          isStrong
        />
      </div>
      {pacService === undefined ? null : <Note icon="info">{said.pacFound(pacService)}</Note>}
      <Note>{choice?.kind === 'cntlm-conf' ? said.fileStays : said.costs}</Note>
      <div className="actions">
        <Button onClick={onLater}>{words.common.later}</Button>
        <span className="grow" />
        <Button look="primary" onClick={onTakeOver}>
          {isChecked ? words.common.checkAndSave : said.next}
        </Button>
      </div>
    </>
  );
}

/** How many lines that are left out are named one by one. */
const namedLines = 2;

function FileFacts({ file }: { readonly file: FileFinding }): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const { upstreams, account, hasCredential, noProxyCount, leftOut } = file;
  const [first] = upstreams;
  const taken = [
    first === undefined ? undefined : said.proxiesInFile(upstreams.length, formatHostPort(first)),
    account === undefined
      ? undefined
      : hasCredential
        ? said.accountWithHash(formatAccount(account))
        : said.accountWithoutHash(formatAccount(account)),
    noProxyCount === 0 ? undefined : said.noProxyInFile(noProxyCount),
  ].filter((fact) => fact !== undefined);
  const left = [
    ...leftOut.slice(0, namedLines).map(({ line }) => said.leftOut(line)),
    ...(leftOut.length > namedLines ? [said.leftOutMore(leftOut.length - namedLines)] : []),
  ];
  return (
    <ul className="facts">
      {taken.map((fact) => (
        <li key={fact}>
          <Icon name="check" size="small" />
          {fact}
        </li>
      ))}
      {left.map((fact) => (
        <li key={fact}>
          <Icon name="info" size="small" />
          {fact}
        </li>
      ))}
    </ul>
  );
}

function SetUpForm({
  file,
  pacService,
  proxy,
  account,
  password,
  isRefused,
  isUnchanged,
  onProxy,
  onAccount,
  onPassword,
  onSubmit,
  onSubmitAgain,
}: {
  /** Its company proxy and account are taken over, and only the password is asked for. */
  readonly file: FileFinding | undefined;
  readonly pacService: string | undefined;
  readonly proxy: string;
  readonly account: string;
  readonly password: string;
  readonly isRefused: boolean;
  readonly isUnchanged: boolean;
  readonly onProxy: (text: string) => void;
  readonly onAccount: (text: string) => void;
  readonly onPassword: (text: string) => void;
  readonly onSubmit: () => void;
  /** With a password that was refused. */
  readonly onSubmitAgain: () => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const [left, setLeft] = useState<ReadonlySet<'proxy' | 'account'>>(new Set());
  const form = useRef<HTMLFormElement>(null);
  const proxyReading = readHostPort(proxy);
  const accountReading = readAccount(account);
  const isComplete = password !== '' && (file !== undefined || (proxy !== '' && account !== ''));

  useEffect(() => {
    const wanted = form.current?.querySelector('[data-autofocus]');
    if (wanted instanceof HTMLElement) wanted.focus();
  }, []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete || isUnchanged) return;
    setLeft(new Set(['proxy', 'account']));
    if (file === undefined && (proxyReading.kind === 'bad' || accountReading.kind === 'bad')) {
      const wrong = form.current?.querySelectorAll('input')[proxyReading.kind === 'bad' ? 0 : 1];
      wrong?.focus();
      return;
    }
    onSubmit();
  };
  const markLeft = (field: 'proxy' | 'account') => () => setLeft((before) => new Set([...before, field]));
  const proxyProblem =
    left.has('proxy') && proxy !== '' && proxyReading.kind === 'bad' ? proxyReading.problem : undefined;
  const accountProblem =
    left.has('account') && account !== '' && accountReading.kind === 'bad'
      ? accountReading.problem
      : undefined;
  const proposed = proxyProblem?.kind === 'port-missing' ? proxyProblem.proposed : undefined;
  const [first] = file?.upstreams ?? [];
  return (
    <form className="stack tight" ref={form} onSubmit={submit} noValidate>
      {file === undefined ? null : (
        <ul className="card list">
          {first === undefined ? null : <FactRow icon="server" label={formatHostPort(first)} />}
          {file.account === undefined ? null : <FactRow icon="key" label={formatAccount(file.account)} />}
        </ul>
      )}
      {file === undefined && pacService !== undefined ? (
        <Note icon="info">{said.pacFound(pacService)}</Note>
      ) : null}
      <div className="card pad stack">
        {file === undefined ? (
          <>
            <TextField
              label={said.companyProxy}
              value={proxy}
              onChange={onProxy}
              onBlur={markLeft('proxy')}
              hint={isRefused ? undefined : said.companyProxyHint}
              placeholder="proxy.corp:8080"
              error={proxyProblem === undefined ? undefined : words.field(proxyProblem)}
              hasFocusFirst={proxy === ''}
              lineAfter={
                proposed === undefined ? undefined : (
                  <button type="button" className="link" onClick={() => onProxy(proposed)}>
                    {said.use(proposed)}
                  </button>
                )
              }
            />
            <TextField
              label={said.account}
              value={account}
              onChange={onAccount}
              onBlur={markLeft('account')}
              hint={isRefused ? undefined : said.accountHint}
              placeholder={said.accountPlaceholder}
              error={accountProblem === undefined ? undefined : words.field(accountProblem)}
              hasFocusFirst={proxy !== '' && account === ''}
            />
          </>
        ) : null}
        <PasswordField
          label={said.password}
          value={password}
          onChange={onPassword}
          isBad={isRefused}
          hasFocusFirst={file !== undefined || (proxy !== '' && account !== '')}
          hint={
            isRefused
              ? said.changeToTryAgain
              : file !== undefined && !file.hasCredential
                ? said.passwordForFile(nameOf(file.file))
                : undefined
          }
        />
      </div>
      {isRefused ? <OnceMore onClick={onSubmitAgain} /> : <Note icon="lock">{said.neverStored}</Note>}
      <div className="actions">
        <Button type="submit" look="primary" isDisabled={!isComplete || isUnchanged}>
          {words.common.checkAndSave}
        </Button>
      </div>
    </form>
  );
}

function Ready({ onDone }: { readonly onDone: () => void }): ReactNode {
  const { state, words, perform } = usePanel();
  const [isCopied, showCopied] = useDone<true>();
  const { shape, headline, sentence } = describeConnection(state);
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands' });
    if (kind !== 'failed') showCopied(true);
  };
  return (
    <Page>
      <section className="card hero">
        <div className="hero-top">
          <Shape name={shape} />
          <h1 tabIndex={-1}>{state.connection.kind === 'on' ? words.setUp.ready : headline}</h1>
        </div>
        <p className="hero-sentence" role="status">
          {sentence}
        </p>
        <RouteStrip connection={state.connection} />
      </section>
      <AppToggles />
      {state.systemProxy.kind === 'unsupported' ? null : <Note>{words.setUp.settingsComeBack}</Note>}
      <div className="actions">
        <Button onClick={() => void copy()}>
          {isCopied === true ? words.common.copied : words.status.copyTerminalCommands}
        </Button>
        <span className="grow" />
        <Button look="primary" onClick={onDone}>
          {words.common.done}
        </Button>
      </div>
    </Page>
  );
}
