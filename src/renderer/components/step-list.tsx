import type { ReactNode } from 'react';
import { assertNever } from '../../shared/problem';
import { type Account, formatAccount, formatUpstream, type HostPort } from '../../shared/settings';
import type { Step, StepName, StepStatus } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { usePanel } from '../panel-context';
import { Shape, type ShapeName } from './shape';

/** `brief`: a sentence a step, as it happens; `long`: with names and details; `report`: names and results. */
export type StepLook = 'brief' | 'long' | 'report';

interface StepText {
  readonly title: string;
  readonly detail?: string | undefined;
  readonly value?: string | undefined;
}

const shapes: Record<StepStatus | 'to-come', ShapeName> = {
  running: 'busy',
  done: 'ok',
  warning: 'warn',
  failed: 'bad',
  skipped: 'off',
  asking: 'question',
  'to-come': 'waiting',
};

const order: readonly StepName[] = ['name', 'port', 'offer', 'challenge', 'clock', 'logon', 'page'];

export const stepCount = order.length;

/** The number of the last step that was begun; one that was not needed counts as taken, one about this Mac not at all. */
export function stepNumber(steps: readonly Step[]): number {
  const last = steps.at(-1);
  return last === undefined ? 0 : order.indexOf(last.name) + 1;
}

/** A clock that is off, as a signed span. */
function skewText(skewMs: number, words: Words): string {
  const span = words.formats.skew(Math.abs(skewMs));
  if (Math.abs(skewMs) < 1000) return span;
  return `${skewMs < 0 ? '−' : '+'}${span}`;
}

/** What the clock's difference means, for the step and for the verdict. */
export function skewSentence(skewMs: number, words: Words): string {
  const span = words.formats.duration(Math.abs(skewMs));
  return skewMs < 0 ? words.doctor.clockBehind(span) : words.doctor.clockAhead(span);
}

function nameText(address: string, { host }: HostPort, words: Words): string {
  return address === host ? words.doctor.isAddress(address) : words.doctor.nameIs(host, address);
}

function pacText({ pac, value = '' }: Step, words: Words): string | undefined {
  if (pac === undefined) return undefined;
  const age = pac.ageMs === undefined ? undefined : words.formats.duration(pac.ageMs);
  const named = [...pac.agreed, ...pac.notAgreed].map(formatUpstream).join(', ');
  return words.doctor.pacFound(value, age, named);
}

function foundText(step: Step, upstream: HostPort, account: Account, words: Words): string | undefined {
  const said = words.doctor;
  const { value } = step;
  switch (step.name) {
    case 'icon':
    case 'notifications':
      return undefined;
    case 'pac':
      return pacText(step, words);
    case 'name':
      return value === undefined ? undefined : nameText(value, upstream, words);
    case 'port':
      return said.portAnswers(upstream.port);
    case 'offer':
      return value === undefined ? undefined : said.offers(value);
    case 'challenge':
      return value;
    case 'clock':
      return step.status === 'done' ? said.clockClose : undefined;
    case 'logon':
      return said.accepted(formatAccount(account));
    case 'page':
      return value === undefined ? undefined : said.pageStatus(value);
    default:
      return assertNever(step.name);
  }
}

function briefTitle(step: Step, upstream: HostPort, words: Words): string {
  const said = words.doctor;
  if (step.name === 'logon' && step.status === 'running') return words.setUp.signingIn;
  if (step.status === 'done') {
    if (step.name === 'port') return said.portAnswersLong(upstream.port);
    if (step.name === 'offer' && step.value !== undefined) return said.itOffers(step.value);
    if (step.name === 'name' && step.value !== undefined) return nameText(step.value, upstream, words);
  }
  return said.steps[step.name];
}

function textOf(step: Step, look: StepLook, upstream: HostPort, account: Account, words: Words): StepText {
  const said = words.doctor;
  const title = look === 'brief' ? briefTitle(step, upstream, words) : said.steps[step.name];
  const duration = step.durationMs === undefined ? undefined : words.formats.duration(step.durationMs);
  const skew = step.skewMs === undefined ? undefined : skewText(step.skewMs, words);
  const value = step.name === 'clock' ? skew : duration;
  if (step.problem !== undefined) {
    return { title, detail: words.problem(step.problem).sentence, value: duration };
  }
  switch (step.status) {
    case 'running':
      return { title, detail: step.name === 'logon' ? words.setUp.oneLogon : undefined };
    case 'asking':
      return { title: said.question, detail: said.cost(formatAccount(account)) };
    case 'skipped':
      return { title, value: look === 'brief' ? undefined : said.skipped };
    case 'failed':
    case 'warning':
      return {
        title,
        detail: step.skewMs === undefined ? undefined : skewSentence(step.skewMs, words),
        value,
      };
    case 'done':
      if (look === 'brief') return { title, value };
      if (look === 'long') return { title, detail: foundText(step, upstream, account, words), value };
      return { title, value: reportValue(step, value) };
  }
}

/** In a report the found value counts more than how long it took. */
function reportValue(step: Step, value: string | undefined): string | undefined {
  if (step.name === 'clock' || step.name === 'port' || step.name === 'logon') return value;
  if (step.name === 'page') return [step.value, value].filter((part) => part !== undefined).join(', ');
  return step.value ?? value;
}

export function StepList({
  steps,
  look,
  upstream,
  account,
  question,
  children,
}: {
  readonly steps: readonly Step[];
  readonly look: StepLook;
  readonly upstream: HostPort;
  readonly account: Account;
  /** Buttons below the step that asks. */
  readonly question?: ReactNode;
  /** More steps, behind those of the check. */
  readonly children?: ReactNode;
}): ReactNode {
  const { words } = usePanel();
  const toCome = look === 'long' ? order.slice(stepNumber(steps)) : [];
  return (
    <ol className="card list" aria-label={words.doctor.stepsLabel}>
      {steps.map((step, index) => {
        const { title, detail, value } = textOf(step, look, upstream, account, words);
        const isAsking = step.status === 'asking';
        return (
          // Each company proxy has a name and a port of its own.
          <li key={`${index} ${step.name}`} className={`step ${isAsking ? 'asking' : ''}`}>
            <Shape name={shapes[step.status]} size="middle" />
            <div className="step-text">
              {isAsking ? <b>{title}</b> : title}
              <span className="hidden">, {words.doctor.status[step.status]}</span>
              {detail === undefined || look === 'report' ? null : <small>{detail}</small>}
              {isAsking ? question : null}
            </div>
            {value === undefined || value === '' ? null : <span className="step-value">{value}</span>}
          </li>
        );
      })}
      {toCome.map((name) => (
        <li key={name} className="step to-come">
          <Shape name={shapes['to-come']} size="middle" />
          <div className="step-text">
            {words.doctor.steps[name]}
            <span className="hidden">, {words.doctor.status.waiting}</span>
          </div>
        </li>
      ))}
      {children}
    </ol>
  );
}
