import { messageOf } from '../../shared/error-text';
import type { AppSettings } from '../../shared/app-settings';
import type { AppProblem } from '../../shared/app-problem';
import type { Surroundings } from '../platform/ports';
import { importCntlmConf, type ImportResult } from './import-cntlm-conf';

export type ReadConf =
  | (ImportResult & { readonly kind: 'read' })
  | { readonly kind: 'failed'; readonly problem: AppProblem };

/** Reads a cntlm.conf on top of the present settings. */
export async function readConf(
  surroundings: Surroundings,
  file: string,
  base: AppSettings,
): Promise<ReadConf> {
  let text: string | undefined;
  let detail = 'there is no such file';
  try {
    text = await surroundings.readFile(file);
  } catch (error) {
    detail = messageOf(error);
  }
  if (text === undefined) return { kind: 'failed', problem: { kind: 'file-unreadable', file, detail } };
  const result = importCntlmConf(text, base);
  if (result.kind === 'read') return result;
  const first = result.remarks.find(({ severity }) => severity === 'error');
  const { line = 0, matter = { kind: 'value-unusable' } } = first ?? {};
  return { kind: 'failed', problem: { kind: 'cntlm-conf', file, line, matter } };
}
