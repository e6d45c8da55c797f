import type { Terminal } from './terminal';
import { traceOf } from '../shared/error-text';

/** Tells of a bug all that is known of it, for a report. */
export function internalErrorPrinter(terminal: Terminal): (error: unknown) => void {
  return (error) => terminal.err(`latchkey: internal error: ${traceOf(error)}`);
}
