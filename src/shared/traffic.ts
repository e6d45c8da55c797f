/** Bytes in one step of the chart. */
export interface TrafficStep {
  readonly downBytes: number;
  readonly upBytes: number;
}

export interface TrafficState {
  /** Bytes in the last second. */
  readonly now: TrafficStep;
  readonly openTunnels: number;
  /** The last 60 seconds, oldest first; empty while the panel is hidden. */
  readonly lastMinute: readonly TrafficStep[];
  /** The hours of today from 0 to 23, local time; empty while the panel is hidden. */
  readonly hours: readonly TrafficStep[];
  readonly today: TrafficStep;
}
