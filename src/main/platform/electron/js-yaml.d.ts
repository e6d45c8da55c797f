declare module 'js-yaml' {
  /** What one document of YAML says. */
  export function load(text: string): unknown;
}
