import type { ReactNode } from 'react';
import type { ActivityRow, TraceStep } from '../../../shared/activity';
import { assertNever } from '../../../shared/problem';
import { formatHostPort } from '../../../shared/settings';
import type { Words } from '../../../shared/words/en';
import { usePanel } from '../../panel-context';

interface TraceText {
  readonly word: string;
  readonly detail: string;
  readonly isDecision: boolean;
  /** What was answered, word for word. */
  readonly answer?: string;
}

function textOf(step: TraceStep, words: Words): TraceText {
  const said = words.activity;
  const plain = (word: string, detail = ''): TraceText => ({ word, detail, isDecision: false });
  const decision = (word: string): TraceText => ({ word, detail: '', isDecision: true });
  switch (step.kind) {
    case 'rule':
      return plain(said.noProxyList, step.rule === undefined ? said.noneFits : said.ruleFits(step.rule));
    case 'pac':
      return step.answer === undefined
        ? plain(said.pac, step.detail ?? said.noPacAnswer)
        : {
            word: said.pac,
            detail: step.line === undefined ? '' : said.pacLine(step.line),
            isDecision: true,
            answer: step.answer,
          };
    case 'route':
      return decision(said.routes[step.route]);
    case 'held':
      return decision(said.held);
    case 'passed-by': {
      const why = said.passedBy[step.why];
      return plain(formatHostPort(step.hop), step.isKnown ? said.leftOut(why) : why);
    }
    case 'upstream':
      return plain(formatHostPort(step.upstream));
    case 'sign-in':
      return plain(said.signIn, step.hasLogon ? said.withLogon : said.withoutLogon);
    case 'answer':
      return decision(step.status === undefined ? said.noAnswer : said.answered(step.status));
    default:
      return assertNever(step);
  }
}

/** What a PAC has answered, a way a line as it is written: the signs between them stay where they are. */
function answerLines(answer: string): readonly string[] {
  return answer.split(/(?<=;)\s*/).filter((line) => line !== '');
}

/** The lines of a trace, to be copied. */
export function traceLines({ trace }: ActivityRow, words: Words): readonly string[] {
  return trace.map((step) => {
    const { word, detail, answer = '' } = textOf(step, words);
    return `  ${words.formats.duration(step.atMs)}\t${[word, detail, answer].filter(Boolean).join(' ')}`;
  });
}

/** What was decided about a request and why, and what went wrong with it. */
export function Trace({ row: { trace, problem } }: { readonly row: ActivityRow }): ReactNode {
  const { words } = usePanel();
  return (
    <>
      <ol className="trace" aria-label={words.activity.trace}>
        {trace.map((step, index) => {
          const { word, detail, isDecision, answer } = textOf(step, words);
          return (
            // A step of the same kind may come twice, as where a company proxy is tried again.
            <li key={`${index} ${word}`} className={isDecision ? 'decision' : ''}>
              <span>
                {word} {detail === '' ? null : <em>{detail}</em>}
                {answer === undefined ? null : (
                  <code className="trace-answer">
                    {answerLines(answer).map((line, at) => (
                      <span key={`${at} ${line}`}>{line} </span>
                    ))}
                  </code>
                )}
              </span>
              <span className="trace-time">{words.formats.duration(step.atMs)}</span>
            </li>
          );
        })}
      </ol>
      {problem === undefined ? null : (
        <p className="entry-problem">
          {words.problem(problem).sentence}
          <small>{words.problem(problem).remedy}</small>
        </p>
      )}
    </>
  );
}
