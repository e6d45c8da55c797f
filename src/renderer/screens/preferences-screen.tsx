import type { ReactNode } from 'react';
import type { AppState } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import type { IconName } from '../components/icon';
import { Page } from '../components/page';
import { ActionRow } from '../components/row';
import { RowGroup } from '../components/row-group';
import { useDone } from '../components/use-done';
import type { Section } from '../location';
import { usePanel } from '../panel-context';
import { AdvancedSection } from './advanced-section';
import { CompanyProxiesSection } from './company-proxies-section';
import { ExportSection } from './export-section';
import { HeadersSection } from './headers-section';
import { NoProxySection } from './no-proxy-section';
import { OffNetworkSection } from './off-network-section';
import { PacSection } from './pac-section';
import { PasswordAgeSection } from './password-age-section';
import { PortAndAccessSection } from './port-and-access-section';
import { SignInSection } from './sign-in-section';
import { SocksAndTunnelsSection } from './socks-and-tunnels-section';
import { SystemProxySection } from './system-proxy-section';
import { TerminalSection } from './terminal-section';

/** The root shows each value; a section changes it. Changes apply at once. */
export function PreferencesScreen({ section }: { readonly section: Section | undefined }): ReactNode {
  switch (section) {
    case undefined:
      return <Root />;
    case 'company-proxies':
      return <CompanyProxiesSection />;
    case 'pac':
      return <PacSection />;
    case 'no-proxy':
      return <NoProxySection />;
    case 'port-and-access':
      return <PortAndAccessSection />;
    case 'socks-and-tunnels':
      return <SocksAndTunnelsSection />;
    case 'headers':
      return <HeadersSection />;
    case 'sign-in':
      return <SignInSection />;
    case 'password-age':
      return <PasswordAgeSection />;
    case 'off-network':
      return <OffNetworkSection />;
    case 'this-mac':
      return <SystemProxySection />;
    case 'terminal':
      return <TerminalSection />;
    case 'export':
      return <ExportSection />;
    case 'advanced':
      return <AdvancedSection />;
  }
}

function ageValue({ settings, account }: AppState, words: Words): string {
  const limit = settings.maxPasswordAgeDays;
  if (limit === null) return words.preferences.ageUnknown;
  return account?.ageDays === undefined
    ? words.preferences.ageLimit(limit)
    : words.preferences.ageOf(account.ageDays, limit);
}

function pacValue(pac: string, words: Words): string {
  const said = words.preferences;
  return pac === ''
    ? said.pacNone
    : pac === 'mac'
      ? said.pacOfMac
      : pac === 'wpad'
        ? said.pacByWpad
        : said.pacOwn;
}

function offNetworkValue({ settings }: AppState, words: Words): string {
  const said = words.preferences;
  switch (settings.offNetwork) {
    case 'direct':
      return said.goDirect;
    case 'refuse':
      return said.refuse;
    case 'wait':
      return said.wait(settings.offNetworkWaitSeconds);
  }
}

function Root(): ReactNode {
  const { state, words, perform, go } = usePanel();
  const [done, showDone] = useDone<'import'>();
  const { settings } = state;
  const said = words.preferences;
  const sections: readonly (readonly [Section, IconName, string, string | undefined])[] = [
    ['company-proxies', 'server', said.companyProxies, String(settings.upstreams.length)],
    ['pac', 'file', words.pac.title, pacValue(settings.pac, words)],
    ['no-proxy', 'bypass', said.noProxyFor, said.entries(settings.noProxy.length)],
    ['port-and-access', 'port', said.portAndAccess, said.portSummary(settings.port, settings.access)],
    [
      'socks-and-tunnels',
      'bypass',
      said.socksAndTunnels,
      said.socksSummary(settings.socks.join(', '), settings.tunnels.length),
    ],
    ['headers', 'list', said.headers, said.entries(settings.headers.length)],
    ['sign-in', 'lock', words.signIn.title, words.signIn.name(settings.signInMethod)],
    ['password-age', 'calendar', said.passwordAge, ageValue(state, words)],
    ['off-network', 'wifi', said.offNetwork, offNetworkValue(state, words)],
    ...(state.systemProxy.kind === 'unsupported'
      ? []
      : ([
          [
            'this-mac',
            'laptop',
            said.thisMac,
            settings.systemProxyMode === 'pac' ? said.byPac : said.byManual,
          ],
        ] as const)),
    ['terminal', 'terminal', said.terminal, undefined],
    ['advanced', 'code', said.advanced, undefined],
  ];
  const importFile = async (): Promise<void> => {
    if ((await perform({ kind: 'import-cntlm-conf' })).kind === 'done') showDone('import');
  };
  return (
    <Page title={said.title}>
      <RowGroup>
        <section className="card list">
          {sections.map(([section, icon, label, value]) => (
            <ActionRow
              key={section}
              icon={icon}
              label={label}
              value={value}
              opens={`preferences/${section}`}
              onClick={() => go({ screen: 'preferences', section })}
            />
          ))}
        </section>
        <section className="card list">
          <ActionRow
            icon="import"
            label={done === 'import' ? said.imported : said.importFile}
            isDone={done === 'import'}
            onClick={() => void importFile()}
          />
          <ActionRow
            icon="export"
            label={said.exportFile}
            opens="preferences/export"
            onClick={() => go({ screen: 'preferences', section: 'export' })}
          />
        </section>
        <section className="card list">
          <ActionRow
            icon="power"
            label={said.quit}
            keys={state.platform === 'darwin' ? '⌘Q' : 'Ctrl+Q'}
            onClick={() => void perform({ kind: 'quit' })}
          />
        </section>
      </RowGroup>
      <p className="note centred">{said.version(state.version)}</p>
    </Page>
  );
}
