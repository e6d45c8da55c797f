import { browsingRows } from './browsing';
import { burstRows } from './burst';
import { idleRows } from './idle';
import { memoryRows } from './memory';
import { requestRows } from './requests';
import type { Row } from './row';
import { startUpRows } from './start-up';
import { tunnelRows } from './tunnels';

/** In the order in which they are measured and reported. */
export const allRows: readonly Row[] = [
  ...burstRows,
  ...browsingRows,
  ...requestRows,
  ...tunnelRows,
  ...startUpRows,
  ...memoryRows,
  ...idleRows,
];
