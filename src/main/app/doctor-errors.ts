import type { Problem } from '../../shared/problem';

/** A step has failed for a reason that is known already. */
export class StepError extends Error {
  override readonly name = 'StepError';

  constructor(readonly problem: Problem) {
    super(problem.kind);
  }
}

/** The tunnel is open, and the page behind it cannot be had. */
export class PageError extends Error {
  override readonly name = 'PageError';
}
