import { days } from '../numbers/en';

export const password = {
  title: 'Password',
  companyProxy: 'Company proxy',
  lastAccepted: 'Last accepted',
  notYet: 'not yet',
  setInLatchkey: 'Set in Latchkey',
  daysAgo: (count: number): string =>
    count === 0 ? 'today' : count === 1 ? 'yesterday' : `${days(count)} ago`,
  logonsJustNow: 'Logons used just now',
  newFor: (account: string): string => `New password for ${account}`,
  placeholder: 'Windows password',
  checkedFirst: 'Checked with one logon before it is kept.',
  checkedWith: 'Checked with one logon before it replaces the old one.',
  tunnelsStay: (count: number): string =>
    count === 0 ? '' : count === 1 ? '1 open tunnel stays open.' : `${count} open tunnels stay open.`,
  notNow: 'Not now',
  ageBanner: (age: number, limit: number): string =>
    `This password is ${days(age)} old. Your limit is ${days(limit)}.`,
  saved: 'The company proxy accepts the password',
  retry: 'Sign in once with the same password',
  retryDetail: 'For an account that was unlocked. Uses one logon.',
  pause: 'Pause sign-in',
  pauseDetail: 'While you change the password elsewhere',
};
