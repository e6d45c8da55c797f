import type { SystemProxyState, SystemProxyTarget } from '../../../shared/system-proxy';
import { isRunning } from '../macos/process-identity';
import type { NetworkServices, PlanOutcome, ProxyWork, ServicePlan, WrongService } from './network-services';
import type { ProxyGuard } from './proxy-guard';
import { journalFailed, type ProxyJournal } from './proxy-journal';
import {
  isReached,
  type ProxyPhase,
  proxyCommands,
  restoreGoal,
  type ServiceRecord,
  usesOwn,
  withoutOwn,
} from './service-proxies';

export interface ProxyRestorerOptions {
  /** What the Mac is to use. */
  readonly target: () => SystemProxyTarget;
  /** Hexadecimal digits, unlike all others. */
  readonly newId: () => string;
}

const restorePrompt = 'Latchkey wants to put the proxy settings of this Mac back.';

/** Whether the Mac's settings lead to the local proxy, be it that they are not in force. */
export function isSwitchedOn({ kind }: SystemProxyState): boolean {
  return kind === 'on' || kind === 'not-in-force';
}

/** Puts the Mac's proxy settings back to what they were before Latchkey. */
export class ProxyRestorer {
  readonly #options: ProxyRestorerOptions;
  readonly #services: NetworkServices;
  readonly #guard: ProxyGuard;

  constructor(options: ProxyRestorerOptions, services: NetworkServices, guard: ProxyGuard) {
    this.#options = options;
    this.#services = services;
    this.#guard = guard;
  }

  /** Whatever is found: what the journal says, or without one that can be read what is known without it. */
  async restore(work: ProxyWork): Promise<SystemProxyState> {
    const reading = await this.#guard.read();
    switch (reading.kind) {
      case 'none':
        return { kind: 'off', notes: work.notes };
      case 'newer':
        return this.newer(work);
      case 'unreadable':
        work.notes.push({ kind: 'journal-unreadable', keptAs: reading.keptAs });
        return this.#switchOwnOff(work);
      case 'found':
        return (await this.putBack(reading.journal, work)).state;
    }
  }

  /** The journal is of a newer Latchkey, which is left alone. */
  newer(work: ProxyWork): SystemProxyState {
    return { kind: 'failed', trouble: { kind: 'journal-newer', path: this.#guard.path }, notes: work.notes };
  }

  /** Puts back what a journal says, unless the Latchkey that has written it is another one and still runs. */
  async putBack(
    journal: ProxyJournal,
    work: ProxyWork,
  ): Promise<{ readonly state: SystemProxyState; readonly left: readonly ServiceRecord[] }> {
    if (!this.#guard.isMine(journal) && (await isRunning(journal.owner))) {
      const trouble = { kind: 'other-instance', pid: journal.owner.pid } as const;
      return { state: { kind: 'failed', trouble, notes: work.notes }, left: journal.services };
    }
    const mine: ProxyJournal = {
      ...journal,
      id: this.#options.newId(),
      owner: this.#guard.owner,
      phase: 'restoring',
    };
    try {
      await this.#guard.write(mine);
      this.#guard.watch();
    } catch (error) {
      // A full disk: the journal is there as it was, and putting back needs no room.
      journalFailed(error, []);
    }
    const { outcome, left, wrong } = await this.putBackServices(journal.services, journal.phase, work);
    await this.keep(mine, left);
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
      outcome.kind === 'cancelled' && isSwitchedOn(work.before)
        ? work.before
        : { kind: 'needs-password', to: 'off', notes: work.notes };
    return { state, left };
  }

  /** Keeps what is left to put back, or nothing when nothing is. */
  async keep(journal: ProxyJournal, left: readonly ServiceRecord[]): Promise<void> {
    try {
      if (left.length > 0) {
        await this.#guard.write({ ...journal, phase: 'restoring', services: left });
        return;
      }
      await this.#guard.remove();
    } catch (error) {
      // It holds more than is left, which does no harm: what is put back already is not touched again.
      journalFailed(error, []);
    }
  }

  /** Puts these services back. What is left to be put back is to be kept. */
  async putBackServices(
    records: readonly ServiceRecord[],
    phase: ProxyPhase,
    work: ProxyWork,
  ): Promise<{
    readonly outcome: PlanOutcome;
    readonly left: readonly ServiceRecord[];
    readonly wrong: readonly WrongService[];
  }> {
    if (records.length === 0) return { outcome: { kind: 'done', failures: new Map() }, left: [], wrong: [] };
    const listed = new Set((await this.#services.list(work)).map(({ name }) => name));
    const plans: ServicePlan[] = [];
    const away: ServiceRecord[] = [];
    const unread: WrongService[] = [];
    for (const record of records) {
      const { name } = record;
      if (!listed.has(name)) {
        work.notes.push({ kind: 'service-away', service: name });
        away.push(record);
        continue;
      }
      const current = await this.#services.read(name, work);
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
    const outcome = await this.#services.carryOut(plans, restorePrompt, work);
    const failures = outcome.kind === 'done' ? outcome.failures : new Map<string, string>();
    const notes = outcome.kind === 'done' ? work.notes : [];
    const wrong = [...unread, ...(await this.#services.verify(plans, failures, { ...work, notes }))];
    return { outcome, left: [...away, ...wrong.map(({ record }) => record)], wrong };
  }

  /** Without a journal nobody knows what was there before; what leads to a Latchkey that is not there is switched off. */
  async #switchOwnOff(work: ProxyWork): Promise<SystemProxyState> {
    const own = [this.#options.target().address];
    const plans: ServicePlan[] = [];
    for (const { name } of await this.#services.list(work)) {
      const current = await this.#services.read(name, work);
      if (current === undefined || !usesOwn(current, own)) continue;
      const goal = withoutOwn(current, own);
      const record = { name, earlier: goal, written: current };
      plans.push({ record, goal, commands: proxyCommands(name, current, goal) });
      work.notes.push({ kind: 'switched-off', service: name });
    }
    const outcome = await this.#services.carryOut(plans, restorePrompt, work);
    if (outcome.kind !== 'done') return { kind: 'needs-password', to: 'off', notes: work.notes };
    await this.#services.verify(plans, outcome.failures, work);
    return { kind: 'off', notes: work.notes };
  }
}
