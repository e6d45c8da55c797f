import { expect, it } from 'vitest';
import { type ManagedSettings, nothingManaged } from '../../shared/managed';
import { managedProblem } from './managed-problem';

const managed: ManagedSettings = {
  settings: { upstreams: [{ host: 'proxy.corp', port: 8080 }] },
  accountDomain: 'CORP',
  by: 'Corp IT',
  contact: undefined,
};
const account = { domain: 'corp', user: 'alice' };
const upstreams = [{ host: 'PROXY.corp', port: 3128 }];

it('lets sign in where nothing is managed, and where it is as it should be', () => {
  expect(managedProblem(nothingManaged, { upstreams: [], account })).toBeUndefined();
  expect(managedProblem(managed, { upstreams, account })).toBeUndefined();
});

it('lets nobody sign in to another company proxy, or in another domain', () => {
  const refused = (name: string): object => ({
    kind: 'setting-managed',
    name,
    by: 'Corp IT',
    contact: undefined,
  });
  const others = [...upstreams, { host: 'other.example', port: 8080 }];
  expect(managedProblem(managed, { upstreams: others, account })).toEqual(refused('upstreams'));
  expect(managedProblem(managed, { upstreams, account: { ...account, domain: '' } })).toEqual(
    refused('account'),
  );
});
