import type { MacCommandResult } from '../macos/run-mac-command';
import { ServiceError } from './background-service';

/** What a service manager has not done, in its own words. @param absence what is said when it cannot be started */
export function managerFailure(
  manager: string,
  verb: string,
  result: MacCommandResult,
  absence: string,
): ServiceError {
  if (result.kind === 'stopped') return new ServiceError(`${manager} ${verb} did not answer`);
  if (result.kind === 'missing') return new ServiceError(`${absence}: ${result.detail}`);
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n', 1)[0] ?? '';
  return new ServiceError(`${manager} ${verb} ended with ${result.exitCode}: ${said}`);
}
