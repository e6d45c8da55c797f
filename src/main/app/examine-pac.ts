import type { PacFinding, PacTrouble, PacVerdict } from '../../shared/pac';
import { isSameHost } from '../../shared/is-same-host';
import { formatUpstream, type Upstream } from '../../shared/settings';
import type { Step } from '../../shared/state';
import { namedBy, type PacInUse, usualUrls } from './pac-in-use';

export interface PacQuestion {
  /** Where the PAC is, as the setting has it. */
  readonly source: string;
  /** To whom the user has agreed. */
  readonly upstreams: readonly Upstream[];
  /** The page of the doctor. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/** The doctor's step about a PAC: where it comes from, its age, its answer, whom it names, and who of them gets the sign-in. */
export async function examinePac(
  pac: Pick<PacInUse, 'ask'>,
  { source, upstreams, url, nowMs }: PacQuestion,
): Promise<Step> {
  const { verdicts, state } = await pac.ask(source, [url, ...usualUrls]);
  const [verdict] = verdicts;
  const named = namedBy(verdicts);
  const isAgreed = (each: Upstream): boolean => upstreams.some((known) => isSameHost(known, each));
  const found: PacFinding = {
    place: state?.place,
    ageMs: state?.readMs === undefined ? undefined : Math.max(0, nowMs - state.readMs),
    answer: verdict?.kind === 'ways' ? verdict.answer : undefined,
    agreed: named.filter(isAgreed),
    notAgreed: named.filter((each) => !isAgreed(each)),
  };
  const problem = troubleOf(found, state?.error, verdict);
  return {
    name: 'pac',
    status: problem === undefined ? 'done' : 'warning',
    value: found.place ?? source,
    pac: found,
    details: linesOf(found, state?.error, verdict),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** What matters most. */
function troubleOf(
  { ageMs, notAgreed }: PacFinding,
  error: string | undefined,
  verdict: PacVerdict | undefined,
): PacTrouble | undefined {
  if (error !== undefined) return { kind: 'pac-not-read', error, isOld: ageMs !== undefined };
  if (verdict?.kind !== 'ways') return { kind: 'pac-silent', detail: verdict?.detail ?? '' };
  return notAgreed.length === 0 ? undefined : { kind: 'pac-not-agreed', upstreams: notAgreed };
}

function linesOf(
  { ageMs, agreed, notAgreed }: PacFinding,
  error: string | undefined,
  verdict: PacVerdict | undefined,
): string[] {
  const list = (upstreams: readonly Upstream[]): string => upstreams.map(formatUpstream).join(', ');
  return [
    ageMs === undefined ? 'not read yet' : `read ${Math.round(ageMs / 1000)} s ago`,
    ...(error === undefined ? [] : [`the last try failed: ${error}`]),
    verdict?.kind === 'ways' ? `says to the page: ${verdict.answer}` : `no answer: ${verdict?.detail ?? ''}`,
    ...(agreed.length === 0 ? [] : [`names, and they may get the sign-in: ${list(agreed)}`]),
    ...(notAgreed.length === 0 ? [] : [`names, and they get no sign-in: ${list(notAgreed)}`]),
  ];
}
