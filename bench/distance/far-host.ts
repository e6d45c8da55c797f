/** The name of a host that is reached so many milliseconds after it was asked for; none is the same for another page. */
export function farHost(originMs: number, page: string, index: number): string {
  return `o${originMs}-${index}.${page}.test`;
}

/** Names for a page: every tenth host takes `slowMs` if that is given. */
export function farHosts(count: number, page: string, originMs: number, slowMs = originMs): string[] {
  return Array.from({ length: count }, (_, index) =>
    farHost(index % 10 === 9 ? slowMs : originMs, page, index),
  );
}

/** The milliseconds in a name that `farHost` made; 0 in any other. */
export function originMsOf(host: string): number {
  return Number(/^o(\d+)-/.exec(host)?.[1] ?? 0);
}
