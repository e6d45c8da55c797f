import type { Upstream } from '../../shared/settings';
import type { SocksProxy } from '../upstream/dial-socks';
import type { Road } from '../upstream/road';

/** Stands where the rule of a direct route stands: the company network is away. */
export const awayRule = 'off the company network';
/** The same, where a PAC has said so. */
export const pacRule = 'PAC';

/** One way for a request. */
export type Passage =
  | {
      readonly kind: 'upstream';
      readonly road: Road;
      /** The one proxy that it goes through, where the road does not know by itself whether that is there. */
      readonly proxy?: Upstream;
    }
  | { readonly kind: 'direct'; readonly rule: string }
  | { readonly kind: 'socks'; readonly proxy: SocksProxy };
