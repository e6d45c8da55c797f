import type { Screen } from '../shared/state';

export type Section =
  | 'company-proxies'
  | 'pac'
  | 'no-proxy'
  | 'port-and-access'
  | 'socks-and-tunnels'
  | 'headers'
  | 'sign-in'
  | 'password-age'
  | 'off-network'
  | 'this-mac'
  | 'terminal'
  | 'log'
  | 'update'
  | 'advanced'
  | 'export';

/** A page of the panel. */
export interface Location {
  readonly screen: Screen;
  /** Of the preferences; without one it is their root. */
  readonly section?: Section;
  /** A row of the activity list that is to be open. */
  readonly rowId?: number;
}

/** The pages on the way to the present one, which is the last. */
export interface Trail {
  readonly locations: readonly [Location, ...Location[]];
  /** `unasked`: nobody has clicked for it, so it must not take the keys of whoever is typing. */
  readonly entered: 'at-once' | 'unasked' | 'forward' | 'back';
  /** The page that was left by going back, so that the focus returns to what opened it. */
  readonly left: Location | undefined;
}

export const home: Location = { screen: 'status' };

/** @param isAsked whether the user wants to go there */
export function trailTo(location: Location, isAsked = true): Trail {
  return {
    locations: location.screen === 'status' ? [home] : [home, location],
    entered: isAsked ? 'at-once' : 'unasked',
    left: undefined,
  };
}

export function here({ locations }: Trail): Location {
  return locations.at(-1) ?? home;
}

export function keyOf({ screen, section }: Location): string {
  return section === undefined ? screen : `${screen}/${section}`;
}

export function forward(trail: Trail, location: Location): Trail {
  return { locations: [...trail.locations, location], entered: 'forward', left: undefined };
}

/** Undefined on the first page, where there is nothing to go back to. */
export function back(trail: Trail): Trail | undefined {
  const [first, ...rest] = trail.locations;
  if (rest.length === 0) return undefined;
  return { locations: [first, ...rest.slice(0, -1)], entered: 'back', left: here(trail) };
}
