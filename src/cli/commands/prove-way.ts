import { isProved, type PageProof, type WayProof } from '../../shared/way-proof';
import { describeProblem } from '../../shared/text';
import { exitCodes } from '../cli-error';
import { withProgress } from '../progress';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';

/** Two pages, each with all that a company proxy may take. */
const timeoutMs = 2 * 60_000;

export interface ProveWayOptions extends WhichOptions {
  readonly json?: boolean | undefined;
}

/** `latchkey system-proxy prove`: has the Latchkey that runs see which way an app and curl go. Fails unless both go through it. */
export async function proveWay({ port, json }: ProveWayOptions, terminal: Terminal): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const proving = client.run({ kind: 'prove-way' }, timeoutMs);
    const result = await withProgress(terminal, 'fetching a page as an app, and one as curl', proving);
    if (result.kind !== 'way-proof') throw resultError(result, 'it was called off');
    const { proof } = result;
    if (json === true) terminal.out(JSON.stringify(proof, undefined, 2));
    else for (const line of proofLines(proof)) terminal.out(line);
    return isProved(proof) ? exitCodes.ok : exitCodes.failure;
  });
}

function proofLines({ app, curl, curlBy }: WayProof): readonly string[] {
  const by = curlBy.kind === 'block' ? `by the block in ${curlBy.file}` : 'with the lines of `latchkey env`';
  return [`apps  ${said(app)}`, `curl  ${said(curl)}, ${by}`];
}

function said(proof: PageProof): string {
  switch (proof.kind) {
    case 'running':
      return 'not known yet';
    case 'through':
      return `a page came through Latchkey in ${proof.durationMs} ms`;
    case 'around':
      return 'a page came, but not through Latchkey';
    case 'failed':
      // Where curl has learned of Latchkey is said behind it.
      return proof.problem === undefined
        ? 'no page came'
        : describeProblem(proof.problem).sentence.replace(/\.$/, '');
    case 'not-used':
      return 'go their own way: this Mac does not use Latchkey as its proxy';
    case 'untried':
      return `not tried: ${proof.why}`;
  }
}
