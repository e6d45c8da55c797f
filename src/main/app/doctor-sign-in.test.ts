import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Misbehaviour } from '../../../test/company-proxy/misbehaviour';
import { type CompanyProxy, startCompanyProxy } from '../../../test/company-proxy/start-company-proxy';
import { type Origin, startOrigin } from '../../../test/company-proxy/start-origin';
import { account, password, testTimeouts } from '../../../test/engine-fixture';
import type { Kerberos, KerberosToken } from '../../shared/kerberos';
import { type DoctorStep, examine } from './doctor';

let proxy: CompanyProxy;
let origin: Origin;

beforeEach(async () => {
  origin = await startOrigin();
  proxy = await startCompanyProxy({ accounts: [{ ...account, password }] });
});
afterEach(async () => {
  await proxy.close();
  await origin.close();
});

const ticket: KerberosToken = { kind: 'token', token: Buffer.from('an AP-REQ') };

/** The steps that are over, without a logon. */
async function stepsWith(misbehaviour: Misbehaviour, token?: KerberosToken): Promise<DoctorStep[]> {
  proxy.misbehave(misbehaviour);
  const steps: DoctorStep[] = [];
  const kerberos: Kerberos | undefined = token && {
    hasTicket: () => Promise.resolve(true),
    token: () => Promise.resolve(token),
  };
  await examine({
    upstreams: [{ host: proxy.host, port: proxy.port }],
    account,
    method: 'NTLMv2',
    url: new URL(`http://127.0.0.1:${origin.port}/`),
    timeouts: testTimeouts,
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    kerberos,
    signIn: () => Promise.resolve(undefined),
    onStep: (step) => {
      if (step.status !== 'running') steps.push(step);
    },
  });
  expect(proxy.logons).toEqual([]);
  return steps;
}

const named = (steps: readonly DoctorStep[], name: DoctorStep['name']): DoctorStep | undefined =>
  steps.find((step) => step.name === name);

describe('the sign-in of examine', () => {
  it('finds NTLM inside Negotiate', async () => {
    const steps = await stepsWith({ negotiateOnly: 'ntlm' });
    expect(named(steps, 'offer')).toMatchObject({ status: 'done', value: 'Negotiate' });
    expect(named(steps, 'challenge')).toMatchObject({
      status: 'done',
      value: expect.stringMatching(/^NTLM in Negotiate, \d+ bytes$/) as string,
    });
  });

  it('gets the page with a Kerberos ticket, where Negotiate is offered', async () => {
    const steps = await stepsWith({ negotiateFirst: 'separate-line', tickets: 'taken' }, ticket);
    expect(named(steps, 'challenge')).toMatchObject({ status: 'done', value: 'Kerberos' });
    expect(named(steps, 'page')).toMatchObject({ status: 'done' });
    expect(proxy.ticketCount).toBe(1);
  });

  it.each<[string, KerberosToken]>([
    ['refused', ticket],
    ['expired', { kind: 'none', why: 'expired' }],
  ])('warns of a ticket that cannot be used, and goes on with NTLM: %s', async (trouble, token) => {
    const steps = await stepsWith({ negotiateFirst: 'separate-line', tickets: 'refused' }, token);
    expect(named(steps, 'challenge')).toMatchObject({
      status: 'warning',
      value: expect.stringMatching(/^NTLM, \d+ bytes$/) as string,
      problem: { kind: 'kerberos-unused', trouble },
    });
  });

  it('does not try a ticket where Negotiate is not offered', async () => {
    const steps = await stepsWith({ tickets: 'taken' }, ticket);
    expect(named(steps, 'challenge')).toMatchObject({ status: 'done' });
    expect(proxy.ticketCount).toBe(0);
  });
});
