/** A module and all that it imports, as the source of one script: vite.embedded.mts. */
declare module '*?source' {
  const text: string;
  export default text;
}

/** What a file holds, as base64: vite.embedded.mts. */
declare module '*?base64' {
  const text: string;
  export default text;
}
