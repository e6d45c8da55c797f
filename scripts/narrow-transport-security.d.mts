export declare function narrowed(text: string): string;
export declare function afterPack(context: {
  readonly appOutDir: string;
  readonly packager: { readonly appInfo: { readonly productFilename: string } };
}): void;
