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

describe('the first run', () => {
  it('shows no form before it is known what is on this Mac', () => {
    const markup = render('set-up-by-hand', 'en');
    expect(textOf(markup)).toContain('Set up Latchkey');
    expect(markup).toContain('class="mark"');
    expect(markup).not.toContain('<input');
  });

  it('shows at once what is known already', () => {
    expect(render('set-up-found', 'en')).toContain('type="radio"');
    expect(render('set-up-refused', 'en')).toContain('type="password"');
  });
});

describe('the password page', () => {
  it('speaks of an old password only where there is one', () => {
    expect(textOf(render('password-prompt', 'en'))).toContain('before it replaces the old one');
    const first = textOf(render('password-missing', 'en'));
    expect(first).toContain('before it is kept');
    expect(first).not.toContain('the old one');
  });

  it('has two buttons in its last line, whatever the Keychain says', () => {
    for (const name of ['password-prompt', 'password-keychain-denied']) {
      const last = render(name, 'de').split('class="actions"').at(-1) ?? '';
      expect(last.match(/<button/g)).toHaveLength(2);
    }
    expect(textOf(render('password-keychain-denied', 'en'))).toContain('Keep until Latchkey quits');
  });
});

describe('the first page', () => {
  it('leaves out what this machine has no setting for', () => {
    expect(render('on', 'en')).toContain('Use for this Mac');
    expect(render('on-without-mac', 'en')).not.toContain('Use for this Mac');
    expect(render('on-without-mac', 'en')).not.toContain('Open at login');
  });

  it.each([
    ['needs-set-up', 'Set up…'],
    ['starting', 'Cancel'],
    ['password-needed', 'Enter password…'],
    ['mac-taken-over', 'Use Latchkey again'],
    ['mac-standard-user', 'Use for this Mac…'],
    ['on-expiring', 'Change password…'],
    ['direct', 'Check again'],
  ])('has one button for the state %s: %s', (name, label) => {
    const buttons = render(name, 'en').match(/<button [^>]*class="button[^>]*>[^<]*/g) ?? [];
    expect(buttons.map((button) => button.replace(/<[^>]*>/, ''))).toEqual([label]);
  });

  it('has a row for three problems, each with its repair, and counts the others', () => {
    const text = textOf(render('on-problems', 'en'));
    for (const said of ['Last problems', '1 more', 'Check again', 'Use the proxy…', 'nas.corp.example:443']) {
      expect(text).toContain(said);
    }
    expect(text).not.toContain('ads.example.net');
    expect(textOf(render('on', 'en'))).not.toContain('Last problems');
  });

  it('offers the free port', () => {
    expect(textOf(render('failed-port', 'en'))).toContain('Use port 3129');
  });

  it('hides the large switch until there is something to switch', () => {
    expect(render('needs-set-up', 'en')).not.toContain('role="switch"');
  });
});
