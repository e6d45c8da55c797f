import { assertNever } from '../../shared/problem';
import { type AppState, isPasswordExpiring } from '../../shared/state';
import { isSystemProxyLost } from '../../shared/system-proxy-switch';
import { describeConnection } from '../../shared/words/describe-connection';

/** The four pictures of the menu-bar icon. */
export type TrayImage = 'on' | 'off' | 'busy' | 'attention';

/** Which of them a state gets: attention only where the user has something to do. */
export function trayImage(state: AppState): TrayImage {
  if (state.check.kind === 'running') return 'busy';
  if (isSystemProxyLost(state)) return 'attention';
  // Nothing else would say so.
  if (state.notifications === 'off' && isPasswordExpiring(state)) return 'attention';
  const { shape } = describeConnection(state);
  switch (shape) {
    case 'ok':
    case 'direct':
    case 'waiting':
      return 'on';
    case 'off':
      return 'off';
    case 'busy':
      return 'busy';
    case 'warn':
    case 'bad':
      return 'attention';
    default:
      return assertNever(shape);
  }
}
