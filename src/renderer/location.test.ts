import { describe, expect, it } from 'vitest';
import { back, forward, here, home, keyOf, trailTo } from './location';

describe('a trail', () => {
  it('leads back the way it came, and says what was left', () => {
    const preferences = forward(trailTo(home), { screen: 'preferences' });
    const port = forward(preferences, { screen: 'preferences', section: 'port-and-access' });
    expect(keyOf(here(port))).toBe('preferences/port-and-access');
    const again = back(port);
    expect(again).toMatchObject({ entered: 'back', left: { section: 'port-and-access' } });
    expect(again === undefined ? undefined : here(again)).toEqual({ screen: 'preferences' });
  });

  it('ends at the first page', () => {
    expect(back(trailTo(home))).toBeUndefined();
  });

  it('has the first page below one that came by itself', () => {
    const prompted = back(trailTo({ screen: 'password' }));
    expect(prompted === undefined ? undefined : here(prompted)).toEqual(home);
  });
});
