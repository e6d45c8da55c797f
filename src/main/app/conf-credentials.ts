import { type HashFormat, invertDigits } from '../cntlm/hash-digits';
import type { CntlmConf } from '../cntlm/read-cntlm-conf';
import type { Account, SignInMethod } from '../../shared/settings';
import { ntowfv2 } from '../ntlm/ntowf';
import { type Credential, makeCredential } from '../upstream/credential';

/** A reading of the hash, and the credential that follows from it. */
export interface ConfReading {
  readonly format?: HashFormat;
  readonly credential: Credential;
}

/** The credentials that a cntlm.conf may mean. */
export interface ConfCredentials {
  /** Likeliest first; none when the file has neither a password nor a hash. */
  readonly readings: readonly ConfReading[];
  /** Whether PassNT and PassNTLMv2 are both there and do not belong together. */
  readonly isMismatched: boolean;
}

/** Both readings of what the file holds; the likelier one, that of cntlm 0.92.3, first. */
function bothReadings(conf: CntlmConf, account: Account, method: SignInMethod): ConfReading[] {
  return (['inverted', 'plain'] as const).flatMap((format) => {
    const secret = secretOf(conf, account, method, (digits) =>
      Buffer.from(format === 'plain' ? digits : invertDigits(digits), 'hex'),
    );
    return secret === undefined ? [] : [{ format, credential: { account, method, secret } }];
  });
}

/** What the hashes of the file are for a method; undefined where it lacks one that the method needs. */
function secretOf(
  { passNtlmv2, passNt, passLm }: CntlmConf,
  account: Account,
  method: SignInMethod,
  read: (digits: string) => Buffer,
): Buffer | undefined {
  const nt = passNt && read(passNt.digits);
  const lm = passLm && read(passLm.digits);
  switch (method) {
    case 'NTLMv2':
      return passNtlmv2 === undefined ? nt && ntowfv2(nt, account) : read(passNtlmv2.digits);
    case 'NTLM2SR':
    case 'NT':
      return nt;
    case 'NTLM':
      return nt && lm && Buffer.concat([nt, lm]);
    case 'LM':
      return lm;
    case 'Basic':
      return undefined;
  }
}

/** PassNT beside PassNTLMv2: in exactly one reading the one follows from the other. Costs no logon. */
function matchingFormat({ passNtlmv2, passNt }: CntlmConf, account: Account): HashFormat | undefined {
  if (passNtlmv2 === undefined || passNt === undefined) return undefined;
  const plain = ntowfv2(Buffer.from(passNt.digits, 'hex'), account).toString('hex').toUpperCase();
  if (plain === passNtlmv2.digits) return 'plain';
  const inverted = ntowfv2(Buffer.from(invertDigits(passNt.digits), 'hex'), account)
    .toString('hex')
    .toUpperCase();
  return invertDigits(inverted) === passNtlmv2.digits ? 'inverted' : undefined;
}

/**
 * @param option how the digits are written; `auto` finds out as far as that costs no logon
 * @param account whose they are: that of the file, unless it has none
 * @param method that the user has chosen; a line that it does not need is not looked at
 */
export function confCredentials(
  conf: CntlmConf,
  option: HashFormat | 'auto',
  account: Account,
  method: SignInMethod,
): ConfCredentials {
  const { password, passNtlmv2, passNt } = conf;
  if (password !== undefined) {
    const credential = makeCredential(account, method, password);
    return { readings: credential === undefined ? [] : [{ credential }], isMismatched: false };
  }
  const matching = matchingFormat(conf, account);
  const isMismatched = passNtlmv2 !== undefined && passNt !== undefined && matching === undefined;
  const format = option === 'auto' ? matching : option;
  const all = bothReadings(conf, account, method);
  return {
    readings: format === undefined ? all : all.filter((each) => each.format === format),
    isMismatched,
  };
}
