import type { AppProblem } from '../shared/app-problem';
import { CliError, exitCodes } from './cli-error';
import { problemLine } from './describe-app-problem';
import { findRunning, listensOn, nameOf } from './running';
import type { Terminal } from './terminal';

/** Tells why a start has failed, with the exit code that belongs to it. */
export async function startError(problem: AppProblem, terminal: Terminal): Promise<CliError> {
  const text = problemLine(problem);
  if (problem.kind === 'port-in-use') {
    return new CliError(exitCodes.portInUse, (await ownHolder(problem.port, terminal)) ?? text);
  }
  const isConfiguration = ['upstream-is-latchkey', 'unknown-host', 'no-such-address'].includes(problem.kind);
  return new CliError(isConfiguration ? exitCodes.badConfiguration : exitCodes.failure, text);
}

/** Whether it is Latchkey itself that has the port, and what to do then. */
async function ownHolder(port: number, terminal: Terminal): Promise<string | undefined> {
  const running = await findRunning(terminal);
  try {
    const holder = running.find((each) => listensOn(each, port));
    if (holder === undefined) return undefined;
    return `port ${port} is in use by ${nameOf(holder)}; \`latchkey status\` asks it how it is; quit it first, or choose another --port`;
  } finally {
    for (const { client } of running) client.close();
  }
}
