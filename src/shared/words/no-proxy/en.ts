export const noProxy = {
  list: 'Reached without the company proxy',
  add: 'Add host, domain or network',
  remove: (entry: string): string => `Remove ${entry}`,
  forms:
    '.corp.example is a domain with all names below, 10.1.0.0/16 a network, 10.1.7.10-10.1.7.99 a range, ' +
    '<local> any name without a dot, wiki:8080 one port of a host; * and ? stand for any characters.',
  lookUp: 'Look names up',
  lookUpDetail: 'To compare their addresses with networks and ranges; takes a moment for each new name',
  notInTerminals: (rules: string): string =>
    `Programs in terminals cannot be told of ${rules}. They ask Latchkey, which goes direct.`,
  notForReader: (reader: string, rules: string): string =>
    `In terminals ${reader} cannot be told of ${rules}.`,
  notForMac: (rules: string): string => `macOS cannot be told of ${rules}. For these Latchkey is asked.`,
  none: 'Everything goes through the company proxy.',
  tryAddress: 'Try an address',
  tryPlaceholder: 'Host or address of a page',
  direct: 'Direct',
  because: (rule: string): string => `, because of ${rule}`,
  upstream: 'Company proxy',
  noneFits: ', as no entry fits',
};
