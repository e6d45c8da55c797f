import { ipDigits } from '../../shared/ip-address';
import { isLiteralGlob, noProxyRule } from '../../shared/no-proxy-rule';
import type { HostPort } from '../../shared/settings';
import { compileGlob } from './glob';

interface Entry {
  /** Its place in the list: the first rule that fits is the one that is named. */
  readonly index: number;
  readonly text: string;
  readonly port: number | undefined;
}

type Index = Map<string, Entry[]>;

/**
 * The rules of docs/no-proxy.md, compiled. Names and domains are looked up and networks compared for addresses alone, so that a
 * long list costs a request nothing; only patterns with more than `*.` in front are gone through.
 */
export class NoProxyRules {
  readonly #names: Index = new Map();
  /** Domains with the names below. */
  readonly #domains: Index = new Map();
  /** Domains whose own name does not count: `*.corp.example`. */
  readonly #below: Index = new Map();
  readonly #simple: Entry[] = [];
  readonly #globs: (Entry & { readonly matches: (name: string) => boolean })[] = [];
  readonly #ranges: (Entry & { readonly first: string; readonly last: string })[] = [];

  constructor(texts: readonly string[]) {
    for (const [index, text] of texts.entries()) {
      const rule = noProxyRule(text);
      const entry: Entry = { index, text, port: rule.port };
      switch (rule.kind) {
        case 'simple-names':
          this.#simple.push(entry);
          break;
        case 'domain':
          add(this.#domains, rule.name, entry);
          break;
        case 'addresses':
          this.#ranges.push({ ...entry, first: rule.first, last: rule.last });
          break;
        case 'glob': {
          const { pattern } = rule;
          const suffix = pattern.startsWith('*.') ? pattern.slice(2) : '*';
          if (isLiteralGlob(pattern)) add(this.#names, pattern.toLowerCase(), entry);
          else if (isLiteralGlob(suffix)) add(this.#below, suffix.toLowerCase(), entry);
          else this.#globs.push({ ...entry, matches: compileGlob(pattern) });
        }
      }
    }
  }

  /** Whether what a name resolves to can matter. */
  get hasNetworks(): boolean {
    return this.#ranges.length > 0;
  }

  /** The first rule that fits a target as it is written, without looking a name up. */
  find({ host, port }: HostPort): string | undefined {
    // `host.` is the same host, written as an absolute name.
    const name = (host.endsWith('.') ? host.slice(0, -1) : host).toLowerCase();
    let best: Entry | undefined;
    const consider = (entries: readonly Entry[] = []): void => {
      for (const entry of entries) {
        const isPort = entry.port === undefined || entry.port === port;
        if (isPort && (best === undefined || entry.index < best.index)) best = entry;
      }
    };
    consider(this.#names.get(name));
    if (this.#domains.size > 0) consider(this.#domains.get(name));
    if (this.#domains.size > 0 || this.#below.size > 0) {
      for (let dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
        const parent = name.slice(dot + 1);
        consider(this.#domains.get(parent));
        consider(this.#below.get(parent));
      }
    }
    if (this.#simple.length > 0 && !/[.:]/.test(name)) consider(this.#simple);
    if (this.#ranges.length > 0) consider(this.#rangesWith(name));
    if (this.#globs.length > 0) consider(this.#globs.filter(({ matches }) => matches(name)));
    return best?.text;
  }

  /** The first network that holds an address and fits the port. */
  findAddress(address: string, port: number): string | undefined {
    return this.#rangesWith(address).find((each) => each.port === undefined || each.port === port)?.text;
  }

  #rangesWith(address: string): readonly Entry[] {
    const digits = ipDigits(address);
    if (digits === undefined) return [];
    return this.#ranges.filter(
      ({ first, last }) => first.length === digits.length && first <= digits && digits <= last,
    );
  }
}

function add(index: Index, name: string, entry: Entry): void {
  const entries = index.get(name);
  if (entries === undefined) index.set(name, [entry]);
  else entries.push(entry);
}
