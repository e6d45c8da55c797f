import { type ReactNode, useEffect } from 'react';
import { canChangePassword } from '../../../shared/state';
import { isInLastDays } from '../../../shared/words/describe-connection';
import { Icon } from '../../components/icon';
import { ActionRow } from '../../components/row';
import { useDone } from '../../components/use-done';
import { usePanel } from '../../panel-context';
import { copiedByKey } from '../../use-shortcuts';

/** Terminal commands, password. */
export function Tasks(): ReactNode {
  const { state, words, perform } = usePanel();
  const [isCopied, showCopied] = useDone<true>();
  useEffect(() => {
    const onCopied = (): void => showCopied(true);
    window.addEventListener(copiedByKey, onCopied);
    return () => window.removeEventListener(copiedByKey, onCopied);
  }, [showCopied]);
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands' });
    if (kind !== 'failed') showCopied(true);
  };
  const { account, connection, settings } = state;
  const said = words.status;
  const isDue = account?.daysLeft !== undefined && account.daysLeft <= settings.remindDays;
  return (
    <section className="card list">
      <ActionRow
        icon="terminal"
        label={isCopied === true ? said.copiedTerminalCommands : said.copyTerminalCommands}
        keys={isCopied === true ? undefined : state.platform === 'darwin' ? '⌘C' : 'Ctrl+C'}
        isDone={isCopied === true}
        onClick={() => void copy()}
      />
      {account === undefined ||
      !canChangePassword(state) ||
      connection.kind === 'password-needed' ||
      isInLastDays(state) ? null : (
        <PasswordRow
          label={said.changePassword}
          detail={account.isForSessionOnly ? said.forSession : undefined}
          value={isDue && account.daysLeft !== undefined ? said.daysLeft(account.daysLeft) : undefined}
        />
      )}
    </section>
  );
}

function PasswordRow({
  label,
  detail,
  value,
}: {
  readonly label: string;
  readonly detail: string | undefined;
  readonly value: string | undefined;
}): ReactNode {
  const { go } = usePanel();
  return (
    <button type="button" className="row" data-opens="password" onClick={() => go({ screen: 'password' })}>
      <Icon name="key" />
      <span className="row-text">
        {label}
        {detail === undefined ? null : <small>{detail}</small>}
      </span>
      {value === undefined ? null : <span className="row-value">{value}</span>}
    </button>
  );
}
