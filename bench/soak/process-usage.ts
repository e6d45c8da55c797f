import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { residentMib } from '../process-meter';

const pollMs = 100;

/** Open descriptors of a process; undefined where they cannot be counted. */
export function openDescriptors(pid: number): number | undefined {
  if (process.platform === 'linux') return readdirSync(`/proc/${pid}/fd`).length;
  if (process.platform !== 'darwin') return undefined;
  const lines = execFileSync('lsof', ['-n', '-P', '-p', String(pid), '-F', 'f'], { encoding: 'utf8' }).split(
    '\n',
  );
  return lines.filter((line) => /^f\d/.test(line)).length;
}

/** The TCP connections of a process on Linux, each as `local port > remote port state`, for an error message. */
export function connectionsOf(pid: number): string[] {
  if (process.platform !== 'linux') return [];
  const inodes = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      } catch {
        // It was closed in between.
        return undefined;
      }
    }),
  );
  return readFileSync(`/proc/${pid}/net/tcp`, 'latin1')
    .split('\n')
    .flatMap((line) => {
      const [, local = '', remote = '', state = '', , , , , , inode] = line.trim().split(/\s+/);
      const [from, to] = [local, remote].map((end) => Number.parseInt(end.slice(end.indexOf(':') + 1), 16));
      return inodes.has(inode) && inode !== undefined && to !== 0
        ? [`${from} > ${to} ${tcpStates[state] ?? state}`]
        : [];
    });
}

/** Those that last. */
const tcpStates: Readonly<Record<string, string>> = {
  '01': 'established',
  '04': 'FIN-WAIT-1',
  '05': 'FIN-WAIT-2',
  '08': 'CLOSE-WAIT',
};

/** MiB that a process holds; undefined where that cannot be read. */
export function residentMemoryMib(pid: number): number | undefined {
  return process.platform === 'linux' ? residentMib(pid) : undefined;
}

/** Polls until a condition holds. Returns whether it did within the limit, in milliseconds. */
export async function eventually(condition: () => boolean, limitMs: number): Promise<boolean> {
  for (const endMs = performance.now() + limitMs; !condition(); await delay(pollMs)) {
    if (performance.now() > endMs) return false;
  }
  return true;
}

/**
 * Bytes in a heap snapshot of a process that was started with `--heapsnapshot-signal=SIGUSR2` and `--diagnostic-dir=folder`.
 * What nobody refers to is collected before.
 *
 * @throws Error when none is written in time
 */
export async function heapSnapshotBytes(pid: number, folder: string, limitMs: number): Promise<number> {
  const name = (): string | undefined => readdirSync(folder).find((file) => file.endsWith('.heapsnapshot'));
  process.kill(pid, 'SIGUSR2');
  let bytes: number | undefined;
  await eventually(() => {
    const file = name();
    bytes = file === undefined ? undefined : sizeOf(readFileSync(join(folder, file), 'utf8'));
    return bytes !== undefined;
  }, limitMs);
  const file = name();
  if (file === undefined || bytes === undefined) throw new Error('no heap snapshot was written in time');
  rmSync(join(folder, file));
  return bytes;
}

interface Snapshot {
  readonly snapshot: { readonly meta: { readonly node_fields: readonly string[] } };
  readonly nodes: readonly number[];
}

/** The sum of all nodes; undefined while the text is not whole. */
function sizeOf(text: string): number | undefined {
  if (!text.trimEnd().endsWith('}')) return undefined;
  let parsed: Snapshot;
  try {
    parsed = JSON.parse(text) as Snapshot;
  } catch {
    // It is still being written.
    return undefined;
  }
  const fields = parsed.snapshot.meta.node_fields;
  const at = fields.indexOf('self_size');
  let bytes = 0;
  for (let node = at; node < parsed.nodes.length; node += fields.length) bytes += parsed.nodes[node] ?? 0;
  return bytes;
}
