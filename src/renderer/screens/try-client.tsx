import type { ReactNode } from 'react';
import type { Command } from '../../shared/command';
import { isIpAddress } from '../../shared/ip-address';
import { TryField } from '../components/try-field';
import { usePanel } from '../panel-context';

function question(address: string): Command | undefined {
  return isIpAddress(address) ? { kind: 'try-client', address } : undefined;
}

/** A field that tells what the access rules say to a machine's address. */
export function TryClient({ rules }: { readonly rules: readonly string[] }): ReactNode {
  const said = usePanel().words.access;
  return (
    <TryField
      label={said.tryClient}
      placeholder={said.tryPlaceholder}
      list={rules.join(' ')}
      question={question}
      verdictOf={(result) => {
        if (result.kind !== 'client') return undefined;
        const { isAllowed, rule } = result;
        return {
          icon: isAllowed ? 'check' : 'barred',
          title: isAllowed ? said.allowed : said.denied,
          detail: rule === undefined ? said.noRuleFits : said.byRule(rules.indexOf(rule) + 1),
        };
      }}
    />
  );
}
