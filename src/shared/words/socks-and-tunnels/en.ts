import type { UnboundReason } from '../../engine-state';
import { unboundReasons } from '../app-problems/en';

export const socksAndTunnels = {
  socks: 'SOCKS5 ports',
  socksEmpty: 'SOCKS5 is off.',
  addSocks: 'Add port, as in 1080',
  users: 'SOCKS5 users',
  usersEmpty:
    'Nobody needs a password: everybody may connect who reaches the port and whom the rules let in.',
  userName: 'Name',
  userPassword: 'Password',
  addUser: 'Add user',
  changePassword: 'Change password',
  usersNote: 'The passwords are kept in the Keychain. With a user here nobody else is let in by SOCKS5.',
  tunnels: 'Tunnels through the company proxy',
  tunnelsEmpty: 'There is no tunnel yet.',
  addTunnel: 'Add tunnel, as in 5432:db.corp:5432',
  open: (who: string, count: number): string => `${who}, ${count === 0 ? 'none' : count} open`,
  notOpen: (why: UnboundReason): string => `Not open: ${unboundReasons[why]}`,
  remove: (entry: string): string => `Remove ${entry}`,
  sameRules:
    'Both go by the same rules and the same account as everything else. What is open stays open when a line changes.',
};
