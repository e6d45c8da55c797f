/** How a request was routed: through a company proxy, straight to the origin, or answered by Latchkey itself. */
export type RouteTaken =
  | { readonly kind: 'upstream' }
  | { readonly kind: 'direct'; readonly rule: string }
  | { readonly kind: 'local' };
