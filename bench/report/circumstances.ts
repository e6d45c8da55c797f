import { execFileSync } from 'node:child_process';
import { cpus, release, type as osType } from 'node:os';

/** When, of what and where figures were made. */
export interface Circumstances {
  /** YYYY-MM-DD. */
  readonly madeOn: string;
  /** In short. */
  readonly commit: string;
  readonly machine: string;
}

/** Those of now. */
export function circumstances(): Circumstances {
  return {
    madeOn: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim(),
    machine: `${osType()} ${release()}, ${cpus().length} cores, Node ${process.versions.node}`,
  };
}
