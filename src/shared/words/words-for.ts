import type { Language } from '../state';
import { de } from './de';
import { en, type Words } from './en';

/** All words of the app in one language. */
export function wordsFor(language: Language): Words {
  switch (language) {
    case 'en':
      return en;
    case 'de':
      return de;
  }
}
