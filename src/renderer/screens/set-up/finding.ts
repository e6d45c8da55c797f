import type { Finding } from '../../../shared/finding';

/** A cntlm.conf. */
export type FileFinding = Extract<Finding, { kind: 'cntlm-conf' }>;

/** Whether it can be taken over. */
export function isUsable(finding: Finding): boolean {
  return finding.kind !== 'cntlm-conf' || finding.upstreams.length > 0 || finding.pac !== undefined;
}

/** The PAC of a file that alone says which company proxies there are. */
export function onlyPacOf(file: FileFinding | undefined): string | undefined {
  return file?.upstreams.length === 0 ? file.pac : undefined;
}

/** Tells one from the others. */
export function keyOf(finding: Finding): string {
  return finding.kind === 'cntlm-conf' ? finding.file : finding.kind;
}

/** The name of a file without its folder. */
export function nameOf(file: string): string {
  return file.split('/').at(-1) ?? file;
}
