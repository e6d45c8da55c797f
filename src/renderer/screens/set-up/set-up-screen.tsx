import { type ReactNode, useEffect, useState } from 'react';
import type { Command } from '../../../shared/command';
import type { Finding } from '../../../shared/finding';
import { isPac, readAccount, readUpstream } from '../../../shared/fields';
import { formatAccount, formatHostPort, formatUpstream } from '../../../shared/settings';
import { Button } from '../../components/button';
import { CheckResult, CheckView } from '../../components/check-view';
import { Page } from '../../components/page';
import { useCredentialCheck } from '../../components/use-credential-check';
import { usePanel } from '../../panel-context';
import { type FileFinding, isUsable, keyOf, onlyPacOf } from './finding';
import { Finishing } from './finishing';
import { Found } from './found';
import { Intro } from './intro';
import { Ready } from './ready';
import { SetUpForm } from './set-up-form';
import { usePacLook } from './use-pac-look';

/** First run: found, or by hand; the check; ready, or refused. */
export function SetUpScreen(): ReactNode {
  const { state, words, run, goHome } = usePanel();
  const check = useCredentialCheck('set-up');
  // The state is told a moment after the answer.
  const [found, setFound] = useState<readonly Finding[]>([]);
  const usable = (state.findings.length === 0 ? found : state.findings).filter(isUsable);
  const [chosen, setChosen] = useState<string>();
  const [form, setForm] = useState<'none' | 'by-hand' | 'file' | 'mac-pac'>('none');
  // What was checked while the panel was away is there again, but for the password.
  const [proxy, setProxy] = useState(() =>
    check.finished === undefined ? '' : formatUpstream(check.finished.upstream),
  );
  const [account, setAccount] = useState(() =>
    check.finished === undefined ? '' : formatAccount(check.finished.account),
  );
  const [password, setPassword] = useState('');
  /** After a refusal the button waits for a change. */
  const [isUnchanged, setIsUnchanged] = useState(false);

  // Until it is known what is on this Mac, there is no page to be taken away again.
  const [isLooking, setIsLooking] = useState(usable.length === 0 && check.finished === undefined);
  useEffect(() => {
    void run({ kind: 'look-around' }).then((result) => {
      if (result.kind === 'found') setFound(result.findings);
      setIsLooking(false);
    });
  }, [run]);

  const result = check.finished?.result;
  useEffect(() => {
    if (check.field === 'clear') setPassword('');
  }, [check.field]);

  const choice =
    usable.find((finding) => keyOf(finding) === chosen) ?? (chosen === '' ? undefined : usable[0]);
  const file: FileFinding | undefined = choice?.kind === 'cntlm-conf' ? choice : undefined;

  const pacService =
    form === 'mac-pac'
      ? (state.findings.find((finding) => finding.kind === 'system-pac')?.service ?? '')
      : undefined;
  const typedPac = form !== 'file' && isPac(proxy) ? proxy.trim() : undefined;
  const filePac = form === 'file' ? onlyPacOf(file) : undefined;
  const pacSource = pacService === undefined ? (filePac ?? typedPac) : 'mac';
  const pacLook = usePacLook(pacSource);

  const leave = (): void => {
    setPassword('');
    goHome();
  };
  const takeOver = (): void => {
    if (choice === undefined) {
      setForm('by-hand');
    } else if (choice.kind === 'system-pac') {
      setForm('mac-pac');
    } else if (choice.kind === 'system-proxy') {
      setProxy(formatHostPort(choice.upstream));
      setForm('by-hand');
    } else {
      setForm('file');
      if (choice.account === undefined && choice.domain !== '') setAccount(`${choice.domain}\\`);
      // Nobody has agreed yet to those that its PAC names.
      const isWhole = choice.hasCredential && choice.account !== undefined && choice.upstreams.length > 0;
      if (isWhole) void check.start({ kind: 'set-up-from-file', file: choice.file });
    }
  };
  const commandOf = (isAgain: boolean): Command | undefined => {
    const reading = readAccount(account);
    if (form === 'file' && file !== undefined) {
      const typed = file.account === undefined ? reading : undefined;
      if (typed?.kind === 'bad' || (filePac !== undefined && pacLook === undefined)) return undefined;
      return {
        kind: 'set-up-from-file',
        file: file.file,
        ...(filePac === undefined ? {} : { agreed: [...(pacLook?.proxies ?? [])] }),
        ...(typed === undefined ? {} : { account: typed.value }),
        // Empty where that of the file is to be used.
        ...(password === '' ? {} : { password }),
        isAgain,
      };
    }
    if (reading.kind === 'bad') return undefined;
    if (pacSource !== undefined) {
      const [first, ...others] = pacLook?.proxies ?? [];
      if (first === undefined) return undefined;
      const by = { upstream: first, others, pac: pacSource };
      return { kind: 'set-up', ...by, account: reading.value, password, isAgain };
    }
    const upstream = readUpstream(proxy);
    if (upstream.kind === 'bad') return undefined;
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
  const finishing = isGood && check.isPending ? finished : undefined;
  if (check.running !== undefined || finishing !== undefined) {
    return (
      <Page title={words.setUp.title} onBack={leave}>
        {check.running === undefined ? null : <CheckView check={check.running} />}
        {finishing === undefined ? null : <Finishing check={finishing} />}
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

  if (isLooking && usable.length === 0 && form === 'none') {
    return (
      <Page>
        <Intro />
        <p className="note centred" role="status">
          {words.setUp.looking}
        </p>
        <div className="actions late">
          <Button onClick={() => setForm('by-hand')}>{words.setUp.typeIn}</Button>
        </div>
      </Page>
    );
  }
  if (form !== 'none' || usable.length === 0) {
    // The first page greets; once something was tried it is a page like the others.
    // The way back stays where there is something to be read: settings that were damaged, for one.
    const isUntouched = finished === undefined && check.problem === undefined;
    const greets = usable.length === 0 && isUntouched && state.notices.length === 0;
    const isByFile = form === 'file' && file !== undefined;
    return (
      <Page
        {...(greets ? {} : { title: words.setUp.title })}
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
        {greets ? <Intro /> : null}
        {resultBanner}
        <SetUpForm
          file={isByFile ? file : undefined}
          pacService={pacService}
          pacSource={pacSource}
          pacLook={pacLook}
          proxy={proxy}
          account={account}
          password={password}
          isRefused={result === 'refused' && isUnchanged}
          isUnchanged={isUnchanged && result === 'refused'}
          onProxy={change(setProxy)}
          onAccount={change(setAccount)}
          onPassword={change(setPassword)}
          onLater={greets ? leave : undefined}
          onSubmit={() => void submit()}
          onSubmitAgain={() => void submit(true)}
        />
      </Page>
    );
  }
  return (
    <Page>
      {resultBanner}
      <Found findings={usable} choice={choice} onChoose={setChosen} onLater={leave} onTakeOver={takeOver} />
    </Page>
  );
}
