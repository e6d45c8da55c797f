import type { AppState } from '../../shared/state';
import { CliError, exitCodes } from '../cli-error';
import { problemLine } from '../describe-app-problem';
import { usageError } from '../option-values';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';

/** A feed that says nothing is given up by Latchkey before. */
const lookMs = 150_000;
/** Longer than the question for an administrator's password may stand. */
const installMs = 6 * 60_000;

const tunnels = (count: number): string => (count === 1 ? '1 tunnel' : `${count} tunnels`);

/** How far an update is, in one sentence. */
function sentenceOf({ updates, version, traffic }: AppState): string {
  const { step, waitsForQuiet, lookedAtMs } = updates;
  switch (step.kind) {
    case 'unsupported':
      return 'This Latchkey does not update itself.';
    case 'none':
      return lookedAtMs === undefined
        ? `This is Latchkey ${version}; nobody has looked for an update yet.`
        : `Latchkey ${version} is the newest.`;
    case 'looking':
      return 'The feed is being asked.';
    case 'loading': {
      const percent = Math.floor(step.share * 100);
      const what = `Latchkey ${step.version} is being loaded: ${percent} %`;
      return percent === 100 ? `${what}, its signature is being checked.` : `${what}.`;
    }
    case 'ready':
      return waitsForQuiet
        ? `Latchkey ${step.version} is ready, and is installed when nothing is carried (${tunnels(traffic.openTunnels)} open).`
        : `Latchkey ${step.version} is ready: \`latchkey update install\`.`;
    case 'failed':
      return problemLine(step.problem);
  }
}

/** `latchkey update check`: asks the feed now. */
export function checkUpdate({ port }: WhichOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'check-for-updates' }, lookMs);
    if (result.kind !== 'done') throw resultError(result, 'it was called off: Latchkey is stopping');
    terminal.out(sentenceOf(await client.state()));
    return exitCodes.ok;
  });
}

/** `latchkey update install`: when nothing is carried, or now. */
export function installUpdate(
  {
    port,
    now,
    cancel,
  }: WhichOptions & { readonly now?: true | undefined; readonly cancel?: true | undefined },
  terminal: Terminal,
): Promise<number> {
  if (now === true && cancel === true)
    throw usageError('--now installs it at once, and --cancel not by itself: choose one');
  return withRunning(terminal, port, async (client) => {
    const { updates, traffic } = await client.state();
    const version = updates.step.kind === 'ready' ? updates.step.version : '';
    const when = now === true ? 'now' : cancel === true ? 'never' : 'quiet';
    const result = await client.run({ kind: 'install-update', when }, installMs);
    if (result.kind !== 'done') throw resultError(result, 'it was called off: Latchkey is stopping');
    terminal.out(
      when === 'now'
        ? `Latchkey ends, and comes up again as ${version}; cut: ${tunnels(traffic.openTunnels)}.`
        : when === 'never'
          ? 'It is not installed by itself; it comes up at the next start.'
          : sentenceOf(await client.state()),
    );
    return exitCodes.ok;
  });
}

/** `latchkey update status`. Exit code 1 when the last one has failed. */
export function updateStatus(
  { port, json }: WhichOptions & { readonly json?: boolean | undefined },
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const state = await client.state();
    const { step } = state.updates;
    if (json === true)
      terminal.out(JSON.stringify({ version: state.version, ...state.updates }, undefined, 2));
    else if (step.kind === 'failed') throw new CliError(exitCodes.failure, sentenceOf(state));
    else terminal.out(sentenceOf(state));
    return step.kind === 'failed' ? exitCodes.failure : exitCodes.ok;
  });
}
