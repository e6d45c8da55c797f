export declare function narrowed(text: string, hasFeed: boolean): string;
export declare function afterPack(context: {
  readonly appOutDir: string;
  readonly packager: {
    readonly appInfo: { readonly productFilename: string };
    readonly config: { readonly publish?: unknown };
  };
}): void;
