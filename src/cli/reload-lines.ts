import type { CommandResult } from '../shared/command';
import { formatHostPort } from '../shared/settings';
import type { AppState } from '../shared/state';
import { describeAppProblem, problemLine } from './describe-app-problem';

/** What came of reading the settings again, one sentence a line; none where it was called off, as Latchkey is stopping. */
export function reloadLines({ settings }: Pick<AppState, 'settings'>, result: CommandResult): string[] {
  if (result.kind === 'failed') return [`nothing was changed: ${problemLine(result.problem)}`];
  if (result.kind !== 'reloaded') return [];
  const wasRead = `the configuration was read again; company proxies: ${settings.upstreams.map(formatHostPort).join(', ')}`;
  if (result.rejected === undefined) return [wasRead];
  const { sentence } = describeAppProblem(result.rejected);
  return [wasRead, `the password in it was not accepted, and the one before stays in use: ${sentence}`];
}
