import { describe, expect, it } from 'vitest';
import { maxPresence, PresenceLog } from './presence-log';

const minute = 60_000;

describe('PresenceLog', () => {
  it('tells stretches apart, and what is news', () => {
    const log = new PresenceLog();
    expect(log.goTo('elsewhere', 0)).toEqual({ isNews: true, isBack: false });
    expect(log.goTo('elsewhere', minute)).toEqual({ isNews: false, isBack: false });
    expect(log.goTo('company', 2 * minute)).toEqual({ isNews: true, isBack: false });
    log.leave(10 * minute);
    expect(log.goTo('company', 40 * minute)).toMatchObject({ isNews: false });
    expect(log.goTo('elsewhere', 50 * minute)).toEqual({ isNews: true, isBack: true });
    expect(log.goTo('company', 55 * minute)).toEqual({ isNews: true, isBack: true });
    expect(log.spans(60 * minute)).toEqual([
      { where: 'elsewhere', fromMs: 0, untilMs: 2 * minute },
      { where: 'company', fromMs: 2 * minute, untilMs: 10 * minute },
      { where: 'company', fromMs: 40 * minute, untilMs: 50 * minute },
      { where: 'elsewhere', fromMs: 50 * minute, untilMs: 55 * minute },
      { where: 'company', fromMs: 55 * minute, untilMs: 60 * minute },
    ]);
  });

  it('makes one stretch of two with a moment between, as where settings are applied', () => {
    const log = new PresenceLog();
    log.goTo('company', 0);
    log.leave(5 * minute);
    log.goTo('company', 6 * minute);
    expect(log.spans(7 * minute)).toEqual([{ where: 'company', fromMs: 0, untilMs: 7 * minute }]);
  });

  it('keeps so many, the newest', () => {
    const log = new PresenceLog();
    for (let number = 0; number <= 2 * maxPresence; number += 1)
      log.goTo(number % 2 === 0 ? 'company' : 'elsewhere', number * minute);
    log.leave(1_000 * minute);
    expect(log.spans(1_000 * minute)).toHaveLength(maxPresence);
    expect(log.spans(1_000 * minute).at(-1)).toMatchObject({ where: 'company', untilMs: 1_000 * minute });
  });
});
