import type { ReactNode } from 'react';
import type { Section } from '../location';
import { AdvancedSection } from './advanced-section';
import { CompanyProxiesSection } from './company-proxies-section';
import { ExportSection } from './export-section';
import { HeadersSection } from './headers-section';
import { NoProxySection } from './no-proxy-section';
import { OffNetworkSection } from './off-network-section';
import { PacSection } from './pac-section';
import { PasswordAgeSection } from './password-age-section';
import { LogSection } from './log-section';
import { PortAndAccessSection } from './port-and-access-section';
import { PreferencesRoot } from './preferences/preferences-root';
import { SignInSection } from './sign-in-section';
import { SocksAndTunnelsSection } from './socks-and-tunnels-section';
import { SystemProxySection } from './system-proxy-section';
import { TerminalSection } from './terminal-section';
import { UpdateSection } from './update/update-section';

/** The root shows each value; a section changes it. Changes apply at once. */
export function PreferencesScreen({ section }: { readonly section: Section | undefined }): ReactNode {
  switch (section) {
    case undefined:
      return <PreferencesRoot />;
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
    case 'log':
      return <LogSection />;
    case 'update':
      return <UpdateSection />;
    case 'export':
      return <ExportSection />;
    case 'advanced':
      return <AdvancedSection />;
  }
}
