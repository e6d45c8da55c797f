/** The version of package.json, put in by the build. */
declare const __LATCHKEY_VERSION__: string;
