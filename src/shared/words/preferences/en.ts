import { days } from '../numbers/en';

export const preferences = {
  title: 'Preferences',
  companyProxies: 'Company proxies',
  noProxyFor: 'No proxy for',
  portAndAccess: 'Port and access',
  socksAndTunnels: 'SOCKS and tunnels',
  socksSummary: (ports: string, tunnels: number): string =>
    [ports, tunnels === 0 ? '' : tunnels === 1 ? '1 tunnel' : `${tunnels} tunnels`]
      .filter((part) => part !== '')
      .join(', ') || 'None',
  headers: 'Headers',
  passwordAge: 'Password age',
  offNetwork: 'Off network',
  thisMac: 'This Mac',
  byManual: 'Proxy settings',
  byPac: 'PAC file',
  pacNone: 'None',
  pacOfMac: 'Of the Mac',
  pacByWpad: 'Discovered',
  pacOwn: 'By address',
  terminal: 'Terminal',
  advanced: 'Advanced',
  entries: (count: number): string => (count === 1 ? '1 entry' : `${count} entries`),
  portSummary: (port: number, access: 'this-mac' | 'named' | 'everyone' | 'rules'): string =>
    `${port}, ${{ 'this-mac': 'this Mac', named: 'named addresses', everyone: 'everyone', rules: 'by rules' }[access]}`,
  ageOf: (age: number, limit: number): string => `${age} of ${days(limit)}`,
  ageLimit: (limit: number): string => `up to ${days(limit)}`,
  ageUnknown: 'Not known',
  goDirect: 'Go direct',
  refuse: 'Refuse',
  wait: (seconds: number): string => `Wait ${seconds} s`,
  importFile: 'Import cntlm.conf…',
  exportTitle: 'Export',
  exportFile: 'Export cntlm.conf…',
  imported: 'The file was taken over',
  quit: 'Quit Latchkey',
  version: (version: string): string => `Latchkey ${version}`,
};
