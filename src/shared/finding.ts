import type { ConfRemark } from './conf-remark';
import type { Account, HostPort } from './settings';

/** Something on this Mac that set-up can take over. */
export type Finding =
  | {
      readonly kind: 'cntlm-conf';
      readonly file: string;
      /** None where `pac` says which ones there are. */
      readonly upstreams: readonly HostPort[];
      /** Where its PAC is. */
      readonly pac: string | undefined;
      readonly account: Account | undefined;
      /** Whether the file has an NTLMv2 hash or a password that needs not be typed again. */
      readonly hasCredential: boolean;
      readonly noProxyCount: number;
      /** The domain that stands in it without a user. */
      readonly domain: string;
      /** What is said about its lines. */
      readonly remarks: readonly ConfRemark[];
    }
  | { readonly kind: 'system-proxy'; readonly upstream: HostPort; readonly service: string }
  | { readonly kind: 'system-pac'; readonly url: string; readonly service: string };
