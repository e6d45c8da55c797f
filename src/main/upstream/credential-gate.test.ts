import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hop } from '../../shared/problem';
import type { Credential } from './credential';
import { CredentialGate, type LogonPermit } from './credential-gate';

const hop: Hop = { role: 'upstream', address: { host: 'proxy.test', port: 8080 } };
const account = { domain: 'CORP', user: 'alice' };
const candidates = (count: number): Credential[] =>
  Array.from({ length: count }, (_, index) => ({ account, ntowfv2: Buffer.alloc(16, index) }));

function gateOf(count: number, maxWaitMs = 10_000): { gate: CredentialGate; outcomes: string[] } {
  const outcomes: string[] = [];
  const gate = new CredentialGate(
    candidates(count),
    maxWaitMs,
    () => performance.now(),
    (index, outcome) => {
      outcomes.push(`${index} ${outcome}`);
    },
  );
  return { gate, outcomes };
}

describe('CredentialGate', () => {
  it('lets one logon through while the credential is unproven, and everybody after it was accepted', async () => {
    const { gate, outcomes } = gateOf(1);
    const first = await gate.admit(hop);
    const others = [gate.admit(hop), gate.admit(hop)];
    const early = await Promise.race([...others, Promise.resolve('nobody')]);
    expect(early).toBe('nobody');
    first.accepted();
    expect(await Promise.all(others)).toHaveLength(2);
    expect(gate.state).toBe('proven');
    expect(outcomes).toEqual(['0 accepted']);
  });

  it('fails everybody at once after a refusal, and for good', async () => {
    const { gate, outcomes } = gateOf(1);
    const first = await gate.admit(hop);
    const waiting = gate.admit(hop);
    first.refused();
    await expect(waiting).rejects.toMatchObject({ code: 'credential-refused' });
    await expect(gate.admit(hop)).rejects.toMatchObject({ code: 'credential-refused' });
    expect(outcomes).toEqual(['0 refused']);
  });

  it('tries the second candidate once, and stays with it', async () => {
    const { gate, outcomes } = gateOf(2);
    const first = await gate.admit(hop);
    first.refused();
    const second = await gate.admit(hop);
    expect(second.credential.ntowfv2).toEqual(Buffer.alloc(16, 1));
    second.accepted();
    expect((await gate.admit(hop)).credential).toBe(second.credential);
    expect(outcomes).toEqual(['0 refused', '1 accepted']);
  });

  it('does not fall back to another candidate once one has been proven', async () => {
    const { gate } = gateOf(2);
    (await gate.admit(hop)).accepted();
    (await gate.admit(hop)).refused();
    await expect(gate.admit(hop)).rejects.toMatchObject({ code: 'credential-refused' });
  });

  it('passes the turn on when a logon was not needed or got no answer', async () => {
    const { gate } = gateOf(1);
    (await gate.admit(hop)).unused();
    (await gate.admit(hop)).unanswered();
    await expect(gate.admit(hop)).resolves.toBeDefined();
    expect(gate.state).toBe('unproven');
  });

  it('counts only the first word about a permit', async () => {
    const { gate, outcomes } = gateOf(1);
    const permit = await gate.admit(hop);
    permit.accepted();
    permit.refused();
    permit.unused();
    expect(outcomes).toEqual(['0 accepted']);
    expect(gate.state).toBe('proven');
  });

  it('does not let anybody wait for ever', async () => {
    const { gate } = gateOf(1, 20);
    await gate.admit(hop);
    await expect(gate.admit(hop)).rejects.toMatchObject({ code: 'logon-pending' });
  });

  it('keeps one logon in flight while unproven and sends no candidate twice, in any order of events', async () => {
    type Word = 'accepted' | 'refused' | 'unanswered' | 'unused';
    const word = fc.constantFrom<Word>('accepted', 'refused', 'unanswered', 'unused');
    const step = fc.oneof(fc.constant('ask' as const), fc.tuple(fc.nat(5), word));
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 2 }),
        fc.array(step, { maxLength: 40 }),
        async (count, steps) => {
          const { gate } = gateOf(count);
          const open: LogonPermit[] = [];
          const refusedFills = new Set<number>();
          const asked: Promise<void>[] = [];
          for (const action of steps) {
            if (action === 'ask') {
              asked.push(
                gate.admit(hop).then(
                  (permit) => {
                    expect(refusedFills.has(permit.credential.ntowfv2[0] ?? -1)).toBe(false);
                    open.push(permit);
                  },
                  (error: unknown) => expect(error).toMatchObject({ code: 'credential-refused' }),
                ),
              );
            } else {
              const [permit] = open.splice(action[0] % Math.max(open.length, 1), 1);
              if (action[1] === 'refused' && permit !== undefined)
                refusedFills.add(permit.credential.ntowfv2[0] ?? -1);
              permit?.[action[1]]();
            }
            await new Promise(setImmediate);
            if (gate.state === 'unproven') expect(open.length).toBeLessThanOrEqual(1);
          }
          while (open.length > 0 || gate.state === 'unproven') {
            const permit = open.pop();
            if (permit === undefined) break;
            permit.refused();
            await new Promise(setImmediate);
          }
          await Promise.all(asked);
        },
      ),
      { numRuns: 200 },
    );
  });
});
