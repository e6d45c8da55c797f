import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { createExampleBridge } from '../../e2e/gallery/example-bridge';
import { exampleNamed, exampleNames } from '../../e2e/gallery/states';
import type { Language } from '../shared/state';
import { describeConnection } from '../shared/words/describe-connection';
import { PanelPages } from './app';
import { connectAppStore } from './app-store';

function render(name: string, language: Language): string {
  const example = exampleNamed(name, language);
  const store = connectAppStore(createExampleBridge(example));
  try {
    return renderToStaticMarkup(createElement(PanelPages, { state: example.state, store }));
  } finally {
    store.close();
  }
}

function textOf(markup: string): string {
  return markup.replace(/<[^>]*>/g, ' ').replace(/&#x27;/g, "'");
}

describe.each(['en', 'de'] as const)('every example in %s', (language) => {
  it.each(exampleNames)('%s has a page with words', (name) => {
    const markup = render(name, language);
    expect(markup).toContain('<main class="page');
    expect(textOf(markup).replace(/\s+/g, ' ').trim().length).toBeGreaterThan(20);
    expect(markup).not.toMatch(/undefined|NaN|\[object/);
  });

  it.each(exampleNames)('%s has nothing that the policy refuses', (name) => {
    // An attribute of a parsed document would be refused; React sets the few styles through the CSSOM.
    expect(render(name, language)).not.toMatch(/<script|<style| on[a-z]+="/);
  });

  it('has the sentence of the state on the first page', () => {
    for (const name of ['on', 'off', 'starting', 'direct', 'refusing', 'password-needed', 'failed-port']) {
      const { headline, sentence } = describeConnection(exampleNamed(name, language).state);
      const text = textOf(render(name, language));
      expect(text).toContain(headline);
      expect(text).toContain(sentence);
    }
  });
});

describe('the first page', () => {
  it('leaves out what this machine has no setting for', () => {
    expect(render('on', 'en')).toContain('Use for this Mac');
    expect(render('on-without-mac', 'en')).not.toContain('Use for this Mac');
    expect(render('on-without-mac', 'en')).not.toContain('Open at login');
  });

  it('offers the free port', () => {
    expect(textOf(render('failed-port', 'en'))).toContain('Use port 3129');
  });

  it('hides the large switch until there is something to switch', () => {
    expect(render('needs-set-up', 'en')).not.toContain('role="switch"');
  });
});
