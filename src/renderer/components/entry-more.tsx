import { type ReactNode, useState } from 'react';
import type { ActivityRow, TraceStep } from '../../shared/activity';
import { readNoProxyEntry } from '../../shared/no-proxy-rule';
import { assertNever } from '../../shared/problem';
import { formatHostPort } from '../../shared/settings';
import type { Words } from '../../shared/words/en';
import { lineOf } from '../activity-kind';
import { usePanel } from '../panel-context';
import { Button } from './button';
import { TextField } from './text-field';
import { useDone } from './use-done';

interface TraceText {
  readonly word: string;
  readonly detail: string;
  readonly isDecision: boolean;
  readonly atMs: number;
}

function textOf(step: TraceStep, words: Words): TraceText {
  const said = words.activity;
  switch (step.kind) {
    case 'rule':
      return {
        word: said.noProxyList,
        detail: step.rule === undefined ? said.noneFits : said.ruleFits(step.rule),
        isDecision: false,
        atMs: step.atMs,
      };
    case 'pac':
      return { word: said.pac, detail: step.answer ?? step.detail ?? '', isDecision: false, atMs: step.atMs };
    case 'route':
      return { word: said.routes[step.route], detail: '', isDecision: true, atMs: step.atMs };
    case 'held':
      return { word: said.held, detail: '', isDecision: true, atMs: step.atMs };
    case 'upstream':
      return { word: formatHostPort(step.upstream), detail: '', isDecision: false, atMs: step.atMs };
    case 'sign-in':
      return {
        word: said.signIn,
        detail: step.hasLogon ? said.withLogon : said.withoutLogon,
        isDecision: false,
        atMs: step.atMs,
      };
    case 'answer':
      return {
        word: step.status === undefined ? said.noAnswer : said.answered(step.status),
        detail: '',
        isDecision: true,
        atMs: step.atMs,
      };
    default:
      return assertNever(step);
  }
}

/** What was decided about a request and why; copies it, or sends its host direct from now on. */
export function EntryMore({ row }: { readonly row: ActivityRow }): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.activity;
  const [isCopied, showCopied] = useDone<true>();
  const [pattern, setPattern] = useState<string>();
  const { target, problem, trace, own } = row;
  const texts = trace.map((step) => textOf(step, words));
  const reading = readNoProxyEntry(pattern ?? '');
  const isKnown = reading.kind === 'good' && state.settings.noProxy.includes(reading.value);
  const error =
    pattern === undefined
      ? undefined
      : reading.kind === 'bad'
        ? words.field(reading.problem)
        : isKnown
          ? words.field({ kind: 'duplicate' })
          : undefined;

  const copy = async (): Promise<void> => {
    const lines = texts.map(
      ({ word, detail, atMs }) => `  ${words.formats.duration(atMs)}\t${`${word} ${detail}`.trim()}`,
    );
    const { kind } = await perform({
      kind: 'copy-text',
      text: `${[lineOf(row, words), ...lines].join('\n')}\n`,
    });
    if (kind !== 'failed') showCopied(true);
  };
  const add = async (): Promise<void> => {
    if (reading.kind === 'bad' || isKnown) return;
    const { kind } = await perform({
      kind: 'change-settings',
      patch: { noProxy: [...state.settings.noProxy, reading.value] },
    });
    if (kind !== 'failed') setPattern(undefined);
  };

  return (
    <div className="entry-more selectable">
      {own === undefined ? null : (
        <p className="entry-problem">
          {said.ownPurpose}
          <small>{said.ownCount(own.count, own.logonCount, words.formats.clock(own.sinceMs))}</small>
        </p>
      )}
      <ol className="trace" aria-label={said.trace}>
        {texts.map(({ word, detail, isDecision, atMs }) => (
          <li key={`${atMs} ${word}`} className={isDecision ? 'decision' : ''}>
            <span>
              {word} {detail === '' ? null : <em>{detail}</em>}
            </span>
            <span className="trace-time">{words.formats.duration(atMs)}</span>
          </li>
        ))}
      </ol>
      {problem === undefined ? null : (
        <p className="entry-problem">
          {words.problem(problem).sentence}
          <small>{words.problem(problem).remedy}</small>
        </p>
      )}
      {pattern === undefined ? (
        <div className="actions">
          {target === undefined || own !== undefined || row.route?.kind === 'direct' ? null : (
            <Button size="small" onClick={() => setPattern(target.host)}>
              {said.alwaysDirect}
            </Button>
          )}
          <Button size="small" onClick={() => void copy()}>
            {isCopied === true ? words.common.copied : words.common.copy}
          </Button>
        </div>
      ) : (
        <>
          <TextField
            label={said.alwaysDirectField}
            value={pattern}
            onChange={setPattern}
            onReturn={() => void add()}
            onEscape={() => {
              setPattern(undefined);
              return true;
            }}
            error={error}
          />
          <div className="actions entry-confirm">
            <Button size="small" onClick={() => setPattern(undefined)}>
              {words.common.cancel}
            </Button>
            <Button size="small" look="primary" isDisabled={error !== undefined} onClick={() => void add()}>
              {said.alwaysDirectDo}
            </Button>
          </div>
        </>
      )}
    </div>
  );
}
