import { PacInUse } from '../main/app/pac-in-use';
import { resolveWithSystem } from '../main/upstream/name-cache';
import { headlessPac } from './headless-pac';
import { stateDirectory } from './state-directory';
import type { Terminal } from './terminal';

/** Which company proxies a PAC names for usual addresses: reads it once, before there is a core, and keeps nothing of it. */
export function lookAtPac(
  source: string,
  { env, err }: Pick<Terminal, 'env' | 'err'>,
): ReturnType<PacInUse['look']> {
  const open = headlessPac(stateDirectory(env, process.platform), err, resolveWithSystem);
  const pac = new PacInUse(
    open,
    () => undefined,
    (error) => {
      throw error;
    },
  );
  return pac.look(source);
}
