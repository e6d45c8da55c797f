import fc from 'fast-check';

/*
 * What `npm run mutation` does in each file of tests before them: vitest.mutation.config.mts.
 */

// The same mutants survive each time; and of a random test that fails nobody needs a smaller example.
fc.configureGlobal({ seed: 20_261_201, endOnFailure: true });

interface Stryker {
  readonly activeMutant?: string;
  mutantCoverage?: { readonly static: Record<string, number>; readonly perTest: object };
}

/**
 * Says inside the PAC engine, which sees nothing of this realm, which mutant of the helper library is to run: Stryker's own code
 * has come into its text with the mutants. Without one this is the first run, after which Stryker tries what was got to: all of
 * the library counts as that, as nobody sees what is run in there.
 */
function withMutant(source: string): string {
  const stryker = Reflect.get(globalThis, '__stryker__') as Stryker | undefined;
  if (stryker === undefined) return source;
  if (stryker.activeMutant === undefined) {
    const coverage = stryker.mutantCoverage ?? { static: {}, perTest: {} };
    for (const [, id = ''] of source.matchAll(/\bstryMutAct_\w+\(\\*"(\d+)/g)) coverage.static[id] = 1;
    stryker.mutantCoverage = coverage;
    return source;
  }
  // Without a quote: it is text in a text.
  const active = `globalThis.__stryker__={activeMutant:String(${stryker.activeMutant})};`;
  return source.replace('function stryNS', () => `${active}function stryNS`);
}

Reflect.set(globalThis, 'withMutant', withMutant);
