import { describe, expect, it } from 'vitest';
import { runSoak } from '../bench/soak/run-soak';

const runWithinMs = 600_000;

/** A sample of `npm run soak`; docs/soak.md says what it does. */
describe.skipIf(process.platform === 'win32')(
  'a mix of everything that clients, origins and company proxies do',
  () => {
    it(
      'gives each request its own answer and leaves nothing behind',
      async () => {
        const report = await runSoak({
          seed: 20_261_130,
          requests: 2_000,
          tunnels: 60,
          lanes: 16,
          say: () => undefined,
        });
        expect(report.faults).toEqual([]);
        expect(report.requests).toBeGreaterThanOrEqual(2_000);
        expect(report.tunnels).toBeGreaterThanOrEqual(60);
        expect(report.answered).toBeGreaterThan(report.requests / 2);
        expect(report.restarts).toBeGreaterThan(0);
      },
      runWithinMs,
    );
  },
);
