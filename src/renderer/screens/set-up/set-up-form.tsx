import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { isPac, readAccount, readPac, readUpstream } from '../../../shared/fields';
import { formatAccount, formatHostPort, formatUpstream } from '../../../shared/settings';
import { Button } from '../../components/button';
import { Note } from '../../components/note';
import { OnceMore } from '../../components/once-more';
import { PasswordField } from '../../components/password-field';
import { FactRow } from '../../components/row';
import { TextField } from '../../components/text-field';
import { usePanel } from '../../panel-context';
import { type FileFinding, nameOf, onlyPacOf } from './finding';
import type { PacLook } from './use-pac-look';

/** Company proxy or PAC, account and password; of a cntlm.conf what it has not. */
export function SetUpForm({
  file,
  pacService,
  pacSource,
  pacLook,
  proxy,
  account,
  password,
  isRefused,
  isUnchanged,
  onProxy,
  onAccount,
  onPassword,
  onLater,
  onSubmit,
  onSubmitAgain,
}: {
  /** Its company proxy and account are taken over; what it has not is asked for. */
  readonly file: FileFinding | undefined;
  /** The Mac's own PAC is taken over, of that network service, and its company proxies with it. */
  readonly pacService: string | undefined;
  /** The PAC that is chosen or typed in, and what it names once it has been read. */
  readonly pacSource: string | undefined;
  readonly pacLook: PacLook | undefined;
  readonly proxy: string;
  readonly account: string;
  readonly password: string;
  readonly isRefused: boolean;
  readonly isUnchanged: boolean;
  readonly onProxy: (text: string) => void;
  readonly onAccount: (text: string) => void;
  readonly onPassword: (text: string) => void;
  /** Where no title bar leads back. */
  readonly onLater: (() => void) | undefined;
  readonly onSubmit: () => void;
  /** With a password that was refused. */
  readonly onSubmitAgain: () => void;
}): ReactNode {
  const { words } = usePanel();
  const said = words.setUp;
  const [left, setLeft] = useState<ReadonlySet<'proxy' | 'account'>>(new Set());
  const form = useRef<HTMLFormElement>(null);
  const proxyReading = isPac(proxy) ? readPac(proxy) : readUpstream(proxy);
  const isProxyBad = pacService === undefined && proxyReading.kind === 'bad';
  const accountReading = readAccount(account);
  const asksAccount = file === undefined || file.account === undefined;
  const filePac = onlyPacOf(file);
  const hasOwnPassword =
    file?.hasCredential === true && (file.account === undefined || filePac !== undefined);
  const hasProxy =
    pacSource === undefined ? proxy !== '' : pacLook !== undefined && pacLook.proxies.length > 0;
  const isComplete =
    (password !== '' || hasOwnPassword) &&
    ((file !== undefined && filePac === undefined) || hasProxy) &&
    (!asksAccount || account !== '');

  useEffect(() => {
    const wanted = form.current?.querySelector('[data-autofocus]');
    if (wanted instanceof HTMLElement) wanted.focus();
  }, []);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!isComplete || isUnchanged) return;
    setLeft(new Set(['proxy', 'account']));
    const isWrongProxy = file === undefined && isProxyBad;
    if (isWrongProxy || (asksAccount && accountReading.kind === 'bad')) {
      // The account stands first where there is no field for the proxy.
      const hasProxyField = file === undefined && pacService === undefined;
      form.current?.querySelectorAll('input')[hasProxyField && !isWrongProxy ? 1 : 0]?.focus();
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
          {first === undefined ? null : <FactRow icon="server" label={formatHostPort(first)} isName />}
          {filePac === undefined ? null : <FactRow icon="file" label={filePac} isName />}
          {file.account === undefined ? null : (
            <FactRow icon="key" label={formatAccount(file.account)} isName />
          )}
        </ul>
      )}
      {file === undefined && pacService !== undefined ? (
        <ul className="card list">
          <FactRow icon="wifi" label={`${words.pac.macsPac} (${pacService})`} />
        </ul>
      ) : null}
      <div className="card pad stack">
        {file === undefined ? (
          pacService === undefined ? (
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
          ) : null
        ) : null}
        {asksAccount ? (
          <TextField
            label={said.account}
            value={account}
            onChange={onAccount}
            onBlur={markLeft('account')}
            hint={isRefused ? undefined : said.accountHint}
            placeholder={said.accountPlaceholder}
            error={accountProblem === undefined ? undefined : words.field(accountProblem)}
            hasFocusFirst={
              file !== undefined || ((proxy !== '' || pacService !== undefined) && account === '')
            }
          />
        ) : null}
        <PasswordField
          label={said.password}
          value={password}
          onChange={onPassword}
          isBad={isRefused}
          hasFocusFirst={
            (file !== undefined && !asksAccount) ||
            ((proxy !== '' || pacService !== undefined) && account !== '')
          }
          hint={
            isRefused
              ? said.changeToTryAgain
              : hasOwnPassword
                ? said.passwordOfFile
                : file !== undefined && !file.hasCredential
                  ? said.passwordForFile(nameOf(file.file))
                  : undefined
          }
        />
      </div>
      {isRefused ? <OnceMore onClick={onSubmitAgain} /> : <Note icon="lock">{said.neverStored}</Note>}
      {pacSource !== undefined && (file === undefined || filePac !== undefined) ? (
        <PacNote look={pacLook} />
      ) : null}
      <div className="actions">
        {onLater === undefined ? null : (
          <>
            <Button onClick={onLater}>{words.common.later}</Button>
            <span className="grow" />
          </>
        )}
        <Button type="submit" look="primary" isDisabled={!isComplete || isUnchanged}>
          {words.common.checkAndSave}
        </Button>
      </div>
    </form>
  );
}

/** What the PAC names: whoever goes on agrees that they get the sign-in. */
function PacNote({ look }: { readonly look: PacLook | undefined }): ReactNode {
  const { words } = usePanel();
  const said = words.pac;
  if (look === undefined) return <Note icon="info">{said.looking}</Note>;
  const { proxies, error } = look;
  const list = proxies.map(formatUpstream).join(', ');
  const text =
    proxies.length > 0
      ? said.names(list)
      : error === undefined
        ? said.namesNone
        : `${said.unreadable}: ${error}.`;
  return <Note icon="info">{text}</Note>;
}
