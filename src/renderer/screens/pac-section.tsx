import { type ReactNode, useState } from 'react';
import { readPac } from '../../shared/fields';
import type { PacFallback } from '../../shared/settings';
import { type AppState, isOn } from '../../shared/state';
import type { Words } from '../../shared/words/en';
import { Button } from '../components/button';
import { Choice } from '../components/choice';
import { Note } from '../components/note';
import { Locked } from '../components/locked';
import { Page } from '../components/page';
import { BareField } from '../components/text-field';
import { usePanel } from '../panel-context';

const fallbacks = [
  ['direct', 'bypass'],
  ['refuse', 'barred'],
  ['list', 'server'],
] as const satisfies readonly (readonly [PacFallback, string])[];

/** How old the PAC is, and what was wrong with it the last time. */
function ageText({ pac, connection }: AppState, words: Words): string {
  const said = words.pac;
  if (pac === undefined) return isOn(connection) ? said.notRead : said.notInUse;
  const { place, readMs, error } = pac;
  const age =
    readMs === undefined
      ? said.notRead
      : said.readAt(place ?? '', words.formats.duration(Math.max(0, Date.now() - readMs)));
  return error === undefined ? age : `${said.failed(error)} ${readMs === undefined ? '' : age}`.trim();
}

/** Where the PAC is that says which company proxy a request goes by, and what is done when it has no answer. */
export function PacSection(): ReactNode {
  const { state, words, perform } = usePanel();
  const { pac, pacFallback } = state.settings;
  const said = words.pac;
  const isOther = pac !== '' && pac !== 'mac' && pac !== 'wpad';
  const [isTyping, setIsTyping] = useState(false);
  const choose = (source: string): void => {
    setIsTyping(false);
    void perform({ kind: 'change-settings', patch: { pac: source } });
  };
  const isChosen = (source: string): boolean => !isTyping && pac === source;
  return (
    <Page title={said.title}>
      <Locked names={['pac']}>
        <h2 className="label" id="how">
          {said.how}
        </h2>
        <div className="card list" role="radiogroup" aria-labelledby="how">
          <Choice
            group="pac"
            isChosen={isChosen('')}
            onChoose={() => choose('')}
            title={said.none}
            detail={said.noneDetail}
            icon="server"
          />
          {state.platform === 'darwin' ? (
            <Choice
              group="pac"
              isChosen={isChosen('mac')}
              onChoose={() => choose('mac')}
              title={said.mac}
              detail={said.macDetail}
              icon="laptop"
            />
          ) : null}
          <Choice
            group="pac"
            isChosen={isTyping || isOther}
            onChoose={() => setIsTyping(true)}
            title={said.file}
            detail={said.fileDetail}
            icon="file"
          />
          <Choice
            group="pac"
            isChosen={isChosen('wpad')}
            onChoose={() => choose('wpad')}
            title={said.wpad}
            detail={said.wpadDetail}
            icon="wifi"
          />
        </div>
        {isTyping || isOther ? <PacField value={isOther ? pac : ''} onSave={choose} /> : null}
      </Locked>
      {pac === '' ? null : (
        <>
          <Note icon="info">{ageText(state, words)}</Note>
          {state.pac === undefined ? null : (
            <div className="actions">
              <Button size="small" onClick={() => void perform({ kind: 'refresh-pac' })}>
                {said.readAgain}
              </Button>
            </div>
          )}
          <Locked names={['pacFallback']}>
            <h2 className="label" id="fallback">
              {said.fallback}
            </h2>
            <div className="card list" role="radiogroup" aria-labelledby="fallback">
              {fallbacks.map(([fallback, icon]) => (
                <Choice
                  key={fallback}
                  group="pac-fallback"
                  isChosen={pacFallback === fallback}
                  onChoose={() => void perform({ kind: 'change-settings', patch: { pacFallback: fallback } })}
                  title={said.fallbackNames[fallback]}
                  detail={said.fallbackDetails[fallback]}
                  icon={icon}
                />
              ))}
            </div>
          </Locked>
        </>
      )}
    </Page>
  );
}

/** Put to use by Return or on leaving the field; a bad value stays in it, with one line under it. */
function PacField({
  value,
  onSave,
}: {
  readonly value: string;
  readonly onSave: (source: string) => void;
}): ReactNode {
  const { words } = usePanel();
  const [draft, setDraft] = useState<string>();
  const [isTried, setIsTried] = useState(false);
  const text = draft ?? value;
  const reading = readPac(text);
  const error = isTried && reading.kind === 'bad' ? words.field(reading.problem) : undefined;
  const save = (): void => {
    if (draft === undefined) return;
    setIsTried(true);
    if (reading.kind === 'good' && reading.value !== value) onSave(reading.value);
  };
  return (
    <section className="card pad">
      <BareField
        label={words.pac.field}
        value={text}
        placeholder="http://pac.corp/proxy.pac"
        inputMode="text"
        hasFocusFirst={value === ''}
        onChange={(next) => {
          setDraft(next);
          setIsTried(false);
        }}
        onBlur={save}
        onReturn={save}
        error={error}
        describedBy="pac-error"
      />
      <span className="field-line error" id="pac-error" aria-live="polite" hidden={error === undefined}>
        {error}
      </span>
    </section>
  );
}
