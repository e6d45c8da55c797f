import type { Command, CommandResult } from '../../shared/command';
import type { StateKeeper } from './state-keeper';

type ActivityCommand = Extract<Command, { readonly kind: 'read-activity' | 'read-today' | 'count-covered' }>;

/** What can be asked about the requests that were made, and about today. */
export function readActivity({ activity, day, meter }: StateKeeper, command: ActivityCommand): CommandResult {
  switch (command.kind) {
    case 'read-activity':
      return { kind: 'activity', rows: activity.after(command.afterId) };
    case 'read-today':
      return { kind: 'today', today: day.state(command.hosts, meter.state(true).hours) };
    case 'count-covered':
      return { kind: 'covered', counts: day.covered(command.rules) };
  }
}
