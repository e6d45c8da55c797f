import { describe, expect, it } from 'vitest';
import { defaultAppSettings } from './app-settings';
import { macRoad, type MacRoad } from './mac-road';
import type { SystemProxyState } from './system-proxy';

const holder = { kind: 'proxy', address: { host: '127.0.0.1', port: 9090 } } as const;

/** What it is when the user wants this Mac to use Latchkey, and when he does not. */
const roads: readonly (readonly [SystemProxyState, MacRoad, MacRoad])[] = [
  [{ kind: 'unsupported', notes: [] }, { kind: 'unsupported' }, { kind: 'unsupported' }],
  [{ kind: 'off', notes: [] }, { kind: 'own' }, { kind: 'own' }],
  [{ kind: 'changing', to: 'on', notes: [] }, { kind: 'changing' }, { kind: 'changing' }],
  [
    { kind: 'on', mode: 'manual', services: ['Wi-Fi'], notes: [] },
    { kind: 'latchkey' },
    { kind: 'latchkey' },
  ],
  [
    { kind: 'not-in-force', holder, notes: [] },
    { kind: 'behind', holder },
    { kind: 'behind', holder },
  ],
  [{ kind: 'taken-over', holder, notes: [] }, { kind: 'taken', holder }, { kind: 'own' }],
  [
    { kind: 'needs-password', to: 'on', notes: [] },
    { kind: 'refused', wantsPassword: true },
    { kind: 'own' },
  ],
  [{ kind: 'needs-password', to: 'off', notes: [] }, { kind: 'latchkey' }, { kind: 'latchkey' }],
  [
    { kind: 'failed', trouble: { kind: 'busy' }, notes: [] },
    { kind: 'refused', wantsPassword: false },
    { kind: 'own' },
  ],
  [
    { kind: 'failed', trouble: { kind: 'not-put-back', services: ['Wi-Fi'] }, notes: [] },
    { kind: 'latchkey' },
    { kind: 'latchkey' },
  ],
];

describe('macRoad', () => {
  it.each(roads)('of %o', (systemProxy, wanted, unwanted) => {
    const settings = (usesSystemProxy: boolean) => ({ ...defaultAppSettings, usesSystemProxy });
    expect(macRoad({ systemProxy, settings: settings(true) })).toEqual(wanted);
    expect(macRoad({ systemProxy, settings: settings(false) })).toEqual(unwanted);
  });
});
