/** A page of Latchkey's own: texts only, everything escaped here. */
export interface Page {
  readonly title: string;
  readonly paragraphs: readonly string[];
  readonly facts?: readonly (readonly [name: string, value: string])[];
}
/** Renders a page that needs nothing from elsewhere: no script, no link, no image. */
export declare function renderPage({ title, paragraphs, facts }: Page): string;
