import type { ReactNode } from 'react';
import type { AppState } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import type { IconName } from '../components/icon';
import { Page } from '../components/page';
import { ActionRow } from '../components/row';
import { useDone } from '../components/use-done';
import type { Section } from '../location';
import { usePanel } from '../panel-context';
import { AdvancedSection } from './advanced-section';
import { CompanyProxiesSection } from './company-proxies-section';
import { NoProxySection } from './no-proxy-section';
import { OffNetworkSection } from './off-network-section';
import { PasswordAgeSection } from './password-age-section';
import { PortAndAccessSection } from './port-and-access-section';
import { SystemProxySection } from './system-proxy-section';
import { TerminalSection } from './terminal-section';

/** The root shows each value; a section changes it. Changes apply at once. */
export function PreferencesScreen({ section }: { readonly section: Section | undefined }): ReactNode {
  switch (section) {
    case undefined:
      return <Root />;
    case 'company-proxies':
      return <CompanyProxiesSection />;
    case 'no-proxy':
      return <NoProxySection />;
    case 'port-and-access':
      return <PortAndAccessSection />;
    case 'password-age':
      return <PasswordAgeSection />;
    case 'off-network':
      return <OffNetworkSection />;
    case 'this-mac':
      return <SystemProxySection />;
    case 'terminal':
      return <TerminalSection />;
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

function Root(): ReactNode {
  const { state, words, perform, go } = usePanel();
  const [done, showDone] = useDone<'import' | 'export'>();
  const { settings } = state;
  const said = words.preferences;
  const sections: readonly (readonly [Section, IconName, string, string | undefined])[] = [
    ['company-proxies', 'server', said.companyProxies, String(settings.upstreams.length)],
    ['no-proxy', 'bypass', said.noProxyFor, said.entries(settings.noProxy.length)],
    ['port-and-access', 'port', said.portAndAccess, said.portSummary(settings.port, settings.access)],
    ['password-age', 'calendar', said.passwordAge, ageValue(state, words)],
    ['off-network', 'wifi', said.offNetwork, settings.offNetwork === 'direct' ? said.goDirect : said.refuse],
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
  const exportFile = async (): Promise<void> => {
    if ((await perform({ kind: 'export-cntlm-conf' })).kind === 'done') showDone('export');
  };
  return (
    <Page title={said.title}>
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
          label={done === 'export' ? said.exported : said.exportFile}
          isDone={done === 'export'}
          onClick={() => void exportFile()}
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
      <p className="note centred">{said.version(state.version)}</p>
    </Page>
  );
}
