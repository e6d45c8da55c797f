import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, type Surroundings } from './fixtures';
import type { RunningApp } from './launch-app';

/** A small program for Electron, in Electron itself or on the stand-in, and the page of its window. */
export async function startProgram({ launch }: Surroundings): Promise<{ app: RunningApp; page: Page }> {
  const app = await launch({ bundle: join(__dirname, 'standin', 'fixture-main.cjs') });
  const page = await app.panel();
  await expect.poll(() => app.output()).toContain('loaded');
  return { app, page };
}

/** Runs a function in the main process of the program, which is given what the program shows. */
export const evaluate = (app: RunningApp, code: string): Promise<unknown> =>
  (app.ask as (name: string, argument: unknown) => Promise<unknown>)('evaluate', { code });

/**
 * As `evaluate`. The function is given more: a list `told` to write to, which is what this resolves with once all is told;
 * `hear`, which writes down the events of an emitter; `later`, until what has happened is told; and `until` something is so.
 */
export const tell = (app: RunningApp, code: string): Promise<unknown> =>
  evaluate(
    app,
    `async (fixture) => {
      const told = [];
      const later = () => new Promise((resolve) => setTimeout(resolve, 10));
      const until = async (isSo) => {
        while (!isSo()) await later();
      };
      const hear = (emitter, ...names) => {
        for (const name of names) emitter.on(name, () => told.push(name));
      };
      await (${code})({ ...fixture, told, later, until, hear });
      await later();
      return told;
    }`,
  );

export const inPage = (page: Page, code: string): Promise<unknown> => page.evaluate(`(${code})()`);
