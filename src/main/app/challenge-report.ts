import { avIds, avValue } from '../ntlm/av-pairs';
import { type ChallengeMessage, challengeTimestamp } from '../ntlm/challenge-message';
import { filetimeToMs } from '../ntlm/filetime';
import { flagNames } from '../ntlm/negotiate-flags';

/** A clock that is further off than this makes domain controllers refuse a logon. */
export const tolerableSkewMs = 5 * 60_000;

const names = [
  ['domain', avIds.MsvAvNbDomainName],
  ['computer', avIds.MsvAvNbComputerName],
  ['DNS domain', avIds.MsvAvDnsDomainName],
  ['DNS computer', avIds.MsvAvDnsComputerName],
  ['DNS forest', avIds.MsvAvDnsTreeName],
] as const;

/** Control characters of a hostile server must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/[^\x20-\x7e\u00a0-\u{10ffff}]/gu, '?');
}

/**
 * What a challenge says, as lines for a report. Nothing in it is secret.
 *
 * @param nowMs this machine's clock, for the difference to the server's
 */
export function describeChallenge(challenge: ChallengeMessage, nowMs: number): string[] {
  const { targetInfo, targetName, flags } = challenge;
  const lines = [`target       ${printable(targetName) || '(none)'}`];
  for (const [label, id] of names) {
    const value = targetInfo && avValue(targetInfo, id)?.toString('utf16le');
    if (value !== undefined && value !== '') lines.push(`${label.padEnd(12)} ${printable(value)}`);
  }
  if (targetInfo === undefined)
    lines.push('target info  none: the proxy names neither its domain nor its time');
  const timestamp = challengeTimestamp(challenge);
  if (timestamp === undefined) {
    lines.push('clock        not told, so no MIC will be sent');
  } else {
    const skewMs = filetimeToMs(timestamp) - nowMs;
    const verdict = Math.abs(skewMs) > tolerableSkewMs ? ': too far apart, set the clock' : '';
    const direction = skewMs < 0 ? 'behind' : 'ahead of';
    lines.push(`clock        ${(Math.abs(skewMs) / 1000).toFixed(1)} s ${direction} this computer${verdict}`);
  }
  const shortNames = flagNames(flags).map((name) => name.replace(/^NTLM(SSP)?_(NEGOTIATE_)?/, ''));
  lines.push(`flags        0x${flags.toString(16).padStart(8, '0')} ${shortNames.join(' ')}`);
  return lines;
}
