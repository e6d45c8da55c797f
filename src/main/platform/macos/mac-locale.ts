/**
 * What macOS's commands and shells find in their environment. An app that the Finder has opened has no locale, and then an
 * umlaut in the name of a network service is not sure to arrive. Every macOS has this one; no text of theirs is read that it
 * would translate.
 */
export const macLocale = { LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' } as const;

/** This process's environment with that locale, for what runs commands of macOS. */
export function macEnvironment(): NodeJS.ProcessEnv {
  return { ...process.env, ...macLocale };
}
