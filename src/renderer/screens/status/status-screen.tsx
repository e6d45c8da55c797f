import type { ReactNode } from 'react';
import { AppToggles } from '../../components/app-toggles';
import { Icon, type IconName } from '../../components/icon';
import { Page } from '../../components/page';
import { usePanel } from '../../panel-context';
import { Hero } from './hero';
import { Notices } from './notices';
import { PacNotices } from './pac-notices';
import { ProblemList } from './problem-list';
import { Tasks } from './tasks';
import { UpdateNotice } from './update-notice';
import { hasTraffic, TrafficCard } from './traffic-card';

/** The first page: what is the state, why, what can I do. */
export function StatusScreen(): ReactNode {
  const { state, words, go } = usePanel();
  const hasCompanyProxy = state.settings.upstreams.length > 0;
  const footer: readonly (readonly [IconName, string, 'activity' | 'doctor' | 'preferences'])[] = [
    ['list', words.status.activity, 'activity'],
    ['stethoscope', words.status.doctor, 'doctor'],
    ['sliders', words.status.preferences, 'preferences'],
  ];
  return (
    <Page
      foot={footer
        .filter(([, , screen]) => screen !== 'doctor' || hasCompanyProxy)
        .map(([icon, word, screen]) => (
          <button key={screen} type="button" data-opens={screen} onClick={() => go({ screen })}>
            <Icon name={icon} />
            {word}
          </button>
        ))}
    >
      <Notices />
      <PacNotices />
      <Hero />
      {state.connection.kind === 'needs-setup' ? null : (
        <>
          <ProblemList />
          <UpdateNotice />
          <AppToggles />
          {hasTraffic(state) ? <TrafficCard /> : null}
          <Tasks />
        </>
      )}
    </Page>
  );
}
