import type { ActivityRow } from './activity';
import type { Command, CommandResult } from './command';
import type { AppState } from './state';

/**
 * What goes over the control socket, one line of JSON each. Whoever connects is told first who answers, and asks then; each
 * question has a number, which its answer has too. It is the language of the panel: Command, CommandResult and AppState.
 */

/** Grows when an older or newer end would misunderstand. */
export const controlProtocol = 1;

/** Who runs the core: the app in the menu bar, or `latchkey run`. */
export type ControlHost = 'app' | 'run';

/** The first line from the one that answers. */
export interface ControlHello {
  readonly kind: 'hello';
  readonly protocol: number;
  readonly version: string;
  readonly host: ControlHost;
  /** The process. */
  readonly pid: number;
}

export type ControlQuestion =
  | { readonly kind: 'state'; readonly id: number }
  | { readonly kind: 'run'; readonly id: number; readonly command: Command }
  /** Each new state from now on, the present one first; or each new row of Activity. */
  | { readonly kind: 'follow-state'; readonly id: number }
  | { readonly kind: 'follow-activity'; readonly id: number; readonly afterId: number };

export type ControlAnswer =
  | { readonly kind: 'state'; readonly id: number; readonly state: AppState }
  | { readonly kind: 'result'; readonly id: number; readonly result: CommandResult }
  | { readonly kind: 'activity'; readonly id: number; readonly rows: readonly ActivityRow[] }
  /** The question was none, or not for a terminal; or Latchkey is stopping. */
  | { readonly kind: 'error'; readonly id: number; readonly message: string };

export type ControlLine = ControlHello | ControlAnswer;

/** What a version that speaks another language is told, or tells. */
export function otherProtocol(hello: Pick<ControlHello, 'version' | 'host'>, ownVersion: string): string {
  const who = hello.host === 'app' ? 'Latchkey in the menu bar' : '`latchkey run`';
  return (
    `${who} is version ${hello.version} and this command is ${ownVersion}: they do not understand each other; ` +
    'use the `latchkey` that belongs to it, or start it again after the update'
  );
}
