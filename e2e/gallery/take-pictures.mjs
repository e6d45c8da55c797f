// Takes a picture of every example and looks for cut text; --axe looks for what axe finds, too. After a build of this folder:
// node e2e/gallery/take-pictures.mjs [--docs] [--axe] [--flat] [--contrast] [--still] [--themes light] [--languages de] [--widths 320,360] [NAME...]
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { parseArgs } from 'node:util';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from '@playwright/test';

const site = join(import.meta.dirname, '../../out/gallery/site');
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
/** The clock of the examples. */
const nowMs = new Date(2026, 10, 17, 14, 36, 10).getTime();

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Those that README and the guide show, into docs/pictures. */
    docs: { type: 'boolean', default: false },
    axe: { type: 'boolean', default: false },
    flat: { type: 'boolean', default: false },
    contrast: { type: 'boolean', default: false },
    still: { type: 'boolean', default: false },
    themes: { type: 'string', default: 'light,dark' },
    languages: { type: 'string', default: 'en,de' },
    widths: { type: 'string', default: '360' },
  },
});

/** What README and docs/guide.md show; scripts/documents-links.test.ts looks that each of them is shown. */
const shownInDocuments = new Set([
  'on',
  'on-node-company-proxy',
  'set-up-found',
  'set-up-filled',
  'set-up-ready',
  'password-refused',
  'activity-open',
  'activity-today',
  'doctor-report',
  'preferences',
  'preferences-terminal-on',
  'mac-taken-node',
  'on-new-proxy',
  'direct',
  'preferences-update-ready-page',
]);
const pictures = join(import.meta.dirname, values.docs ? '../../docs/pictures' : '../../out/gallery');

/** What is shown only after a click or some typing: from which example, and what is done. */
const scenes = {
  'on-today': { example: 'on', act: (page) => page.locator('.segments label').nth(1).click() },
  'on-node-mac': { example: 'on', act: (page) => press(page, 0) },
  'on-node-latchkey': { example: 'on', act: (page) => press(page, 1) },
  'on-node-company-proxy': { example: 'on', act: (page) => press(page, 2) },
  'on-node-internet': { example: 'on', act: (page) => press(page, 3) },
  'on-ports-node': { example: 'on-ports', act: (page) => press(page, 1) },
  'mac-off-node-terminals': { example: 'on-mac-off', act: (page) => press(page, 1) },
  'mac-taken-node': { example: 'mac-taken-over', act: (page) => press(page, 0) },
  'refused-node': { example: 'password-needed', act: (page) => press(page, 2) },
  'on-low-screen': { example: 'on-last-problem', screen: 480 },
  'on-copied': { example: 'on', act: (page) => page.locator('.row:has(.keys)').click() },
  'set-up-filled': {
    example: 'set-up-by-hand',
    act: async (page) => {
      await page.locator('input').nth(0).fill('proxy.corp:8080');
      await page.locator('input').nth(1).fill('CORP\\alice');
      await page.locator('input').nth(2).fill('twelve chars');
    },
  },
  'set-up-mistakes': {
    example: 'set-up-by-hand',
    act: async (page) => {
      await page.locator('input').nth(0).fill('proxy.corp');
      await page.locator('input').nth(1).fill('alice');
      await page.locator('input').nth(2).fill('twelve chars');
    },
  },
  'set-up-refused-form': {
    example: 'set-up-by-hand',
    act: async (page) => {
      await page.locator('input').nth(0).fill('proxy.corp:8080');
      await page.locator('input').nth(1).fill('CORP\\alice');
      await page.locator('input').nth(2).fill('twelve chars');
      await page.keyboard.press('Enter');
      await showCheck(page, 'set-up', 'refused');
    },
  },
  'password-typed': {
    example: 'password-expires',
    act: (page) => page.locator('input').fill('twelve chars'),
  },
  'password-refused-form': {
    example: 'password-prompt',
    act: async (page) => {
      await page.locator('input').fill('twelve chars');
      await page.keyboard.press('Enter');
      await showCheck(page, 'password', 'refused');
    },
  },
  'activity-open': { example: 'activity', act: (page) => page.locator('.entry-head').first().click() },
  'activity-trouble': { example: 'activity', act: (page) => page.locator('.entry-head').nth(4).click() },
  'activity-always-direct': {
    example: 'activity',
    act: async (page) => {
      await page.locator('.entry-head').first().click();
      await page.locator('.entry-more > .actions .button').first().click();
    },
  },
  'activity-pac-open': {
    example: 'activity-pac',
    act: (page) => page.locator('.entry-head').first().click(),
  },
  'activity-group-open': {
    example: 'activity-grouped',
    act: (page) => page.locator('.entry-head').first().click(),
  },
  'activity-group-trace': {
    example: 'activity-grouped',
    act: async (page) => {
      await page.locator('.entry-head').first().click();
      await page.locator('.trace.newest button').nth(1).click();
    },
  },
  'activity-group-direct': {
    example: 'activity-grouped',
    act: async (page) => {
      await page.locator('.entry-head').nth(1).click();
      await page.locator('.entry-more > .actions .button').first().click();
    },
  },
  'activity-today': { example: 'activity-grouped', act: showToday },
  'activity-today-timeline': {
    example: 'activity-grouped',
    act: async (page) => {
      await showToday(page);
      await page.locator('.event').last().focus();
    },
  },
  'activity-direct-managed': {
    example: 'activity-grouped',
    act: async (page) => {
      await page.evaluate(async () => {
        const managed = { names: ['noProxy'], by: 'Corp IT', contact: 'it@corp.example' };
        window.gallery.show({ ...(await window.gallery.getState()), managed });
      });
      await page.locator('.entry-head').nth(1).click();
      await page.locator('.entry-more > .actions .button').first().click();
    },
  },
  'accent-yellow-question': {
    example: 'activity-grouped',
    act: async (page) => {
      await page.evaluate(async () =>
        window.gallery.show({ ...(await window.gallery.getState()), accentColor: '#ffc600' }),
      );
      await page.locator('.entry-head').nth(1).click();
      await page.locator('.entry-more > .actions .button').first().click();
      await page.keyboard.press('Tab');
    },
  },
  'activity-around': {
    example: 'activity-grouped',
    act: async (page) => {
      await showToday(page);
      await page.locator('.event').first().click();
    },
  },
  'activity-nothing': {
    example: 'activity',
    act: async (page) => {
      await page.locator('input[type=search]').fill('gitlab');
      await page.locator('.bar .icon-button').nth(1).click();
    },
  },
  'activity-own-open': {
    example: 'activity-own',
    act: (page) => page.locator('.entry-head').first().click(),
  },
  'activity-own-hidden': {
    example: 'activity-own',
    act: (page) => page.locator('.filter-row > .icon-button').click(),
  },
  'activity-end': {
    example: 'activity-many',
    act: async (page) => {
      await page.locator('.entry-head').first().focus();
      await page.keyboard.press('End');
    },
  },
  'preferences-company-proxies': {
    example: 'preferences',
    act: (page) => openSection(page, 'company-proxies'),
  },
  'preferences-company-proxies-forbidden': {
    example: 'preferences-forbidden',
    act: (page) => openSection(page, 'company-proxies'),
  },
  'preferences-company-proxies-add': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'company-proxies');
      await page.locator('.add-bar button').first().click();
      await page.locator('.edit-row input').fill('proxy3.corp');
      await page.keyboard.press('Enter');
    },
  },
  'preferences-pac': { example: 'preferences-by-pac', act: (page) => openSection(page, 'pac') },
  'set-up-only-pac': {
    example: 'set-up-found-only-pac',
    act: async (page) => {
      await page.locator('.button').last().click();
      await page.getByText('proxy.corp:8080').first().waitFor();
    },
  },
  'set-up-mac-pac': {
    example: 'set-up-found-pac',
    act: async (page) => {
      await page.locator('.button').last().click();
      await page.locator('input').nth(0).fill('CORP\\alice');
      await page.locator('input').nth(1).fill('twelve chars');
    },
  },
  'set-up-own-pac': {
    example: 'set-up-by-hand',
    act: async (page) => {
      await page.locator('input').nth(0).fill('http://pac.corp/proxy.pac');
      await page.locator('.note').first().waitFor();
    },
  },
  'preferences-no-proxy': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'no-proxy');
      await page.locator('input').last().fill('wiki.corp');
    },
  },
  'preferences-port': { example: 'preferences', act: (page) => openSection(page, 'port-and-access') },
  'preferences-search': {
    example: 'preferences-ports',
    act: (page) => page.locator('input[type=search]').fill('port'),
  },
  'preferences-log': { example: 'preferences', act: (page) => openSection(page, 'log') },
  'preferences-mac-details': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'this-mac');
      await page.locator('summary').click();
    },
  },
  'preferences-rules': {
    example: 'preferences-ports',
    act: async (page) => {
      await openSection(page, 'port-and-access');
      await page.locator('section').last().waitFor();
      await page.getByLabel(/^(Try an address|Adresse ausprobieren)$/).fill('10.1.9.20');
    },
  },
  'preferences-socks': {
    example: 'preferences-ports',
    act: (page) => openSection(page, 'socks-and-tunnels'),
  },
  'preferences-headers': { example: 'preferences-ports', act: (page) => openSection(page, 'headers') },
  'preferences-port-mistake': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'port-and-access');
      await page.locator('input').first().fill('99999');
      await page.locator('.choice').nth(1).click();
      await page.locator('input').last().fill('10.1.7.0/240');
      await page.keyboard.press('Enter');
    },
  },
  'preferences-sign-in': { example: 'preferences', act: (page) => openSection(page, 'sign-in') },
  'preferences-sign-in-other': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'sign-in');
      await page.locator('input[type=radio]').nth(1).click({ force: true });
      await page.locator('.segments input').nth(1).click({ force: true });
    },
  },
  'preferences-sign-in-basic': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'sign-in');
      await page.locator('input[type=radio]').nth(1).click({ force: true });
      await page.locator('.segments input').last().click({ force: true });
    },
  },
  'preferences-sign-in-password': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'sign-in');
      await page.locator('input[type=radio]').nth(1).click({ force: true });
      await page.locator('.banner .button').last().click();
      await page.locator('input[type=password]').fill('secret');
    },
  },
  'preferences-age': { example: 'preferences', act: (page) => openSection(page, 'password-age') },
  'preferences-age-unseen': {
    example: 'notifications-off',
    act: async (page) => {
      await page.locator('[data-opens="preferences"]').click();
      await openSection(page, 'password-age');
    },
  },
  ...Object.fromEntries(
    ['ready', 'waiting', 'newest', 'loading', 'failed', 'managed', 'none-here'].map((name) => [
      `preferences-update-${name}-page`,
      { example: `preferences-update-${name}`, act: (page) => openSection(page, 'update') },
    ]),
  ),
  'preferences-update-question': {
    example: 'preferences-update-ready',
    act: async (page) => {
      await openSection(page, 'update');
      await page.locator('button.row').last().click();
    },
  },
  'preferences-off-network': { example: 'preferences', act: (page) => openSection(page, 'off-network') },
  'preferences-off-network-wait': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'off-network');
      await page.locator('input[type=radio]').nth(2).click({ force: true });
    },
  },
  'preferences-no-proxy-gaps': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'no-proxy');
      for (const rule of ['<local>', '10.0.0.0/8', 'wiki:8080']) {
        await page.locator('.tag-field input').fill(rule);
        await page.keyboard.press('Enter');
      }
    },
  },
  'preferences-this-mac-rules': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'no-proxy');
      await page.locator('.tag-field input').fill('<local>');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await openSection(page, 'this-mac');
      await page.locator('[role=switch]').nth(1).click({ force: true });
    },
  },
  'preferences-export': { example: 'preferences', act: (page) => openSection(page, 'export') },
  'preferences-this-mac': { example: 'preferences', act: (page) => openSection(page, 'this-mac') },
  'preferences-terminal': { example: 'preferences', act: (page) => openSection(page, 'terminal') },
  'preferences-terminal-end': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'terminal');
      await page.locator('.button').last().focus();
    },
  },
  'preferences-command-nowhere': { example: 'preferences-command-nowhere', act: showCommand },
  'preferences-command-taken': { example: 'preferences-command-taken', act: showCommand },
  'preferences-terminal-on': {
    example: 'preferences-shell-block',
    act: (page) => openSection(page, 'terminal'),
  },
  'preferences-terminal-edited': {
    example: 'preferences-shell-edited',
    act: (page) => openSection(page, 'terminal'),
  },
  'preferences-advanced': { example: 'preferences', act: (page) => openSection(page, 'advanced') },
  'preferences-forget': {
    example: 'preferences',
    act: async (page) => {
      await openSection(page, 'advanced');
      await page.locator('.button.danger').click();
    },
  },
  'on-focus': {
    example: 'on',
    act: async (page) => {
      for (let count = 0; count < 5; count += 1) await page.keyboard.press('Tab');
    },
  },
};

/** What the app would show after a check. */
function showCheck(page, purpose, result) {
  return page.evaluate(
    async (check) => window.gallery.show({ ...(await window.gallery.getState()), check }),
    {
      kind: 'finished',
      purpose,
      upstream: { host: 'proxy.corp', port: 8080 },
      account: { domain: 'CORP', user: 'alice' },
      steps: [],
      result,
      logons: 1,
    },
  );
}

async function showToday(page) {
  await page.locator('.bar .segments label').nth(1).click();
  await page.locator('.today').waitFor();
}

/** A node of the route, counted from this Mac. */
function press(page, place) {
  return page.locator('button.node').nth(place).click();
}

function openSection(page, name) {
  return page.locator(`[data-opens="preferences/${name}"]`).click();
}

async function showCommand(page) {
  await openSection(page, 'terminal');
  await page.locator('.button').last().scrollIntoViewIfNeeded();
}

function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://127.0.0.1').pathname);
    const file = join(site, path === '/' ? 'index.html' : path);
    if (!file.startsWith(site) || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' });
    response.end(readFileSync(file));
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** Text that is cut, and things that stick out of the panel. */
function findCutText() {
  const found = [];
  for (const element of document.querySelectorAll('#root *')) {
    if (!(element instanceof HTMLElement) || element.closest('.hidden, svg, .cut-start') !== null) continue;
    const style = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    const panel = document.querySelector('#root').getBoundingClientRect();
    const name = `${element.tagName.toLowerCase()}.${element.className} "${element.textContent?.slice(0, 40)}"`;
    if (box.width > 0 && (box.right > panel.right + 0.5 || box.left < panel.left - 0.5)) {
      found.push(`sticks out: ${name}`);
    }
    const isCut = style.overflowX !== 'visible' && element.scrollWidth > element.clientWidth + 1;
    if (isCut && element.tagName !== 'INPUT') found.push(`cut: ${name}`);
    if (element.scrollHeight > element.clientHeight + 1 && style.overflowY === 'hidden') {
      found.push(`cut below: ${name}`);
    }
  }
  return found;
}

/** @param screen the height that a screen has for the panel */
async function settle(page, frame, width, screen = 860) {
  for (let round = 0; round < 3; round += 1) {
    const wanted = await page.evaluate(
      () => window.gallery.commands.findLast(({ kind }) => kind === 'set-panel-height')?.height ?? 560,
    );
    const height = Math.min(wanted, screen);
    await page.setViewportSize(frame ? { width: width + 64, height: height + 70 } : { width, height });
    await page.waitForTimeout(60);
  }
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation.effect?.getComputedTiming().iterations !== Infinity) animation.finish();
    }
  });
}

/** The four icons of the menu bar beside each other, in the colour that macOS gives them. */
async function takeIcons(context, theme) {
  const icons = ['on', 'off', 'busy', 'attention'].map((name) =>
    readFileSync(join(import.meta.dirname, `../../assets/source/tray-${name}.svg`), 'utf8'),
  );
  const [bar, ink] = theme === 'dark' ? ['#24262c', '#f2f2f2'] : ['#e9ebf0', '#1d1d1f'];
  const page = await context.newPage();
  await page.setViewportSize({ width: 224, height: 32 });
  await page.setContent(`<style>
    body { margin: 0; height: 32px; display: flex; justify-content: space-evenly; align-items: center; background: ${bar}; }
    svg { fill: ${ink}; }
  </style>${icons.join('')}`);
  await page.screenshot({ path: join(pictures, `menu-bar-${theme}.png`) });
  await page.close();
}

const server = await serve();
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
mkdirSync(pictures, { recursive: true });
let count = 0;
const complaints = [];
try {
  const lister = await browser.newPage();
  await lister.goto(`${origin}/?name=on`);
  const examples = await lister.evaluate(() => window.galleryNames);
  await lister.close();
  const all = {
    ...Object.fromEntries(examples.map((name) => [name, { example: name, act: undefined }])),
    ...scenes,
  };
  const wanted = Object.entries(all).filter(
    ([name]) =>
      (!values.docs || shownInDocuments.has(name)) &&
      (positionals.length === 0 || positionals.some((part) => name.startsWith(part))),
  );
  for (const theme of values.themes.split(',')) {
    const context = await browser.newContext({
      colorScheme: theme,
      deviceScaleFactor: values.docs ? 1.5 : 2,
      viewport: { width: 360, height: 560 },
      contrast: values.contrast ? 'more' : 'no-preference',
      reducedMotion: values.still ? 'reduce' : 'no-preference',
    });
    for (const width of values.widths.split(',').map(Number)) {
      for (const language of values.languages.split(',')) {
        for (const [name, { example, act, screen }] of wanted) {
          // One in German is enough to show that there is German.
          if (values.docs && language === 'de' && (name !== 'on' || theme !== 'light')) continue;
          const label = `${name}-${language}-${theme}-${width}`;
          const page = await context.newPage();
          page.on('console', (message) => {
            if (message.type() === 'error' && !message.location().url.endsWith('favicon.ico'))
              complaints.push(`${label}: ${message.text()}`);
          });
          page.on('pageerror', (error) => complaints.push(`${label}: ${error.message}`));
          await page.clock.setFixedTime(nowMs);
          await page.setViewportSize({ width, height: 560 });
          // A page that closes by itself counts no seconds, so that its picture is the same each time.
          await page.addInitScript(() => {
            window.setInterval = () => 0;
          });
          const frame = !values.axe && !values.flat;
          await page.goto(`${origin}/?name=${example}&language=${language}${frame ? '&frame=1' : ''}`);
          await page.locator('.page').waitFor();
          await settle(page, frame, width, screen);
          if (act !== undefined) await act(page);
          await settle(page, frame, width, screen);
          for (const found of await page.evaluate(findCutText)) complaints.push(`${label}: ${found}`);
          if (values.axe) {
            const { violations } = await new AxeBuilder({ page }).analyze();
            for (const { id, help, nodes } of violations) {
              complaints.push(
                `${label}: ${id}, ${help}: ${nodes.map(({ html }) => html.slice(0, 140)).join(' | ')}`,
              );
            }
          }
          // Those of the documents are smaller, at a quality at which nobody sees the difference.
          await page.screenshot(
            values.docs
              ? { path: join(pictures, `${name}-${language}-${theme}.jpg`), type: 'jpeg', quality: 80 }
              : { path: join(pictures, `${label}.png`) },
          );
          count += 1;
          await page.close();
        }
      }
    }
    if (values.docs && (positionals.length === 0 || positionals.includes('menu-bar'))) {
      await takeIcons(context, theme);
      count += 1;
    }
    await context.close();
  }
} finally {
  await browser.close();
  server.close();
}
process.stdout.write(`${count} pictures, ${complaints.length} complaints\n`);
for (const complaint of new Set(complaints)) process.stdout.write(`${complaint}\n`);
process.exitCode = complaints.length === 0 ? 0 : 1;
