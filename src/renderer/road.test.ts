import { describe, expect, it } from 'vitest';
import { exampleNamed } from '../../e2e/gallery/states';
import { roadOf } from './road';

/** `mac live -live- latchkey live ...`, to be read from left to right. */
function drawn(name: string): string {
  return roadOf(exampleNamed(name, 'en').state)
    .map((node) => `${node.leg === undefined ? '' : `-${node.leg}- `}${node.name} ${node.look}`)
    .join(' ');
}

const onward = '-live- latchkey live -live- company-proxy live -live- internet live';
const faint = 'latchkey faint -none- company-proxy faint -none- internet plain';

describe('the road', () => {
  it.each([
    ['on', `mac live ${onward}`],
    ['on-mac-off', `mac plain -none- terminals live ${onward}`],
    ['on-without-mac', `terminals live ${onward}`],
    ['mac-taken-over', `mac warn -warn- terminals live ${onward}`],
    ['mac-vpn', `mac plain -elsewhere- terminals live ${onward}`],
    ['mac-no-proxy', `mac plain -none- terminals live ${onward}`],
    ['mac-standard-user', `mac warn -warn- terminals live ${onward}`],
    ['on-notice', 'mac plain -busy- latchkey live -live- company-proxy live -live- internet live'],
    ['on-expiring', 'mac live -live- latchkey warn -live- company-proxy live -live- internet live'],
    ['direct', 'mac live -live- latchkey live -live- internet live'],
    ['refusing', 'mac live -live- latchkey live -none- company-proxy faint -none- internet plain'],
    ['starting', 'mac live -live- latchkey live -busy- company-proxy plain -none- internet plain'],
    ['spared', 'mac live -live- latchkey live -warn- company-proxy warn -none- internet plain'],
    ['password-needed', 'mac live -live- latchkey live -warn- company-proxy warn -none- internet plain'],
    ['failed-port', 'mac plain -bad- latchkey bad -none- company-proxy plain -none- internet plain'],
    ['off', `mac plain -none- ${faint}`],
    ['off-not-put-back', `mac warn -warn- ${faint}`],
    ['needs-set-up', `mac plain -none- ${faint}`],
  ])('of the state %s', (name, expected) => {
    expect(drawn(name)).toBe(expected);
  });
});
