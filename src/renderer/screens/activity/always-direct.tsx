import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { domainRuleFor } from '../../../shared/activity-day';
import { readNoProxyEntry } from '../../../shared/no-proxy-rule';
import { Button } from '../../components/button';
import { usePanel } from '../../panel-context';

/** Sends a host, or its whole domain, direct from now on, and says beforehand how many requests of today each would cover. */
export function AlwaysDirect({
  host,
  onClose,
}: {
  readonly host: string;
  readonly onClose: () => void;
}): ReactNode {
  const { state, words, run, perform, announce } = usePanel();
  const said = words.activity;
  const group = useId();
  const domain = domainRuleFor(host);
  const rules = domain === undefined ? [host] : [host, domain];
  const [chosen, setChosen] = useState(host);
  const [counts, setCounts] = useState<readonly number[]>([]);
  const reading = readNoProxyEntry(chosen);
  const { names, by, contact } = state.managed;
  const error = names.includes('noProxy')
    ? words.problem({ kind: 'setting-managed', name: 'noProxy', by, contact }).sentence
    : reading.kind === 'bad'
      ? words.field(reading.problem)
      : state.settings.noProxy.includes(reading.value)
        ? words.field({ kind: 'duplicate' })
        : undefined;

  // A press has asked for it: the answer is under the same finger.
  const yes = useRef<HTMLButtonElement>(null);
  const no = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const wanted = yes.current?.disabled === false ? yes.current : no.current;
    wanted?.focus({ preventScroll: true });
  }, []);

  const asked = rules.join(' ');
  useEffect(() => {
    let isOver = false;
    void run({ kind: 'count-covered', rules: asked.split(' ') }).then((result) => {
      if (!isOver && result.kind === 'covered') setCounts(result.counts);
    });
    return () => {
      isOver = true;
    };
  }, [run, asked]);

  const add = async (): Promise<void> => {
    if (reading.kind === 'bad' || error !== undefined) return;
    const { kind } = await perform({
      kind: 'change-settings',
      patch: { noProxy: [...state.settings.noProxy, reading.value] },
    });
    if (kind === 'failed') return;
    announce(said.alwaysDirectDone(reading.value));
    onClose();
  };

  return (
    <form
      className="always-direct"
      onSubmit={(event) => {
        event.preventDefault();
        void add();
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        // It goes back no page.
        event.stopPropagation();
        event.preventDefault();
        onClose();
      }}
    >
      <fieldset>
        <legend>{said.alwaysDirectField}</legend>
        {rules.map((rule, index) => (
          <label key={rule} className="cover">
            <input type="radio" name={group} checked={chosen === rule} onChange={() => setChosen(rule)} />
            <span className="cover-rule">{rule}</span>{' '}
            <span className="cover-count">
              {counts[index] === undefined ? '' : said.coveredToday(counts[index])}
            </span>
          </label>
        ))}
      </fieldset>
      <p className="cover-note" role={error === undefined ? undefined : 'alert'}>
        {error ?? said.alwaysDirectNote}
      </p>
      <div className="actions">
        <Button ref={no} size="small" onClick={onClose}>
          {words.common.cancel}
        </Button>
        <Button
          ref={yes}
          size="small"
          look="primary"
          isDisabled={error !== undefined}
          onClick={() => void add()}
        >
          {said.alwaysDirectDo}
        </Button>
      </div>
    </form>
  );
}
