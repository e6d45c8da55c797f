import type { LogLevel } from '../../log-line';

const levels: Readonly<Record<LogLevel, string>> = {
  error: 'Errors only',
  warning: 'Problems only',
  info: 'Usual',
  debug: 'Everything, for an hour',
};

const levelDetails: Readonly<Record<LogLevel, string>> = {
  error: 'What stops Latchkey',
  warning: 'What a user may want to mend',
  info: 'Sign-ins, networks and company proxies as well',
  debug: 'Every request and every logon as well',
};

export const log = {
  title: 'Log',
  level: 'What it tells',
  levels,
  levelDetails,
  backAt: (time: string): string => `back to problems only at ${time}`,
  lastLines: 'The last lines',
  empty: 'There is no line yet.',
  noSecrets: 'Holds no password and no hash.',
  show: 'Show log',
  copyLines: 'Copy lines',
};
