import type { Problem } from './problem';

/** Which way a page went that was fetched to see it. */
export type PageProof =
  /** It is being fetched, or will be next. */
  | { readonly kind: 'running' }
  /** It came, and Latchkey has seen it go by. */
  | { readonly kind: 'through'; readonly durationMs: number }
  /** It came another way. */
  | { readonly kind: 'around' }
  /** Latchkey has seen it go by, but it could not be had. */
  | { readonly kind: 'failed'; readonly problem: Problem | undefined }
  /** Nothing was fetched: the Mac's settings do not lead to Latchkey. */
  | { readonly kind: 'not-used' }
  /** Nothing was fetched, as there is nothing here to fetch it with. */
  | { readonly kind: 'untried'; readonly why: string };

/** Where curl has learned of Latchkey: from the block in this start file, or from the terminal commands. */
export type TerminalLines = { readonly kind: 'block'; readonly file: string } | { readonly kind: 'commands' };

/** Two pages, fetched one after the other: as an app that goes by the Mac's settings, and as curl in a new terminal. */
export interface WayProof {
  readonly app: PageProof;
  readonly curl: PageProof;
  readonly curlBy: TerminalLines;
}

/** Whether both pages went through Latchkey. */
export function isProved({ app, curl }: WayProof): boolean {
  return app.kind === 'through' && curl.kind === 'through';
}
