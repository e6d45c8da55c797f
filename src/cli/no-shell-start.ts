import type { ShellStart } from '../main/platform/app-ports';

/** Of a configuration of its own: the block in the shell's start file is the app's. */
export const noShellStart: ShellStart = {
  preview: () => Promise.reject(new Error('this Latchkey writes to no start file')),
  insert: () => Promise.resolve(undefined),
  remove: () => Promise.resolve(undefined),
};
