import { formatUpstream } from '../../settings';
import type * as english from './en';

export const confExport: typeof english.confExport = {
  forVersion: 'Für cntlm',
  forVersionDetail: 'Bis 0.92.3 liest es einen Hash auf andere Weise',
  hash: 'Mit dem Hash des Passworts',
  hashDetail: 'Wer die Datei liest, kann sich dann als Sie anmelden',
  secretsDetail: 'Und den Passwörtern von SOCKS5: Wer die Datei liest, kann sich dann als Sie anmelden',
  save: 'Sichern …',
  saved: 'Die Datei wurde geschrieben. Sie enthält weder Passwort noch Hash.',
  savedWithHash: 'Die Datei wurde geschrieben, nur für Sie lesbar. Sie enthält den Hash Ihres Passworts.',
  gap: (gap) => {
    switch (gap.kind) {
      case 'no-proxy':
        return `cntlm kann nicht ausdrücken: ${gap.rules.join(', ')}.`;
      case 'upstream':
        return `Dieses cntlm kann den Firmenproxy ${formatUpstream(gap.upstream)} nicht ausdrücken.`;
      case 'pac':
        return `Dieses cntlm kann nicht nach der PAC ${gap.place} gehen.`;
      case 'lines':
        return `Dieses cntlm kann nicht ausdrücken: ${gap.lines.join(', ')}.`;
      case 'socks-users':
        return 'Die SOCKS5-Ports fehlen: Ohne die Passwörter ihrer Benutzer stünden sie allen offen.';
      case 'account':
        return 'cntlm meldet sich nur mit Namen aus ASCII-Buchstaben an.';
      case 'basic':
        return 'cntlm meldet sich nicht mit Basic an: In der Datei steht NTLMv2.';
    }
  },
};
