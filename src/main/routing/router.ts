import type { EngineSettings, HostPort } from '../../shared/settings';
import { compileGlob } from './glob';

/** What is done with a request, and by which rule. */
export type Route = { readonly kind: 'upstream' } | { readonly kind: 'direct'; readonly rule: string };

/** Decides by the target alone, without looking a name up. */
export type Router = (target: HostPort) => Route;

/** A router for the no-proxy patterns: the first that matches the host sends the request directly. */
export function createRouter({ noProxy }: Pick<EngineSettings, 'noProxy'>): Router {
  const rules = noProxy.map((pattern) => ({ pattern, matches: compileGlob(pattern) }));
  return ({ host }) => {
    // `host.` is the same host, written as an absolute name.
    const name = host.endsWith('.') ? host.slice(0, -1) : host;
    const rule = rules.find(({ matches }) => matches(name));
    return rule === undefined ? { kind: 'upstream' } : { kind: 'direct', rule: rule.pattern };
  };
}
