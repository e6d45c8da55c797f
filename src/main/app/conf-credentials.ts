import { type HashFormat, invertDigits } from '../cntlm/hash-digits';
import type { CntlmConf } from '../cntlm/read-cntlm-conf';
import type { Account } from '../../shared/settings';
import { ntHash, ntowfv2 } from '../ntlm/ntowf';
import type { Credential } from '../upstream/credential';

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
function bothReadings({ passNtlmv2, passNt }: CntlmConf, account: Account): ConfReading[] {
  return (['inverted', 'plain'] as const).map((format) => {
    const read = (digits: string): Buffer =>
      Buffer.from(format === 'plain' ? digits : invertDigits(digits), 'hex');
    const hash =
      passNtlmv2 === undefined ? ntowfv2(read(passNt?.digits ?? ''), account) : read(passNtlmv2.digits);
    return { format, credential: { account, ntowfv2: hash } };
  });
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
 */
export function confCredentials(
  conf: CntlmConf,
  option: HashFormat | 'auto',
  account: Account,
): ConfCredentials {
  const { password, passNtlmv2, passNt } = conf;
  if (password !== undefined) {
    const credential = { account, ntowfv2: ntowfv2(ntHash(password), account) };
    return { readings: [{ credential }], isMismatched: false };
  }
  if (passNtlmv2 === undefined && passNt === undefined) return { readings: [], isMismatched: false };
  const matching = matchingFormat(conf, account);
  const isMismatched = passNtlmv2 !== undefined && passNt !== undefined && matching === undefined;
  const format = option === 'auto' ? matching : option;
  const all = bothReadings(conf, account);
  return {
    readings: format === undefined ? all : all.filter((each) => each.format === format),
    isMismatched,
  };
}
