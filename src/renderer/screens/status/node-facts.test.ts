import { describe, expect, it } from 'vitest';
import { exampleNamed, exampleNowMs } from '../../../../e2e/gallery/states';
import { wordsFor } from '../../../shared/words/words-for';
import { nodeFacts } from './node-facts';

describe('what is known of Latchkey', () => {
  it.each([
    [
      'en',
      [
        ['Listens on', '127.0.0.1:3128'],
        ['SOCKS5', '127.0.0.1:1080'],
        ['Tunnels', '127.0.0.1:5432 → db.corp:5432'],
        [
          'Not open',
          '10.1.2.3:3128: this is not an address of this Mac; 2222 → git.corp:22: another program has it',
        ],
      ],
    ],
    [
      'de',
      [
        ['Nimmt an auf', '127.0.0.1:3128'],
        ['SOCKS5', '127.0.0.1:1080'],
        ['Tunnel', '127.0.0.1:5432 → db.corp:5432'],
        [
          'Nicht offen',
          '10.1.2.3:3128: das ist keine Adresse dieses Mac; 2222 → git.corp:22: ein anderes Programm hat ihn',
        ],
      ],
    ],
  ] as const)('has each of its ports, and why one is not open (%s)', (language, facts) => {
    const { state } = exampleNamed('on-ports', language);
    expect(nodeFacts('latchkey', state, wordsFor(language), exampleNowMs).slice(0, 4)).toEqual(facts);
  });
});
