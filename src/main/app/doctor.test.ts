import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { account, password } from '../../../test/engine-fixture';
import { type DoctorStep, examine } from './doctor';

let proxy: CompanyProxy;

beforeEach(async () => {
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
});

afterEach(() => proxy.close());

describe('examine', () => {
  it('leaves out of the logon’s time what somebody thinks before it', async () => {
    let clockMs = 1000;
    const steps: DoctorStep[] = [];
    await examine({
      upstreams: [{ host: proxy.host, port: proxy.port }],
      account,
      method: 'NTLMv2',
      url: new URL('http://page.test/'),
      timeouts: { connectMs: 30_000, challengeMs: 30_000 },
      nowMs: Date.now,
      monotonicMs: () => clockMs,
      onStep: (step) => steps.push(step),
      signIn: (_challenged, begins) => {
        clockMs += 40_000;
        begins();
        clockMs += 61;
        return Promise.resolve(undefined);
      },
    });
    expect(steps.at(-1)).toMatchObject({ name: 'logon', status: 'skipped', durationMs: 61 });
  });
});
