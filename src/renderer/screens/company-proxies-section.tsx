import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { type FieldProblem, readUpstream } from '../../shared/fields';
import { formatAccount, formatUpstream, type Upstream } from '../../shared/settings';
import { isSignedIn, type UpstreamState } from '../../shared/state';
import { Button, IconButton } from '../components/button';
import { CutText } from '../components/cut-text';
import { Icon } from '../components/icon';
import { Locked } from '../components/locked';
import { Note } from '../components/note';
import { Page } from '../components/page';
import { ProblemBanner } from '../components/problem-banner';
import { SwitchRow } from '../components/row';
import { Shape, type ShapeName } from '../components/shape';
import { TextField } from '../components/text-field';
import { upstreamStatus } from '../components/upstream-status';
import { moved, useDragOrder } from '../components/use-drag-order';
import { usePanel } from '../panel-context';

const shapes: Record<UpstreamState['status'], ShapeName> = {
  unknown: 'waiting',
  'in-use': 'ok',
  'standing-by': 'off',
  down: 'warn',
};

interface Edit {
  /** The place of the entry that is edited; the length of the list for a new one. */
  readonly place: number;
  readonly text: string;
  readonly isTried: boolean;
}

/** The company proxies in order: add, edit, remove, and another order by dragging or with Option and an arrow. */
export function CompanyProxiesSection(): ReactNode {
  const { state, words, perform, go, announce } = usePanel();
  const { upstreams, keepsWarm } = state.settings;
  const said = words.upstreams;
  const [chosen, setChosen] = useState(0);
  const [edit, setEdit] = useState<Edit>();
  const list = useRef<HTMLUListElement>(null);
  const focusPlace = useRef<number>(undefined);
  const { connection, account } = state;

  /** The entry that is on its way to another place. */
  const moving = useRef<string>(undefined);

  useEffect(() => {
    const place = focusPlace.current;
    if (place === undefined || edit !== undefined) return;
    // What was moved keeps the focus; the order changes only when the app says so.
    const entry = upstreams[place];
    if (moving.current !== undefined && (entry === undefined || formatUpstream(entry) !== moving.current))
      return;
    list.current?.querySelectorAll<HTMLElement>('.row')[place]?.focus();
    focusPlace.current = undefined;
    moving.current = undefined;
  });

  const change = async (next: readonly Upstream[]): Promise<boolean> => {
    const { kind } = await perform({ kind: 'change-settings', patch: { upstreams: [...next] } });
    return kind !== 'failed';
  };
  const move = (from: number, to: number): void => {
    const entry = upstreams[from];
    if (entry === undefined || to < 0 || to >= upstreams.length || from === to) return;
    focusPlace.current = to;
    moving.current = formatUpstream(entry);
    setChosen(to);
    announce(said.moved(formatUpstream(entry), to + 1, upstreams.length));
    void change(moved(upstreams, from, to));
  };
  const onRowKey = (place: number) => (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const to = place + (event.key === 'ArrowUp' ? -1 : 1);
    if (event.altKey) {
      move(place, to);
      return;
    }
    if (to < 0 || to >= upstreams.length) return;
    setChosen(to);
    list.current?.querySelectorAll<HTMLElement>('.row')[to]?.focus();
  };

  const order = useDragOrder(upstreams.length, move, setChosen);

  const remove = (): void => {
    if (upstreams.length < 2) return;
    focusPlace.current = Math.min(chosen, upstreams.length - 2);
    setChosen(focusPlace.current);
    void change(upstreams.toSpliced(chosen, 1));
  };
  const problemOf = ({ text, place }: Edit): FieldProblem | undefined => {
    const reading = readUpstream(text);
    if (reading.kind === 'bad') return reading.problem;
    const name = formatUpstream(reading.value).toLowerCase();
    const isKnown = upstreams.some(
      (other, index) => index !== place && formatUpstream(other).toLowerCase() === name,
    );
    return isKnown ? { kind: 'duplicate' } : undefined;
  };
  const saveEdit = async (): Promise<void> => {
    if (edit === undefined) return;
    const reading = readUpstream(edit.text);
    if (reading.kind === 'bad' || problemOf(edit) !== undefined) {
      setEdit({ ...edit, isTried: true });
      return;
    }
    focusPlace.current = edit.place;
    setChosen(edit.place);
    if (await change(upstreams.toSpliced(edit.place, 1, reading.value))) setEdit(undefined);
  };
  const stopEdit = (): void => {
    focusPlace.current = chosen;
    setEdit(undefined);
  };

  const forbidden = state.upstreams.find(({ problem }) => problem?.kind === 'local-network-denied')?.problem;
  const chosenName = upstreams[chosen] === undefined ? '' : formatUpstream(upstreams[chosen]);
  return (
    <Page title={words.preferences.companyProxies}>
      <Locked names={['upstreams']}>
        <section className="card list">
          <ul ref={list} aria-label={said.list}>
            {upstreams.map((address, place) => {
              const name = formatUpstream(address);
              const known = state.upstreams.find(
                (other) => other.address.host === address.host && other.address.port === address.port,
              ) ?? { address, status: 'unknown' as const };
              return (
                <li
                  key={name}
                  className={`place-row ${chosen === place ? 'chosen' : ''} ${order.isDragged(place) ? 'dragged' : ''}`}
                  style={order.styleOf(place)}
                >
                  <button
                    type="button"
                    className="row"
                    tabIndex={chosen === place ? 0 : -1}
                    aria-current={chosen === place}
                    onFocus={() => setChosen(place)}
                    onClick={() => setChosen(place)}
                    onDoubleClick={() => setEdit({ place, text: name, isTried: false })}
                    onKeyDown={(event) => {
                      if (event.key === 'Enter') {
                        event.preventDefault();
                        setEdit({ place, text: name, isTried: false });
                      } else if (event.key === 'Backspace' || event.key === 'Delete') remove();
                      else onRowKey(place)(event);
                    }}
                  >
                    <span className="place">{place + 1}</span>
                    <span className="row-text">
                      <CutText text={name} />
                      <small>{upstreamStatus(known, isSignedIn(connection), words, Date.now())}</small>
                    </span>
                    <Shape name={shapes[known.status]} size="middle" />
                  </button>
                  <span className="grip" title={said.move(name)} aria-hidden="true" {...order.grip(place)}>
                    <Icon name="grip" />
                  </span>
                </li>
              );
            })}
          </ul>
          {edit === undefined ? (
            <div className="add-bar">
              <IconButton
                icon="plus"
                name={said.add}
                onClick={() => setEdit({ place: upstreams.length, text: '', isTried: false })}
              />
              <IconButton
                icon="minus"
                name={upstreams.length < 2 ? said.last : said.remove(chosenName)}
                isDisabled={upstreams.length < 2}
                onClick={remove}
              />
            </div>
          ) : (
            <AddressEdit
              edit={edit}
              label={
                edit.place === upstreams.length
                  ? said.newAddress
                  : said.edit(formatUpstreamAt(upstreams, edit.place))
              }
              problem={problemOf(edit)}
              onChange={(text) => setEdit({ ...edit, text, isTried: false })}
              onSave={() => void saveEdit()}
              onStop={stopEdit}
            />
          )}
        </section>
      </Locked>
      {forbidden === undefined ? null : <ProblemBanner problem={forbidden} />}
      {state.managed.names.includes('upstreams') ? null : (
        <Note>{state.platform === 'darwin' ? said.order : said.orderKeys}</Note>
      )}
      <Locked names={['keepsWarm']}>
        <section className="card list">
          <SwitchRow
            icon="clock"
            label={said.keepReady}
            detail={said.keepReadyDetail}
            isOn={keepsWarm}
            onChange={(isOn) => void perform({ kind: 'change-settings', patch: { keepsWarm: isOn } })}
          />
        </section>
      </Locked>
      {account === undefined ? null : (
        <section className="card list">
          <div className="row">
            <Icon name="key" />
            <span className="row-text break">
              <CutText text={formatAccount(account.account)} />
              <small>
                {state.managed.names.includes('account')
                  ? words.managed.domainSet(account.account.domain)
                  : said.usedForAll}
              </small>
            </span>
            <Button size="small" opens="password" onClick={() => go({ screen: 'password' })}>
              {words.status.changePassword}
            </Button>
          </div>
        </section>
      )}
    </Page>
  );
}

function formatUpstreamAt(upstreams: readonly Upstream[], place: number): string {
  const address = upstreams[place];
  return address === undefined ? '' : formatUpstream(address);
}

function AddressEdit({
  edit,
  label,
  problem,
  onChange,
  onSave,
  onStop,
}: {
  readonly edit: Edit;
  readonly label: string;
  readonly problem: FieldProblem | undefined;
  readonly onChange: (text: string) => void;
  readonly onSave: () => void;
  readonly onStop: () => void;
}): ReactNode {
  const { words } = usePanel();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.select(), []);
  const isShown = edit.isTried && problem !== undefined;
  const proposed = isShown && problem.kind === 'port-missing' ? problem.proposed : undefined;
  return (
    <div className="edit-row">
      <TextField
        ref={field}
        label={label}
        value={edit.text}
        placeholder="proxy.corp:8080"
        onChange={onChange}
        onReturn={onSave}
        onEscape={() => {
          onStop();
          return true;
        }}
        error={isShown ? words.field(problem) : undefined}
        lineAfter={
          proposed === undefined ? undefined : (
            <button type="button" className="link" onClick={() => onChange(proposed)}>
              {words.setUp.use(proposed)}
            </button>
          )
        }
      />
      <div className="actions">
        <Button size="small" onClick={onStop}>
          {words.common.cancel}
        </Button>
        <Button size="small" look="primary" onClick={onSave}>
          {words.common.done}
        </Button>
      </div>
    </div>
  );
}
