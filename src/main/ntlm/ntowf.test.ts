import { describe, expect, it } from 'vitest';
import { ntHash, ntowfv2, ntowfv2Exact } from './ntowf';

const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

describe('ntHash', () => {
  it('is NTOWFv1 of MS-NLMP 4.2.2.1.2', () => {
    expect(hex(ntHash('Password'))).toBe('A4F49C406510BDCAB6824EE7C30FD852');
  });

  it('is PassNT of cntlm', () => {
    expect(hex(ntHash('password'))).toBe('8846F7EAEE8FB117AD06BDD830B7586C');
  });
});

describe('ntowfv2', () => {
  it('is NTOWFv2 of MS-NLMP 4.2.4.1.1, whose domain is in mixed case', () => {
    expect(hex(ntowfv2Exact(ntHash('Password'), 'User', 'Domain'))).toBe('0C868A403BFD7A93A3001EF22EF02E3F');
  });

  it.each([
    ['testuser', 'corp-uk'],
    ['TestUser', 'Corp-UK'],
  ])('is PassNTLMv2 of cntlm for %s / %s', (user, domain) => {
    const digits = hex(ntowfv2(ntHash('password'), { user, domain }));
    expect(digits).toBe('E097C611EA19C676CD79309A3A2F59A3');
    const inverted = Buffer.from(digits, 'hex').map((byte) => byte ^ 0xff);
    expect(hex(Buffer.from(inverted))).toBe('1F6839EE15E639893286CF65C5D0A65C');
  });

  it('takes an empty domain as user@realm has it', () => {
    const hash = ntHash('password');
    expect(ntowfv2(hash, { user: 'alice@corp.test', domain: '' })).toEqual(
      ntowfv2Exact(hash, 'ALICE@CORP.TEST', ''),
    );
  });
});
