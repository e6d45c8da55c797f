import { type ReactNode, useEffect, useState } from 'react';
import { assertNever } from '../../shared/problem';
import { type AppState, canChangePassword, canTurnOff, canTurnOn, isOn } from '../../shared/state';
import { leadsToLatchkey } from '../../shared/system-proxy';
import { describeConnection } from '../../shared/words/describe-connection';
import type { Words } from '../../shared/words/en';
import { joinQuantity, type Quantity } from '../../shared/words/formats';
import { AppToggles } from '../components/app-toggles';
import { Banner } from '../components/banner';
import { Button } from '../components/button';
import { Icon, type IconName } from '../components/icon';
import { Page } from '../components/page';
import { RouteStrip } from '../components/route-strip';
import { ActionRow } from '../components/row';
import { Segments } from '../components/segments';
import { Shape } from '../components/shape';
import { Switch } from '../components/switch';
import { DayChart, MinuteChart } from '../components/traffic-chart';
import { isKeychainProblem } from '../components/use-credential-check';
import { useDone } from '../components/use-done';
import { type Panel, usePanel } from '../panel-context';
import { copiedByKey } from '../use-shortcuts';

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
      <Hero />
      {state.connection.kind === 'needs-setup' ? null : (
        <>
          <AppToggles />
          {hasTraffic(state) ? <Traffic /> : null}
          <Tasks />
        </>
      )}
    </Page>
  );
}

/** What is wrong with the app itself and does not stop it: one banner a kind. */
function Notices(): ReactNode {
  const { state, words, perform } = usePanel();
  const kinds = [...new Set(state.notices.map(({ kind }) => kind))];
  return kinds.map((kind) => {
    const notices = state.notices.filter((notice) => notice.kind === kind);
    const [first] = notices;
    if (first === undefined) return null;
    const { title, remedy } = words.problem(first);
    const isKept = isKeychainProblem(first) && state.account?.isForSessionOnly === true;
    return (
      <Banner
        key={kind}
        tone="warn"
        title={title}
        detail={isKept ? words.status.keptForSession : remedy}
        dismiss={{
          name: words.common.dismiss,
          onClick: () => void perform({ kind: 'dismiss-notice', notice: kind }),
        }}
      >
        {notices.map((notice) => {
          const { sentence } = words.problem(notice);
          return <div key={sentence}>{sentence}</div>;
        })}
      </Banner>
    );
  });
}

/** The traffic card leaves when there is no traffic to show. */
function hasTraffic({ connection, traffic }: AppState): boolean {
  if (connection.kind !== 'on') return false;
  return connection.route.kind === 'upstream' || traffic.openTunnels > 0 || traffic.now.downBytes > 0;
}

function Hero(): ReactNode {
  const panel = usePanel();
  const { state, words, run } = panel;
  const { connection } = state;
  const { shape, headline, sentence, tooltip } = describeConnection(state);
  const remedy = remedyOf(state, words);
  return (
    <section className="card hero" role="group" aria-label={tooltip}>
      <div className="hero-top">
        <Shape name={shape} />
        <h1 tabIndex={-1}>{headline}</h1>
        {connection.kind === 'needs-setup' ? null : (
          <Switch
            size="large"
            isOn={isOn(connection)}
            isBusy={connection.kind === 'starting'}
            label={words.common.latchkey}
            isDisabled={!canTurnOn(connection) && !canTurnOff(connection)}
            // What goes wrong is in the state: the hero says it.
            onChange={(wanted) => void run({ kind: wanted ? 'turn-on' : 'turn-off' })}
          />
        )}
      </div>
      <p className="hero-sentence selectable" aria-live="polite">
        {sentence}
      </p>
      {remedy === undefined ? null : <p className="note">{remedy}</p>}
      <RouteStrip connection={connection} />
      <HeroAction panel={panel} />
    </section>
  );
}

/** What to do, where no button says it. */
function remedyOf({ connection }: AppState, words: Words): string | undefined {
  if (connection.kind === 'failed' && connection.problem.kind !== 'port-in-use') {
    return words.problem(connection.problem).remedy;
  }
  return undefined;
}

/** At most one button; primary only where nothing works without it. */
function HeroAction({ panel }: { readonly panel: Panel }): ReactNode {
  const { state, words, perform, go } = panel;
  const { connection } = state;
  const said = words.status;
  switch (connection.kind) {
    case 'off':
      return leadsToLatchkey(state.systemProxy) ? (
        <Button
          look="primary"
          size="wide"
          onClick={() => void perform({ kind: 'set-system-proxy', isOn: false })}
        >
          {said.putBack}
        </Button>
      ) : null;
    case 'needs-setup':
      return (
        <Button look="primary" size="wide" opens="set-up" onClick={() => go({ screen: 'set-up' })}>
          {said.setUp}
        </Button>
      );
    case 'starting':
      return (
        <Button size="wide" onClick={() => void perform({ kind: 'turn-off' })}>
          {words.common.cancel}
        </Button>
      );
    case 'on':
      return connection.route.kind === 'direct' ? <CheckAgain panel={panel} /> : null;
    case 'waiting':
      switch (connection.why.kind) {
        case 'network':
          return <CheckAgain panel={panel} />;
        case 'paused':
          return (
            <Button size="wide" onClick={() => void perform({ kind: 'pause-sign-in', isPaused: false })}>
              {said.resume}
            </Button>
          );
        case 'account-spared':
          return (
            <Button size="wide" onClick={() => void signInOnce(panel)}>
              {said.signInOnce}
            </Button>
          );
        default:
          return assertNever(connection.why);
      }
    case 'password-needed':
      return (
        <Button look="primary" size="wide" opens="password" onClick={() => go({ screen: 'password' })}>
          {said.enterPassword}
        </Button>
      );
    case 'failed':
      return <FailedAction panel={panel} />;
    default:
      return assertNever(connection);
  }
}

/** What comes of it shows in the state; its check is not the password screen's. */
async function signInOnce({ run, perform }: Panel): Promise<void> {
  await perform({ kind: 'retry-password' });
  await run({ kind: 'dismiss-check' });
}

function CheckAgain({ panel: { words, perform } }: { readonly panel: Panel }): ReactNode {
  return (
    <Button size="wide" onClick={() => void perform({ kind: 'check-again' })}>
      {words.status.checkAgain}
    </Button>
  );
}

function FailedAction({ panel: { state, words, run, perform, go } }: { readonly panel: Panel }): ReactNode {
  const said = words.status;
  if (state.connection.kind !== 'failed') return null;
  const { problem } = state.connection;
  if (problem.kind === 'port-in-use' && problem.freePort !== undefined) {
    const port = problem.freePort;
    const useIt = async (): Promise<void> => {
      const { kind } = await perform({ kind: 'change-settings', patch: { port } });
      if (kind !== 'failed') await run({ kind: 'turn-on' });
    };
    return (
      <Button look="primary" size="wide" onClick={() => void useIt()}>
        {said.usePort(port)}
      </Button>
    );
  }
  if (
    problem.kind === 'port-in-use' ||
    problem.kind === 'port-not-allowed' ||
    problem.kind === 'unknown-host'
  ) {
    return (
      <Button
        look="primary"
        size="wide"
        opens="preferences/port-and-access"
        onClick={() => go({ screen: 'preferences', section: 'port-and-access' })}
      >
        {problem.kind === 'unknown-host' ? words.preferences.portAndAccess : said.portAndAccess}
      </Button>
    );
  }
  if (problem.kind === 'upstream-is-latchkey') {
    return (
      <Button
        look="primary"
        size="wide"
        opens="preferences/company-proxies"
        onClick={() => go({ screen: 'preferences', section: 'company-proxies' })}
      >
        {said.companyProxies}
      </Button>
    );
  }
  return (
    <Button look="primary" size="wide" onClick={() => void run({ kind: 'turn-on' })}>
      {said.tryAgain}
    </Button>
  );
}

function Figure({
  icon,
  label,
  quantity,
}: {
  readonly icon?: IconName;
  readonly label: string;
  readonly quantity: Quantity;
}): ReactNode {
  return (
    <div>
      <dt>
        {icon === undefined ? null : <Icon name={icon} size="small" />}
        {label}
      </dt>
      <dd>
        {quantity.value}
        <small>{quantity.unit}</small>
      </dd>
    </div>
  );
}

function Traffic(): ReactNode {
  const { state, words } = usePanel();
  const [span, setSpan] = useState<'now' | 'today'>('now');
  const { traffic } = state;
  const said = words.status;
  const { formats } = words;
  const isNow = span === 'now';
  const down = isNow ? formats.rate(traffic.now.downBytes) : formats.bytes(traffic.today.downBytes);
  const up = isNow ? formats.rate(traffic.now.upBytes) : formats.bytes(traffic.today.upBytes);
  return (
    <section className="card traffic">
      <div className="traffic-head">
        <h2>{said.traffic}</h2>
        <Segments
          label={said.traffic}
          value={span}
          onChange={setSpan}
          options={[
            ['now', said.now],
            ['today', said.today],
          ]}
        />
      </div>
      <dl className="figures">
        <Figure icon="arrow-down" label={said.down} quantity={down} />
        <Figure icon="arrow-up" label={said.up} quantity={up} />
        <Figure
          label={said.openTunnels}
          quantity={{ value: formats.number(traffic.openTunnels), unit: '' }}
        />
      </dl>
      {isNow ? (
        <>
          <MinuteChart
            steps={traffic.lastMinute}
            label={said.chartNow(joinQuantity(down), joinQuantity(up))}
          />
          <div className="axis" aria-hidden="true">
            <span>{said.minuteAgo}</span>
            <span>{said.nowAxis}</span>
          </div>
        </>
      ) : (
        <>
          <DayChart hours={traffic.hours} label={said.chartToday(joinQuantity(down), joinQuantity(up))} />
          <div className="axis" aria-hidden="true">
            {['0', '6', '12', '18', '24'].map((hour) => (
              <span key={hour}>{hour}</span>
            ))}
          </div>
        </>
      )}
    </section>
  );
}

/** The last problem, terminal commands, password. */
function Tasks(): ReactNode {
  const { state, words, perform, go } = usePanel();
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
  const { lastProblem, account, connection, settings } = state;
  const said = words.status;
  const isDue = account?.daysLeft !== undefined && account.daysLeft <= settings.remindDays;
  return (
    <section className="card list">
      {lastProblem === undefined ? null : (
        <ActionRow
          icon="warning"
          label={lastProblem.target}
          detail={said.lastProblem(
            words.formats.clock(lastProblem.atMs),
            words.problem(lastProblem.problem).title,
          )}
          opens="activity"
          onClick={() => go({ screen: 'activity', rowId: lastProblem.id })}
        />
      )}
      <ActionRow
        icon="terminal"
        label={isCopied === true ? said.copiedTerminalCommands : said.copyTerminalCommands}
        keys={isCopied === true ? undefined : state.platform === 'darwin' ? '⌘C' : 'Ctrl+C'}
        isDone={isCopied === true}
        onClick={() => void copy()}
      />
      {account === undefined || !canChangePassword(state) || connection.kind === 'password-needed' ? null : (
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
