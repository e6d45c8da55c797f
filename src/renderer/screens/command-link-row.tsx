import { type ReactNode, useEffect } from 'react';
import { ProblemBanner } from '../components/problem-banner';
import { ActionRow, SwitchRow } from '../components/row';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';

/** The command `latchkey` in the user's terminals: a switch, or why there is none. */
export function CommandLinkRow(): ReactNode {
  const { state, words, run, perform } = usePanel();
  const { commandLink } = state;
  const said = words.commandLink;
  // A folder of PATH may have come or gone since.
  useEffect(() => void run({ kind: 'look-for-command' }), [run]);
  if (commandLink.kind === 'unsupported') return <p className="note">{said.isUnsupported}</p>;
  return (
    <>
      <section className="card list">
        <SwitchRow
          icon="code"
          label={said.label}
          detail={
            commandLink.kind === 'unknown'
              ? said.isLooking
              : commandLink.kind === 'on'
                ? said.isOn(commandLink.path)
                : commandLink.kind === 'off'
                  ? said.isOff(commandLink.path)
                  : undefined
          }
          isOn={commandLink.kind === 'on'}
          isBusy={commandLink.kind === 'unknown'}
          onChange={(isOn) => void perform({ kind: 'set-command-link', isOn })}
        />
        {commandLink.kind === 'refused' && commandLink.problem.kind === 'command-has-no-folder' ? (
          <CopyLine {...commandLink.problem} />
        ) : null}
      </section>
      {commandLink.kind === 'refused' ? <Refusal /> : null}
    </>
  );
}

/** What turns a folder of the user's own into one of PATH. */
function CopyLine({ file, line }: { readonly file: string; readonly line: string }): ReactNode {
  const { words, perform } = usePanel();
  const said = words.commandLink;
  const [isDone, showDone] = useDone<true>();
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-text', text: `${line}\n` });
    if (kind !== 'failed') showDone(true);
  };
  return (
    <ActionRow
      icon="copy"
      label={isDone ? said.lineCopied(file) : said.copyLine}
      detail={line}
      isDone={isDone === true}
      onClick={() => void copy()}
    />
  );
}

function Refusal(): ReactNode {
  const { state, failure } = usePanel();
  // Once is enough: a click on the switch shows it above.
  if (state.commandLink.kind !== 'refused' || failure !== undefined) return null;
  return <ProblemBanner problem={state.commandLink.problem} />;
}
