/**
 * The time of now as IMF-fixdate (RFC 9110, 5.6.7), made once for each second.
 *
 * @param nowMs wall clock, milliseconds since 1970
 */
export function httpDate(nowMs: () => number): () => string {
  let second = -1;
  let text = '';
  return () => {
    const now = Math.floor(nowMs() / 1000);
    if (now !== second) {
      second = now;
      text = new Date(now * 1000).toUTCString();
    }
    return text;
  };
}
