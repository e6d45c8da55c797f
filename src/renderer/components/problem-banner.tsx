import type { ComponentProps, ReactNode } from 'react';
import type { AppProblem } from '../../shared/app-problem';
import { usePanel } from '../panel-context';
import { Banner } from './banner';
import { LocalNetworkButton } from './local-network-button';

/** What has gone wrong, and what to do about it, with the button that leads there where macOS has a place for it. */
export function ProblemBanner({
  problem,
  tone = 'warn',
  more = '',
  actions = problem.kind === 'local-network-denied' ? <LocalNetworkButton size="small" /> : undefined,
  ...rest
}: {
  readonly problem: AppProblem;
  readonly tone?: 'warn' | 'bad';
  /** Said behind what to do about it. */
  readonly more?: string;
} & Pick<ComponentProps<typeof Banner>, 'actions' | 'dismiss'>): ReactNode {
  const { words } = usePanel();
  const { title, sentence, remedy } = words.problem(problem);
  return (
    <Banner tone={tone} title={title} detail={`${remedy} ${more}`.trim()} actions={actions} {...rest}>
      {sentence}
    </Banner>
  );
}
