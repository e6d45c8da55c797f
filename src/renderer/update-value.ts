import type { AppState } from '../shared/state';
import type { Words } from '../shared/words/en';

/** Whether somebody who manages this Mac brings updates: Latchkey then looks for none. */
export function areUpdatesManagedOff({ settings, managed }: AppState): boolean {
  return managed.names.includes('checksForUpdates') && !settings.checksForUpdates;
}

/** How far an update is, as short as a row of Preferences needs it. */
export function updateValue(state: AppState, { updates: said }: Words): string | undefined {
  const { step, lookedAtMs } = state.updates;
  if (areUpdatesManagedOff(state)) return state.managed.by;
  switch (step.kind) {
    case 'unsupported':
      return undefined;
    case 'none':
      return lookedAtMs === undefined ? said.notLooked : said.newest;
    case 'looking':
      return said.looking;
    case 'loading':
      return said.share(Math.floor(step.share * 100));
    case 'ready':
      return said.readyShort(step.version);
    case 'failed':
      return said.failedShort;
  }
}
