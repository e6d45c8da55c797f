/** A package of npm's that is in what Latchkey ships. */
export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression, as its package.json says. */
  readonly license: string;
  /** What its LICENSE says; empty when it has none. */
  readonly text: string;
}
export declare function readPackage(folder: string): ShippedPackage;
export declare function shippedPackages(root: string): readonly ShippedPackage[];
