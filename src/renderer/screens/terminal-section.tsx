import { type ReactNode, useEffect, useState } from 'react';
import type { PreviewLine } from '../../shared/shell-block';
import type { ShellBlockPlan } from '../../shared/shell-block-plan';
import { isOn } from '../../shared/state';
import { type Shell, shells, type Tool, toolLines, tools } from '../../shared/terminal-commands';
import { Button } from '../components/button';
import { Icon } from '../components/icon';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { ProblemBanner } from '../components/problem-banner';
import { ActionRow, SwitchRow } from '../components/row';
import { Segments } from '../components/segments';
import { useDone } from '../components/use-done';
import { usePanel } from '../panel-context';
import { CommandLinkRow } from './command-link-row';

const names: Readonly<Record<Tool, string>> = { git: 'git', npm: 'npm', pip: 'pip', docker: 'Docker' };

/** Terminals and their tools: lines to copy, and the block in the shell's start file. */
export function TerminalSection(): ReactNode {
  const { words } = usePanel();
  const plan = useShellBlockPlan();
  const said = words.terminal;
  return (
    <Page title={words.preferences.terminal}>
      <h2 className="label">{said.onItsOwn}</h2>
      <CopyCommands own={plan?.shell} />
      <h2 className="label">{said.every}</h2>
      {plan === undefined ? null : <ShellBlock plan={plan} />}
      <h2 className="label">{words.commandLink.heading}</h2>
      <CommandLinkRow />
      <h2 className="label">{said.tools}</h2>
      <ToolRows />
    </Page>
  );
}

/** What the switch for the block would do; asked anew whenever something changes that it depends on. */
function useShellBlockPlan(): ShellBlockPlan | undefined {
  const { state, run } = usePanel();
  const [plan, setPlan] = useState<ShellBlockPlan>();
  const { connection, notices, settings } = state;
  const { port, noProxy, usesSystemProxy, writesShellBlock } = settings;
  const facts = JSON.stringify([connection.kind, notices, port, noProxy, usesSystemProxy, writesShellBlock]);
  useEffect(() => {
    let isOver = false;
    const ask = async (): Promise<void> => {
      const result = await run({ kind: 'preview-shell-block' });
      if (!isOver && result.kind === 'shell-block') setPlan(result.plan);
    };
    void ask();
    return () => {
      isOver = true;
    };
  }, [facts, run]);
  return plan;
}

/** @param own the shell of this user; another one may be chosen for a copy */
function CopyCommands({ own = 'zsh' }: { readonly own?: Shell | undefined }): ReactNode {
  const { words, perform } = usePanel();
  const said = words.terminal;
  const [chosen, choose] = useState<Shell>();
  const [copied, showCopied] = useDone<Shell>();
  const shell = chosen ?? own;
  const copy = async (): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-terminal-commands', shell });
    if (kind !== 'failed') showCopied(shell);
  };
  return (
    <section className="card list">
      <div className="row wrap-row">
        <Icon name="terminal" />
        <span className="row-text">{said.shell}</span>
        <Segments
          label={said.shell}
          value={shell}
          onChange={choose}
          options={shells.map((each) => [each, each] as const)}
        />
      </div>
      <ActionRow
        icon="copy"
        label={copied === undefined ? said.copy : said.copied(copied)}
        isDone={copied !== undefined}
        onClick={() => void copy()}
      />
    </section>
  );
}

function ShellBlock({ plan }: { readonly plan: ShellBlockPlan }): ReactNode {
  const { state, words, perform, failure } = usePanel();
  const said = words.terminal;
  const isMac = state.systemProxy.kind !== 'unsupported';
  return (
    <>
      <section className="card list">
        <SwitchRow
          icon="file"
          label={said.block(plan.file)}
          detail={isMac ? said.blockDetailMac : said.blockDetail}
          isOn={state.settings.writesShellBlock}
          onChange={(isWanted) => void perform({ kind: 'set-shell-block', isOn: isWanted })}
        />
        {plan.kind === 'refused' ? null : <Change plan={plan} />}
      </section>
      {/* Once is enough: a click on the switch shows it above. */}
      {plan.kind === 'refused' && failure === undefined ? <ProblemBanner problem={plan.problem} /> : null}
    </>
  );
}

function Change({
  plan: { kind, lines },
}: {
  readonly plan: Exclude<ShellBlockPlan, { readonly kind: 'refused' }>;
}): ReactNode {
  const { state, words } = usePanel();
  const said = words.terminal;
  const { settings, systemProxy, connection } = state;
  const isMac = systemProxy.kind !== 'unsupported';
  const isInUse = isOn(connection) && (!isMac || settings.usesSystemProxy);
  const come = isInUse ? said.wouldCome : isMac ? said.comesLaterMac : said.comesLater;
  return (
    <div>
      <p className="note diff-head">
        {lines.length === 0 ? said.nothing : kind === 'remove' ? said.wouldLeave : come}
      </p>
      {lines.length === 0 ? null : (
        // Scrolled with the keyboard, too.
        <div className="diff selectable" role="group" aria-label={said.lines} tabIndex={0}>
          <ul>
            {lines.map((line) => (
              <ChangedLine key={`${line.kind}${line.line}`} line={line} />
            ))}
          </ul>
        </div>
      )}
    </div>
  );
}

/** Told by a sign as well as by colour, and by a word to VoiceOver. */
function ChangedLine({ line: { kind, text } }: { readonly line: PreviewLine }): ReactNode {
  const { words } = usePanel();
  const isAdded = kind === 'added';
  return (
    <li className={kind}>
      <span className="sign" aria-hidden="true">
        {isAdded ? '+' : '−'}
      </span>
      <span className="hidden">{isAdded ? words.terminal.added : words.terminal.removed} </span>
      <code>{text}</code>
    </li>
  );
}

function ToolRows(): ReactNode {
  const { state, words, perform } = usePanel();
  const said = words.terminal;
  const { port, noProxy } = state.settings;
  const [copied, showCopied] = useDone<Tool>();
  const address = { host: '127.0.0.1', port };
  const copy = async (tool: Tool, text: string): Promise<void> => {
    const { kind } = await perform({ kind: 'copy-text', text });
    if (kind !== 'failed') showCopied(tool);
  };
  return (
    <>
      <section className="card list flush">
        {tools.map((tool) => {
          const { set, unset } = toolLines(tool, { address, noProxy });
          return (
            <div key={tool} className="row">
              <span className="row-text" role="status">
                {copied === tool ? said.toolCopied(names[tool]) : names[tool]}
                {tool === 'docker' ? <small>{said.dockerDetail}</small> : null}
              </span>
              <span className="actions">
                <Button size="small" onClick={() => void copy(tool, set)}>
                  <span>
                    {said.set}
                    <span className="hidden">{said.linesFor(names[tool])}</span>
                  </span>
                </Button>
                {unset === undefined ? null : (
                  <Button size="small" onClick={() => void copy(tool, unset)}>
                    <span>
                      {said.unset}
                      <span className="hidden">{said.linesFor(names[tool])}</span>
                    </span>
                  </Button>
                )}
              </span>
            </div>
          );
        })}
      </section>
      <Note>{said.toolsNote}</Note>
      <Note>{said.dockerNote(`127.0.0.1:${port}`)}</Note>
    </>
  );
}
