export interface ShippedPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}
export declare function shippedPackages(root: string): readonly ShippedPackage[];
