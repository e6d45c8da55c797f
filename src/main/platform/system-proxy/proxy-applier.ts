import type {
  SystemProxyNote,
  SystemProxyState,
  SystemProxyTarget,
  SystemProxyTrouble,
} from '../../../shared/system-proxy';
import type { MacCommand } from '../macos/run-mac-command';
import { type NetworkServices, notKept, type ProxyWork, type ServicePlan } from './network-services';
import type { ProxyGuard } from './proxy-guard';
import { journalFailed, type ProxyJournal } from './proxy-journal';
import type { ProxyRestorer } from './proxy-restorer';
import { readProxiesInForce, whoIsInForce } from './scutil-proxies';
import {
  isReached,
  isSameWay,
  proxyCommands,
  renewedRecord,
  type ServiceRecord,
  withEntriesOf,
  withoutOwn,
  wouldLosePassword,
  writtenFor,
} from './service-proxies';

export interface ProxyApplierOptions {
  readonly scutil: MacCommand;
  /** What the Mac is to use; asked each time. */
  readonly target: () => SystemProxyTarget;
  /** A monotonic clock in milliseconds. */
  readonly monotonicMs: () => number;
  /** Hexadecimal digits, unlike all others. */
  readonly newId: () => string;
}

/** macOS takes a moment to put new settings into force. */
const inForceWithinMs = 2_000;
const inForcePollMs = 200;

const applyPrompt = 'Latchkey wants to make itself the proxy of this Mac.';

/** What is said where no service could be set. @param usable the services that could have been */
function noneSet(usable: readonly string[], { notes }: ProxyWork): SystemProxyState {
  const trouble: SystemProxyTrouble =
    usable.length === 0 ? { kind: 'no-service' } : { kind: 'not-taken', services: usable };
  return { kind: 'failed', trouble, notes };
}

/** Makes the local proxy the proxy of this Mac. */
export class ProxyApplier {
  readonly #options: ProxyApplierOptions;
  readonly #services: NetworkServices;
  readonly #guard: ProxyGuard;
  readonly #restorer: ProxyRestorer;
  /** Services that did not take their settings: not tried again before the user clicks. */
  readonly #refused = new Map<string, SystemProxyNote>();

  constructor(
    options: ProxyApplierOptions,
    services: NetworkServices,
    guard: ProxyGuard,
    restorer: ProxyRestorer,
  ) {
    this.#options = options;
    this.#services = services;
    this.#guard = guard;
    this.#restorer = restorer;
  }

  /** Whether a service of this name did not take its settings. */
  wasRefusedBy(service: string): boolean {
    return this.#refused.has(service);
  }

  /** Services that did not take their settings are tried once more. */
  forgetRefusals(): void {
    this.#refused.clear();
  }

  /** Sets every service that can be set. */
  async apply(work: ProxyWork): Promise<SystemProxyState> {
    const target = this.#options.target();
    const found = await this.#findRecords(target, work);
    if (found.kind === 'state') return found.state;
    const { plans, skipped, usable } = await this.#planApply(target, found, work);
    work.signal.throwIfAborted();
    if (plans.length === 0) {
      return noneSet(usable, work);
    }
    const records = [...plans.map(({ record }) => record), ...skipped];
    const journal: ProxyJournal = {
      version: 1,
      id: this.#options.newId(),
      owner: this.#guard.owner,
      phase: 'applying',
      target,
      services: records,
    };
    try {
      await this.#guard.write(journal);
    } catch (error) {
      // Whatever was written of it, nothing has been changed yet.
      if (found.records.length === 0) await this.#guard.remove();
      return journalFailed(error, work.notes);
    }
    this.#guard.watch();
    const outcome = await this.#services.carryOut(plans, applyPrompt, work);
    work.signal.throwIfAborted();
    if (outcome.kind !== 'done') {
      const { left } = await this.#restorer.putBackServices(records, 'applying', {
        ...work,
        mayAsk: false,
        notes: [],
      });
      await this.#restorer.keep(journal, left);
      return outcome.kind === 'cancelled'
        ? { kind: 'off', notes: work.notes }
        : { kind: 'needs-password', to: 'on', notes: work.notes };
    }
    const { set, refused } = await this.#takeStock(plans, outcome.failures, work);
    work.signal.throwIfAborted();
    const { left } = await this.#restorer.putBackServices(refused, 'applying', {
      ...work,
      mayAsk: false,
      notes: [],
    });
    if (set.length === 0) {
      await this.#restorer.keep(journal, [...left, ...skipped]);
      return noneSet(usable, work);
    }
    try {
      await this.#guard.write({ ...journal, phase: 'on', services: [...set, ...left, ...skipped] });
    } catch (error) {
      // What it says is enough to put everything back.
      journalFailed(error, []);
    }
    return this.lookInForce(
      target,
      set.map(({ name }) => name),
      work,
    );
  }

  /** Reads back which services are set now. What did not work is no reason to undo the rest. */
  async #takeStock(
    plans: readonly ServicePlan[],
    failures: ReadonlyMap<string, string>,
    work: ProxyWork,
  ): Promise<{ readonly set: ServiceRecord[]; readonly refused: ServiceRecord[] }> {
    const set: ServiceRecord[] = [];
    const refused: ServiceRecord[] = [];
    for (const { record, goal } of plans) {
      const { name, earlier, written } = record;
      const current = await this.#services.read(name, { ...work, notes: [] });
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
    work: ProxyWork,
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
        return { kind: 'state', state: this.#restorer.newer(work) };
      case 'found':
        break;
    }
    const { journal } = reading;
    own.push(journal.target.address);
    // Another list of hosts is set in the place of the one before.
    if (this.#guard.isMine(journal) && isSameWay(journal.target, target))
      return { kind: 'records', records: journal.services, own };
    const { state, left } = await this.#restorer.putBack(journal, work);
    return state.kind === 'off' ? { kind: 'records', records: left, own } : { kind: 'state', state };
  }

  async #planApply(
    target: SystemProxyTarget,
    {
      records,
      own,
    }: { readonly records: readonly ServiceRecord[]; readonly own: SystemProxyTarget['address'][] },
    work: ProxyWork,
  ): Promise<{
    readonly plans: ServicePlan[];
    readonly skipped: ServiceRecord[];
    readonly usable: string[];
  }> {
    const services = await this.#services.list(work);
    const plans: ServicePlan[] = [];
    const usable = services
      .filter(({ isEnabled, device }) => isEnabled && device !== '')
      .map(({ name }) => name);
    for (const name of usable) {
      const refusal = this.#refused.get(name);
      if (refusal !== undefined) {
        work.notes.push(refusal);
        continue;
      }
      const current = await this.#services.read(name, work);
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
    return { plans, skipped, usable };
  }

  /** Whether the settings are in force, which macOS may take a moment for. */
  async lookInForce(
    target: SystemProxyTarget,
    services: readonly string[],
    { signal, notes }: ProxyWork,
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
}
