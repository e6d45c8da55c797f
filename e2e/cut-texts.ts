import type { Page } from '@playwright/test';

/**
 * Text that is cut, and what sticks out of the panel, as a line each. A host too long for its row ends in dots or has them in its
 * middle, and is told in full elsewhere.
 *
 * @param width of the page in CSS pixels. Default: the panel's
 */
export function cutTexts(page: Page, width?: number): Promise<string[]> {
  return page.evaluate((asked) => {
    const found: string[] = [];
    const limit = asked ?? document.documentElement.clientWidth;
    for (const element of document.querySelectorAll('#root *')) {
      if (!(element instanceof HTMLElement) || element.closest('.hidden') !== null) continue;
      const { left, right, width: own } = element.getBoundingClientRect();
      const { overflowX, overflowY, textOverflow } = getComputedStyle(element);
      const name = `${element.tagName.toLowerCase()}.${element.className} “${(element.textContent ?? '').slice(0, 40)}”`;
      if (own > 0 && (right > limit + 0.5 || left < -0.5)) found.push(`sticks out: ${name}`);
      const isWide = element.scrollWidth > element.clientWidth + 1;
      if (overflowX !== 'visible' && isWide && textOverflow !== 'ellipsis' && element.tagName !== 'INPUT')
        found.push(`cut: ${name}`);
      if (overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1)
        found.push(`cut below: ${name}`);
    }
    return found;
  }, width);
}
