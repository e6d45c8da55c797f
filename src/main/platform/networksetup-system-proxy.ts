import type {
  ProxyHolder,
  SystemProxyNote,
  SystemProxyState,
  SystemProxyTarget,
} from '../../shared/system-proxy';
import { TaskQueue } from '../../shared/task-queue';
import { runAsAdministrator } from './administrator-dialog';
import { asksForPassword, type NetworkRightCommands } from './network-right';
import { Networksetup, NetworksetupError } from './networksetup';
import type { NetworkWatch, SystemProxy } from './ports';
import { isRunning, isSameProcess, type ProcessIdentity } from './process-identity';
import { ProxyGuard } from './proxy-guard';
import type { ProxyJournal } from './proxy-journal';
import type { MacCommand } from './run-mac-command';
import { holderOf, readProxiesInForce, whoIsInForce } from './scutil-proxies';
import {
  isReached,
  isSameWay,
  type ProxyPhase,
  proxyCommands,
  renewedRecord,
  restoreGoal,
  type ServiceProxies,
  type ServiceRecord,
  takenSettings,
  usesOwn,
  withEntriesOf,
  withoutOwn,
  wouldLosePassword,
  writtenFor,
} from './service-proxies';

export interface NetworksetupSystemProxyOptions {
  readonly networksetup: MacCommand;
  readonly scutil: MacCommand;
  /** Its time-out is that of the person who is asked. */
  readonly osascript: MacCommand;
  /** Tell beforehand whether osascript will be needed. */
  readonly right: NetworkRightCommands;
  /** Tells that the Mac's network or its proxy settings have changed; opened before it is first switched on. */
  readonly openWatch: () => NetworkWatch;
  /** Where the journal is kept. */
  readonly directory: string;
  /** This process. */
  readonly owner: ProcessIdentity;
  /** What the Mac is to use; asked each time that it is switched on. */
  readonly target: () => SystemProxyTarget;
  /** The clock on the wall. */
  readonly nowMs: () => number;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** Hexadecimal digits, unlike all others. */
  readonly newId: () => string;
  /** How often it is looked whether the settings are in force, should nobody tell of a change. Default: a minute. */
  readonly lookEveryMs?: number;
  /** How long `restoreNow` may take. Default: 3 s. */
  readonly restoreNowMs?: number;
  /** How long `close` may go on putting back. Default: 2.5 s, as it may take 3 s altogether. */
  readonly closeMs?: number;
  /** Told before and after each step that a crash could separate from the next one; tests end the process there. */
  readonly onStep?: (step: string) => void;
  /** Gets what must not happen. */
  readonly onInternalError: (error: unknown) => void;
}

/** More take-overs than one in this time are a fight. */
const fightMs = 60_000;
const lockWaitMs = 10_000;
const defaultCloseMs = 2_500;
const closeLockWaitMs = 1_000;
const defaultLookEveryMs = 60_000;
const defaultRestoreNowMs = 3_000;
/** macOS takes a moment to put new settings into force. */
const inForceWithinMs = 2_000;
const inForcePollMs = 200;

const applyPrompt = 'Latchkey wants to make itself the proxy of this Mac.';
const notKept = 'they do not stay as they are set';
const restorePrompt = 'Latchkey wants to put the proxy settings of this Mac back.';

interface Work {
  /** Whether an administrator's password may be asked for. */
  readonly mayAsk: boolean;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
  readonly notes: SystemProxyNote[];
}

interface Plan {
  readonly record: ServiceRecord;
  readonly goal: ServiceProxies;
  readonly commands: readonly (readonly string[])[];
}

/** A service that is not as it should be, and what it is like; undefined when that cannot be had. */
interface WrongService {
  readonly record: ServiceRecord;
  readonly current: ServiceProxies | undefined;
}

type Outcome =
  /** @param failures what networksetup said of the services that it did not change */
  | { readonly kind: 'done'; readonly failures: ReadonlyMap<string, string> }
  | { readonly kind: 'no-rights' }
  | { readonly kind: 'cancelled' };

/** The Mac's proxy settings through networksetup. A change is written into a journal before it is made. */
export class NetworksetupSystemProxy implements SystemProxy {
  readonly #options: NetworksetupSystemProxyOptions;
  readonly #networksetup: Networksetup;
  readonly #guard: ProxyGuard;
  readonly #listeners = new Set<(state: SystemProxyState) => void>();
  readonly #closing = new AbortController();
  /** Ends what is under way. */
  #working = new AbortController();
  #state: SystemProxyState = { kind: 'off', notes: [] };
  /** The last one in which nothing was under way. */
  #settled = this.#state;
  readonly #tasks = new TaskQueue();
  #watch: NetworkWatch | undefined;
  #lookTimer: NodeJS.Timeout | undefined;
  #closed: Promise<SystemProxyState> | undefined;
  /** What the user's switch says. */
  #isWanted = false;
  #takenAtMs: readonly number[] = [];
  #isContested = false;
  /** Services that did not take their settings: not tried again before the user clicks. */
  readonly #refused = new Map<string, SystemProxyNote>();

  constructor(options: NetworksetupSystemProxyOptions) {
    this.#options = options;
    this.#networksetup = new Networksetup(options.networksetup);
    this.#guard = new ProxyGuard({
      directory: options.directory,
      networksetup: options.networksetup.file,
      owner: options.owner,
      nowMs: options.nowMs,
    });
  }

  state(): SystemProxyState {
    return this.#state;
  }

  subscribe(listener: (state: SystemProxyState) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  set(isOn: boolean, { mayAsk }: { readonly mayAsk: boolean }): Promise<SystemProxyState> {
    this.#isWanted = isOn;
    this.#isContested = false;
    this.#takenAtMs = [];
    this.#refused.clear();
    return this.#inTurn(async () => {
      this.#setState({ kind: 'changing', to: isOn ? 'on' : 'off', notes: [] });
      // First, so that no change is missed between the last look and the first event.
      if (isOn) this.#startWatch();
      const work = this.#work(mayAsk);
      const state = await this.#alone(lockWaitMs, () => (isOn ? this.#apply(work) : this.#restore(work)));
      // Who cancels the question for the password leaves everything as it was.
      if (this.#isOn(state) || state.kind === 'off') this.#isWanted = this.#isOn(state);
      return state;
    });
  }

  recover({ mayAsk }: { readonly mayAsk: boolean }): Promise<SystemProxyState> {
    return this.#inTurn(() => this.#alone(lockWaitMs, () => this.#restore(this.#work(mayAsk))));
  }

  check(): Promise<SystemProxyState> {
    return this.#inTurn(() => this.#alone(lockWaitMs, () => this.#check(this.#work(false))));
  }

  asksForPassword(): Promise<boolean | undefined> {
    return asksForPassword(this.#options.right, this.#closing.signal);
  }

  restoreNow(): void {
    if (this.#closing.signal.aborted) return;
    this.#isWanted = false;
    this.#working.abort();
    this.#working = new AbortController();
    const limitMs = this.#options.restoreNowMs ?? defaultRestoreNowMs;
    if (this.#guard.restoreNow(limitMs)) this.#setState({ kind: 'off', notes: [] });
  }

  close(): Promise<SystemProxyState> {
    return (this.#closed ??= this.#close());
  }

  async #close(): Promise<SystemProxyState> {
    this.#isWanted = false;
    const inTime = AbortSignal.timeout(this.#options.closeMs ?? defaultCloseMs);
    this.#closing.abort();
    clearInterval(this.#lookTimer);
    const watchClosed = this.#watch?.close();
    await this.#tasks.idle();
    const restored = await this.#alone(closeLockWaitMs, async () => {
      const reading = await this.#guard.read();
      // What others have left is no business of whoever closes.
      if (reading.kind !== 'found' || !this.#isMine(reading.journal)) return this.#state;
      return this.#restore({ mayAsk: false, signal: inTime, notes: [] });
    });
    this.#guard.dismiss();
    await watchClosed;
    this.#setState(restored);
    this.#listeners.clear();
    return restored;
  }

  #work(mayAsk: boolean): Work {
    return { mayAsk, signal: AbortSignal.any([this.#closing.signal, this.#working.signal]), notes: [] };
  }

  #isOn({ kind }: SystemProxyState): boolean {
    return kind === 'on' || kind === 'not-in-force';
  }

  #setState(state: SystemProxyState): void {
    if (JSON.stringify(state) === JSON.stringify(this.#state)) return;
    this.#state = state;
    if (state.kind !== 'changing') this.#settled = state;
    for (const listener of this.#listeners) listener(state);
  }

  /** One after the other. Once it is closed nothing is done any more. */
  #inTurn(action: () => Promise<SystemProxyState>): Promise<SystemProxyState> {
    return this.#tasks.run(async () => {
      if (this.#closing.signal.aborted) return this.#state;
      const { signal } = this.#working;
      const state = await action();
      // What was restored meanwhile is what counts.
      if (signal.aborted) return this.#state;
      this.#setState(state);
      return state;
    });
  }

  /** While no other Latchkey changes anything; expected failures become states. */
  async #alone(waitMs: number, action: () => Promise<SystemProxyState>): Promise<SystemProxyState> {
    const { signal } = this.#working;
    try {
      const result = await this.#guard.alone(waitMs, action);
      return result?.value ?? { kind: 'failed', trouble: { kind: 'busy' }, notes: [] };
    } catch (error) {
      if (this.#closing.signal.aborted || signal.aborted) return this.#state;
      if (error instanceof NetworksetupError) {
        return { kind: 'failed', trouble: { kind: 'no-command', detail: error.message }, notes: [] };
      }
      return this.#journalFailed(error, []);
    }
  }

  #journalFailed(error: unknown, notes: readonly SystemProxyNote[]): SystemProxyState {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return { kind: 'failed', trouble: { kind: 'journal-not-written', detail: error.message }, notes };
  }

  #startWatch(): void {
    if (this.#watch !== undefined || this.#closing.signal.aborted) return;
    this.#watch = this.#options.openWatch();
    this.#watch.subscribe(() => this.#checkSoon());
    const look = (): void => void this.#lookBriefly().catch(this.#options.onInternalError);
    this.#lookTimer = setInterval(look, this.#options.lookEveryMs ?? defaultLookEveryMs).unref();
  }

  #checkSoon(): void {
    this.check().catch(this.#options.onInternalError);
  }

  /** One command where a whole check takes some for each service. */
  async #lookBriefly(): Promise<void> {
    if (!this.#isWanted || this.#state.kind === 'changing') return;
    const proxies = await readProxiesInForce(this.#options.scutil, this.#closing.signal);
    if (proxies === undefined || this.#closing.signal.aborted) return;
    const { isOurs } = whoIsInForce(proxies, this.#options.target());
    if (isOurs !== (this.#state.kind === 'on')) this.#checkSoon();
  }

  #isMine({ owner }: ProxyJournal): boolean {
    return isSameProcess(owner, this.#options.owner);
  }

  async #writeJournal(journal: ProxyJournal): Promise<void> {
    this.#options.onStep?.(`before the journal says ${journal.phase}`);
    await this.#guard.write(journal);
    this.#options.onStep?.(`after the journal says ${journal.phase}`);
  }

  // ---- on

  async #apply(work: Work): Promise<SystemProxyState> {
    const target = this.#options.target();
    const found = await this.#findRecords(target, work);
    if (found.kind === 'state') return found.state;
    const { plans, skipped } = await this.#planApply(target, found, work);
    work.signal.throwIfAborted();
    if (plans.length === 0) {
      return { kind: 'failed', trouble: { kind: 'no-service' }, notes: work.notes };
    }
    const records = [...plans.map(({ record }) => record), ...skipped];
    const journal: ProxyJournal = {
      version: 1,
      id: this.#options.newId(),
      owner: this.#options.owner,
      phase: 'applying',
      target,
      services: records,
    };
    try {
      await this.#writeJournal(journal);
    } catch (error) {
      // Whatever was written of it, nothing has been changed yet.
      if (found.records.length === 0) await this.#guard.remove();
      return this.#journalFailed(error, work.notes);
    }
    this.#guard.watch();
    const outcome = await this.#carryOut(plans, applyPrompt, work);
    work.signal.throwIfAborted();
    if (outcome.kind !== 'done') {
      const { left } = await this.#putBackServices(records, 'applying', {
        ...work,
        mayAsk: false,
        notes: [],
      });
      await this.#keep(journal, left);
      return outcome.kind === 'cancelled'
        ? { kind: 'off', notes: work.notes }
        : { kind: 'needs-password', to: 'on', notes: work.notes };
    }
    const { set, refused } = await this.#takeStock(plans, outcome.failures, work);
    work.signal.throwIfAborted();
    const { left } = await this.#putBackServices(refused, 'applying', { ...work, mayAsk: false, notes: [] });
    if (set.length === 0) {
      await this.#keep(journal, [...left, ...skipped]);
      return { kind: 'failed', trouble: { kind: 'no-service' }, notes: work.notes };
    }
    try {
      await this.#writeJournal({ ...journal, phase: 'on', services: [...set, ...left, ...skipped] });
    } catch (error) {
      // What it says is enough to put everything back.
      this.#journalFailed(error, []);
    }
    return this.#lookInForce(
      target,
      set.map(({ name }) => name),
      work,
    );
  }

  /** Reads back which services are set now. What did not work is no reason to undo the rest. */
  async #takeStock(
    plans: readonly Plan[],
    failures: ReadonlyMap<string, string>,
    work: Work,
  ): Promise<{ readonly set: ServiceRecord[]; readonly refused: ServiceRecord[] }> {
    const set: ServiceRecord[] = [];
    const refused: ServiceRecord[] = [];
    for (const { record, goal } of plans) {
      const { name, earlier, written } = record;
      const current = await this.#read(name, { ...work, notes: [] });
      // macOS may write an entry of the list in another way: what it makes of it is what is taken out again.
      const { bypass } = current ?? goal;
      if (current !== undefined && isReached(current, { ...goal, bypass })) {
        set.push({ name, earlier, written: { ...written, bypass } });
        continue;
      }
      const detail = failures.get(name) ?? notKept;
      const note: SystemProxyNote = { kind: 'service-refused', service: name, detail };
      this.#refused.set(name, note);
      work.notes.push(note);
      refused.push(record);
    }
    return { set, refused };
  }

  /** What is known of the time before, once nothing of another Latchkey or another address is left. */
  async #findRecords(
    target: SystemProxyTarget,
    work: Work,
  ): Promise<
    | {
        readonly kind: 'records';
        readonly records: readonly ServiceRecord[];
        readonly own: SystemProxyTarget['address'][];
      }
    | { readonly kind: 'state'; readonly state: SystemProxyState }
  > {
    const reading = await this.#guard.read();
    const own = [target.address];
    switch (reading.kind) {
      case 'none':
        return { kind: 'records', records: [], own };
      case 'unreadable':
        work.notes.push({ kind: 'journal-unreadable', keptAs: reading.keptAs });
        return { kind: 'records', records: [], own };
      case 'newer':
        return { kind: 'state', state: this.#newer(work) };
      case 'found':
        break;
    }
    const { journal } = reading;
    own.push(journal.target.address);
    // Another list of hosts is set in the place of the one before.
    if (this.#isMine(journal) && isSameWay(journal.target, target))
      return { kind: 'records', records: journal.services, own };
    const { state, left } = await this.#putBack(journal, work);
    return state.kind === 'off' ? { kind: 'records', records: left, own } : { kind: 'state', state };
  }

  async #planApply(
    target: SystemProxyTarget,
    {
      records,
      own,
    }: { readonly records: readonly ServiceRecord[]; readonly own: SystemProxyTarget['address'][] },
    work: Work,
  ): Promise<{ readonly plans: Plan[]; readonly skipped: ServiceRecord[] }> {
    const services = await this.#networksetup.services(work.signal);
    const plans: Plan[] = [];
    for (const { name, isEnabled, device } of services) {
      if (!isEnabled || device === '') continue;
      const refusal = this.#refused.get(name);
      if (refusal !== undefined) {
        work.notes.push(refusal);
        continue;
      }
      const current = await this.#read(name, work);
      if (current === undefined) continue;
      if (wouldLosePassword(current, target)) {
        work.notes.push({ kind: 'service-signs-in', service: name });
        continue;
      }
      const known = records.find((record) => record.name === name);
      const earlier = withoutOwn(current, own);
      const record =
        known === undefined
          ? { name, earlier, written: writtenFor(earlier, target) }
          : renewedRecord(known, current, target);
      const goal = record.written;
      plans.push({
        record: known === undefined ? record : withEntriesOf(known, record),
        goal,
        commands: proxyCommands(name, current, goal),
      });
    }
    const skipped = records.filter(({ name }) => !plans.some(({ record }) => record.name === name));
    return { plans, skipped };
  }

  // ---- off

  async #restore(work: Work): Promise<SystemProxyState> {
    const reading = await this.#guard.read();
    switch (reading.kind) {
      case 'none':
        return { kind: 'off', notes: work.notes };
      case 'newer':
        return this.#newer(work);
      case 'unreadable':
        work.notes.push({ kind: 'journal-unreadable', keptAs: reading.keptAs });
        return this.#switchOwnOff(work);
      case 'found':
        return (await this.#putBack(reading.journal, work)).state;
    }
  }

  #newer(work: Work): SystemProxyState {
    return { kind: 'failed', trouble: { kind: 'journal-newer', path: this.#guard.path }, notes: work.notes };
  }

  /** Puts back what a journal says, unless the Latchkey that has written it is another one and still runs. */
  async #putBack(
    journal: ProxyJournal,
    work: Work,
  ): Promise<{ readonly state: SystemProxyState; readonly left: readonly ServiceRecord[] }> {
    if (!this.#isMine(journal) && (await isRunning(journal.owner))) {
      const trouble = { kind: 'other-instance', pid: journal.owner.pid } as const;
      return { state: { kind: 'failed', trouble, notes: work.notes }, left: journal.services };
    }
    const mine: ProxyJournal = {
      ...journal,
      id: this.#options.newId(),
      owner: this.#options.owner,
      phase: 'restoring',
    };
    try {
      await this.#writeJournal(mine);
      this.#guard.watch();
    } catch (error) {
      // A full disk: the journal is there as it was, and putting back needs no room.
      this.#journalFailed(error, []);
    }
    const { outcome, left, wrong } = await this.#putBackServices(journal.services, journal.phase, work);
    await this.#keep(mine, left);
    if (outcome.kind === 'done') {
      const { notes } = work;
      // Whoever closes the local proxy then would cut off the programs of these services.
      const stuck = wrong
        .filter(({ current }) => current === undefined || usesOwn(current, [journal.target.address]))
        .map(({ record }) => record.name);
      if (stuck.length === 0) return { state: { kind: 'off', notes }, left };
      const trouble = { kind: 'not-put-back', services: stuck } as const;
      return { state: { kind: 'failed', trouble, notes }, left };
    }
    const state: SystemProxyState =
      outcome.kind === 'cancelled' && this.#isOn(this.#settled)
        ? this.#settled
        : { kind: 'needs-password', to: 'off', notes: work.notes };
    return { state, left };
  }

  /** Keeps what is left to put back, or nothing when nothing is. */
  async #keep(journal: ProxyJournal, left: readonly ServiceRecord[]): Promise<void> {
    try {
      if (left.length > 0) {
        await this.#writeJournal({ ...journal, phase: 'restoring', services: left });
        return;
      }
      this.#options.onStep?.('before the journal is removed');
      await this.#guard.remove();
      this.#options.onStep?.('after the journal is removed');
    } catch (error) {
      // It holds more than is left, which does no harm: what is put back already is not touched again.
      this.#journalFailed(error, []);
    }
  }

  async #putBackServices(
    records: readonly ServiceRecord[],
    phase: ProxyPhase,
    work: Work,
  ): Promise<{
    readonly outcome: Outcome;
    readonly left: readonly ServiceRecord[];
    readonly wrong: readonly WrongService[];
  }> {
    if (records.length === 0) return { outcome: { kind: 'done', failures: new Map() }, left: [], wrong: [] };
    const listed = new Set((await this.#networksetup.services(work.signal)).map(({ name }) => name));
    const plans: Plan[] = [];
    const away: ServiceRecord[] = [];
    const unread: WrongService[] = [];
    for (const record of records) {
      const { name } = record;
      if (!listed.has(name)) {
        work.notes.push({ kind: 'service-away', service: name });
        away.push(record);
        continue;
      }
      const current = await this.#read(name, work);
      if (current === undefined) {
        unread.push({ record, current });
        continue;
      }
      const { goal, changedByOthers } = restoreGoal(record, current, phase);
      for (const setting of changedByOthers)
        work.notes.push({ kind: 'changed-by-others', service: name, setting });
      const commands = isReached(current, goal) && phase !== 'on' ? [] : proxyCommands(name, current, goal);
      plans.push({ record, goal, commands });
    }
    const outcome = await this.#carryOut(plans, restorePrompt, work);
    const failures = outcome.kind === 'done' ? outcome.failures : new Map<string, string>();
    const notes = outcome.kind === 'done' ? work.notes : [];
    const wrong = [...unread, ...(await this.#verify(plans, failures, { ...work, notes }))];
    return { outcome, left: [...away, ...wrong.map(({ record }) => record)], wrong };
  }

  /** Without a journal nobody knows what was there before; what leads to a Latchkey that is not there is switched off. */
  async #switchOwnOff(work: Work): Promise<SystemProxyState> {
    const own = [this.#options.target().address];
    const plans: Plan[] = [];
    for (const { name } of await this.#networksetup.services(work.signal)) {
      const current = await this.#read(name, work);
      if (current === undefined || !usesOwn(current, own)) continue;
      const goal = withoutOwn(current, own);
      const record = { name, earlier: goal, written: current };
      plans.push({ record, goal, commands: proxyCommands(name, current, goal) });
      work.notes.push({ kind: 'switched-off', service: name });
    }
    const outcome = await this.#carryOut(plans, restorePrompt, work);
    if (outcome.kind !== 'done') return { kind: 'needs-password', to: 'off', notes: work.notes };
    await this.#verify(plans, outcome.failures, work);
    return { kind: 'off', notes: work.notes };
  }

  // ---- watching

  async #check(work: Work): Promise<SystemProxyState> {
    const reading = await this.#guard.read();
    if (reading.kind !== 'found' || !this.#isMine(reading.journal)) {
      // There was no service, say, when it was tried.
      if (this.#isWanted && this.#state.kind === 'failed') return this.#apply(work);
      // Put back by somebody else, as by `latchkey restore`.
      if (this.#isWanted && reading.kind === 'none') this.#isWanted = false;
      return this.#isOn(this.#state) ? { kind: 'off', notes: [] } : this.#state;
    }
    const { journal } = reading;
    // A service may have come back whose settings were left.
    if (!this.#isWanted) return journal.phase === 'on' ? this.#state : this.#restore(work);
    const listed = await this.#networksetup.services(work.signal);
    const usable = listed.filter(({ isEnabled, device }) => isEnabled && device !== '');
    let taken: ServiceProxies | undefined;
    let hasNew =
      journal.phase !== 'on' || JSON.stringify(journal.target) !== JSON.stringify(this.#options.target());
    for (const { name } of usable) {
      const current = await this.#read(name, { ...work, notes: [] });
      if (current === undefined) continue;
      const record = journal.services.find((each) => each.name === name);
      if (record === undefined)
        hasNew ||= !this.#refused.has(name) && !wouldLosePassword(current, journal.target);
      else if (takenSettings(record, current).length > 0) taken ??= current;
    }
    work.signal.throwIfAborted();
    if (taken === undefined) {
      this.#isContested = false;
      if (hasNew) return this.#apply(work);
      const names = usable
        .map(({ name }) => name)
        .filter((name) => journal.services.some((each) => each.name === name));
      return this.#lookInForce(journal.target, names, { ...work, notes: [...this.#state.notes] });
    }
    const nowMs = this.#options.monotonicMs();
    this.#takenAtMs = [...this.#takenAtMs.filter((atMs) => nowMs - atMs < fightMs), nowMs];
    if (this.#takenAtMs.length > 1) this.#isContested = true;
    if (!this.#isContested) return this.#apply(work);
    return { kind: 'taken-over', holder: await this.#findHolder(taken, work), notes: [] };
  }

  async #findHolder({ web, pac }: ServiceProxies, { signal }: Work): Promise<ProxyHolder | undefined> {
    const proxies = await readProxiesInForce(this.#options.scutil, signal);
    const target = this.#options.target();
    if (proxies !== undefined && !whoIsInForce(proxies, target).isOurs) return holderOf(proxies);
    // Not the service that is in use at the moment.
    if (pac.isOn) return { kind: 'pac', url: pac.url };
    return web.isOn ? { kind: 'proxy', address: { host: web.host, port: web.port } } : undefined;
  }

  /** Whether the settings are in force, which macOS may take a moment for. */
  async #lookInForce(
    target: SystemProxyTarget,
    services: readonly string[],
    { signal, notes }: Work,
  ): Promise<SystemProxyState> {
    const untilMs = this.#options.monotonicMs() + inForceWithinMs;
    for (;;) {
      const proxies = await readProxiesInForce(this.#options.scutil, signal);
      if (proxies === undefined) return { kind: 'on', mode: target.mode, services, notes };
      const { isOurs, holder } = whoIsInForce(proxies, target);
      if (isOurs) return { kind: 'on', mode: target.mode, services, notes };
      if (signal.aborted || this.#options.monotonicMs() >= untilMs)
        return { kind: 'not-in-force', holder, notes };
      await new Promise((resolve) => setTimeout(resolve, inForcePollMs));
    }
  }

  // ---- networksetup

  /** The settings of a service; undefined with a note when they cannot be had. @throws NetworksetupError missing */
  async #read(name: string, { signal, notes }: Work): Promise<ServiceProxies | undefined> {
    try {
      return await this.#networksetup.proxies(name, signal);
    } catch (error) {
      if (!(error instanceof NetworksetupError) || error.code === 'missing') throw error;
      notes.push({ kind: 'service-refused', service: name, detail: error.message });
      return undefined;
    }
  }

  /** Reads back. Returns the services that are not as they should be, with a note for each. */
  async #verify(
    plans: readonly Plan[],
    failures: ReadonlyMap<string, string>,
    work: Work,
  ): Promise<WrongService[]> {
    const wrong: WrongService[] = [];
    for (const { record, goal, commands } of plans) {
      if (commands.length === 0) continue;
      const current = await this.#read(record.name, { ...work, notes: [] });
      if (current !== undefined && isReached(current, goal)) continue;
      wrong.push({ record, current });
      const detail = failures.get(record.name) ?? notKept;
      work.notes.push({ kind: 'service-refused', service: record.name, detail });
    }
    return wrong;
  }

  /**
   * Runs the commands of all plans. A service that refuses one is left out from then on; when macOS wants an administrator,
   * what is left goes through one dialog.
   */
  async #carryOut(plans: readonly Plan[], prompt: string, work: Work): Promise<Outcome> {
    const failures = new Map<string, string>();
    const queue = plans.flatMap(({ record, commands }) =>
      commands.map((args) => ({ name: record.name, args })),
    );
    for (const [index, { name, args }] of queue.entries()) {
      if (failures.has(name)) continue;
      this.#options.onStep?.(`before ${args.join(' ')}`);
      try {
        await this.#networksetup.run(args, work.signal);
      } catch (error) {
        if (!(error instanceof NetworksetupError) || error.code === 'missing') throw error;
        if (error.code === 'no-rights') {
          const rest = queue.slice(index).filter((each) => !failures.has(each.name));
          return this.#ask(
            rest.map((each) => each.args),
            prompt,
            failures,
            work,
          );
        }
        failures.set(name, error.message);
      }
      this.#options.onStep?.(`after ${args.join(' ')}`);
    }
    return { kind: 'done', failures };
  }

  async #ask(
    commands: readonly (readonly string[])[],
    prompt: string,
    failures: Map<string, string>,
    { mayAsk, signal }: Work,
  ): Promise<Outcome> {
    if (!mayAsk) return { kind: 'no-rights' };
    const { osascript, networksetup } = this.#options;
    const batch = commands.map((args) => [networksetup.file, ...args]);
    const answer = await runAsAdministrator(osascript, batch, prompt, signal);
    if (answer.kind === 'cancelled') return { kind: 'cancelled' };
    if (answer.kind === 'failed') {
      for (const [, name = ''] of commands) failures.set(name, answer.detail);
    }
    return { kind: 'done', failures };
  }
}
