import type { PacVerdict } from '../../pac';

export const pac = {
  title: 'PAC',
  how: 'Which company proxy a request goes by',
  none: 'The first that answers',
  noneDetail: 'In the order of the company proxies',
  mac: 'As the Mac’s network settings say',
  macDetail: 'Their PAC, or their automatic discovery',
  file: 'By a PAC',
  fileDetail: 'A URL or the path of a file, from your IT department',
  field: 'URL or file of the PAC',
  wpad: 'By automatic discovery',
  wpadDetail: 'http://wpad.DOMAIN/wpad.dat of the domains of this network',
  fallback: 'When the PAC has no answer within two seconds',
  fallbackNames: { direct: 'Go direct', refuse: 'Refuse', list: 'The first company proxy that answers' },
  fallbackDetails: {
    direct: 'Programs reach the internet without a company proxy',
    refuse: 'Programs get an error that says why',
    list: 'In the order of the company proxies',
  },
  notRead: 'It has not been read yet.',
  notInUse: 'It is read as soon as Latchkey is on.',
  readAt: (place: string, time: string): string => `${place}, read ${time} ago.`,
  failed: (error: string): string => `The last try failed: ${error}.`,
  readAgain: 'Read again',
  unreadable: 'The PAC cannot be read',
  usedBefore: 'The one that was read before stays in use.',
  newProxy: 'A new company proxy',
  newProxySentence: (name: string): string => `The PAC names ${name}. It gets no sign-in until you agree.`,
  newProxyDetail: 'Agree only if it is your company’s.',
  agree: 'Agree',
  disagree: 'Never',
  looking: 'Reading the PAC…',
  names: (list: string): string => `It names ${list}. By Check and save you agree that they get the sign-in.`,
  namesNone: 'It names no company proxy for usual addresses. Type one in.',
  macsPac: 'This Mac’s PAC',
  macsPacDetail: (service: string): string => `From ${service}. It says which company proxy there is.`,
  verdict: (verdict: PacVerdict): string =>
    verdict.kind === 'ways'
      ? `, as the PAC says ${verdict.answer}`
      : `, as the PAC has no answer (${verdict.detail})`,
};
