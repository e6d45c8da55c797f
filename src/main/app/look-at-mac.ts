import type { NotificationsState, Step } from '../../shared/state';

/** What the user does not get to see of Latchkey on this Mac. What is well is not worth a step. */
export function lookAtMac(isIconShown: boolean, notifications: NotificationsState): Step[] {
  const steps: Step[] = [];
  if (!isIconShown) steps.push({ name: 'icon', status: 'warning', problem: { kind: 'icon-hidden' } });
  if (notifications === 'off')
    steps.push({ name: 'notifications', status: 'warning', problem: { kind: 'notifications-off' } });
  return steps;
}
