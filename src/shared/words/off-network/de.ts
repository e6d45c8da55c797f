import type * as english from './en';

export const offNetwork: typeof english.offNetwork = {
  when: 'Wenn der Firmenproxy nicht zu finden ist',
  direct: 'Direkt verbinden',
  directDetail: 'Programme erreichen das Internet ohne ihn',
  refuse: 'Ablehnen',
  refuseDetail: 'Programme erhalten einen Fehler, der den Grund nennt',
  wait: 'Warten',
  waitDetail: 'Programme warten auf seine Rückkehr und erhalten danach einen Fehler',
  longest: 'Höchstens',
  seconds: 'Sekunden',
  nowOn: (proxy) => `Jetzt: im Firmennetz, ${proxy} antwortet.`,
  nowOff: 'Jetzt: außerhalb des Firmennetzes.',
  nowForbidden: 'Jetzt: im Netz des Firmenproxys, aber macOS lässt Latchkey nicht dorthin.',
  nowUnknown: 'Jetzt: noch unbekannt.',
};
