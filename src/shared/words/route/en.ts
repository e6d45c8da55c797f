import type { UnboundReason } from '../../engine-state';
import { unboundReasons } from '../app-problems/en';
import type { MacRoad } from '../../mac-road';

const macGoes: Readonly<Record<MacRoad['kind'], string>> = {
  latchkey: 'goes through Latchkey',
  unsupported: 'goes its own way',
  changing: 'is being switched',
  own: 'goes its own way',
  taken: 'goes another way',
  behind: 'goes another way',
  refused: 'goes its own way',
};

/** The strip from this Mac to the internet, and what unfolds under it. */
export const route = {
  label: 'Route',
  nodes: {
    mac: 'This Mac',
    terminals: 'Terminals',
    latchkey: 'Latchkey',
    'company-proxy': 'Company proxy',
    internet: 'Internet',
  },
  /** Said by VoiceOver after the name of a node. */
  looks: {
    live: 'in use',
    plain: 'not in use',
    faint: 'not in use',
    warn: 'needs attention',
    bad: 'does not work',
  },
  macGoes,
  stranded: 'still leads to Latchkey, which is off',
  signedIn: 'signed in',
  proxySetting: 'Proxy setting',
  notLatchkey: 'not Latchkey',
  pacOfLatchkey: 'PAC file of Latchkey',
  pac: (url: string): string => `PAC ${url}`,
  autoDiscovery: 'automatic discovery',
  noProxy: 'none in force',
  services: 'Network services',
  address: 'Address',
  newTerminals: 'New terminals',
  told: 'know it from the start file',
  notTold: 'need the commands',
  listensOn: 'Listens on',
  nowhere: 'nothing yet',
  socks: 'SOCKS5',
  tunnels: 'Tunnels',
  notOpen: 'Not open',
  unbound: (place: string, why: UnboundReason): string => `${place}: ${unboundReasons[why]}`,
  account: 'Account',
  passwordSet: 'Password set',
  passwordLeft: 'Password',
  logonsToday: 'Logons today',
  logons: (sent: number, refused: number): string =>
    refused === 0 ? `${sent}` : `${sent}, ${refused} refused`,
  state: 'State',
  companyProxies: { standingBy: 'Standing by', down: 'No answer' },
  going: 'Road',
  direct: 'direct, off the company network',
  throughCompanyProxy: 'through the company proxy',
  nothingGoes: 'closed for now',
  today: 'Today',
  downAndUp: (down: string, up: string): string => `${down} down, ${up} up`,
  useForThisMac: 'Use for this Mac…',
  useAgain: 'Use Latchkey again',
};
