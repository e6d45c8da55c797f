import type { ReactNode } from 'react';
import { type Reading, readNumber } from '../../shared/fields';
import { Button } from '../components/button';
import { Note } from '../components/note';
import { NotificationTasks } from '../components/notification-tasks';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { ProblemBanner } from '../components/problem-banner';
import { SettingField } from '../components/setting-field';
import { usePanel } from '../panel-context';

/** No number is no limit. */
function readLimit(text: string): Reading<number | null> {
  return text.trim() === '' ? { kind: 'good', value: null } : readNumber(text, 1, 3650);
}

/** How old the password is, how old it may become, and when to be reminded. */
export function PasswordAgeSection(): ReactNode {
  const { state, words, perform, go } = usePanel();
  const { account, settings } = state;
  const { maxPasswordAgeDays, remindDays } = settings;
  const said = words.age;
  return (
    <Page title={words.preferences.passwordAge}>
      {state.notifications === 'off' ? (
        <ProblemBanner problem={{ kind: 'notifications-off' }} actions={<NotificationTasks />} />
      ) : null}
      {account === undefined ? null : (
        <section className="card pad">
          <div className="age-head">
            <b>{account.ageDays === undefined ? said.unknown : said.old(account.ageDays)}</b>
            {account.daysLeft === undefined ? null : <span>{said.left(account.daysLeft)}</span>}
          </div>
          {account.ageDays === undefined || maxPasswordAgeDays === null ? null : (
            <div className="progress" aria-hidden="true">
              <i style={{ width: `${Math.min(100, (account.ageDays / maxPasswordAgeDays) * 100)}%` }} />
            </div>
          )}
        </section>
      )}
      <Locked names={['maxPasswordAgeDays', 'remindDays']}>
        <section className="card list">
          <SettingField
            icon="calendar"
            label={said.longest}
            value={maxPasswordAgeDays === null ? '' : String(maxPasswordAgeDays)}
            placeholder={said.noLimit}
            unit={said.days}
            read={readLimit}
            write={(value) => void perform({ kind: 'change-settings', patch: { maxPasswordAgeDays: value } })}
          />
          <SettingField
            icon="bell"
            label={said.remind}
            value={String(remindDays)}
            unit={said.before}
            read={(text) => readNumber(text, 0, 90)}
            write={(value) => void perform({ kind: 'change-settings', patch: { remindDays: value } })}
          />
        </section>
      </Locked>
      <Note>{said.note}</Note>
      {account === undefined ? null : (
        <div className="actions">
          <Button opens="password" onClick={() => go({ screen: 'password' })}>
            {words.status.changePassword}
          </Button>
        </div>
      )}
    </Page>
  );
}
