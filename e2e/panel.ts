import { expect, type Locator, type Page } from '@playwright/test';
import type { RunningApp } from './launch-app';

/** Ends each first set-up: macOS asks its question about notifications when there is one. */
export const introduction = 'Latchkey tells you here';

/** It is on, whoever uses it. */
export const isOnHeadline = /^(?:Latchkey is on|On for terminals)$/;
export const isOnToolTip = /Latchkey is on|On for terminals/;

/** The panel as a user finds his way in it: by the names and roles that VoiceOver tells. In English. */
export class Panel {
  constructor(
    readonly app: RunningApp,
    readonly page: Page,
  ) {}

  static async open(app: RunningApp): Promise<Panel> {
    // Right after it was hidden a click does not open it again.
    await expect
      .poll(async () => {
        if (!(await app.ask('isPanelVisible'))) await app.ask('clickTray', { ctrlKey: false });
        return app.ask('isPanelVisible');
      })
      .toBe(true);
    const page = await app.panel();
    return new Panel(app, page);
  }

  /** As `setUp`, and used by terminals alone: on a Mac the switch is put back that set-up has left on. */
  static async setUpForTerminals(app: RunningApp, companyProxy: string, password: string): Promise<Panel> {
    const panel = await Panel.setUp(app, companyProxy, password);
    const toggle = panel.page.getByRole('switch', { name: 'Use for this Mac' });
    await toggle.click();
    await expect(toggle).not.toBeChecked();
    await expect(panel.headline).toHaveText('On for terminals');
    return panel;
  }

  /** An app that is set up and on, with its panel open. */
  static async setUp(app: RunningApp, companyProxy: string, password: string): Promise<Panel> {
    const panel = new Panel(app, await app.panel());
    await panel.fillSetUp(companyProxy, 'CORP\\alice', password);
    await panel.button('Done').click();
    await expect(panel.headline).toHaveText(isOnHeadline);
    return panel;
  }

  button(name: string): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  field(name: string): Locator {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  get headline(): Locator {
    return this.page.getByRole('heading', { level: 1 });
  }

  get mainSwitch(): Locator {
    return this.page.getByRole('switch', { name: 'Latchkey', exact: true });
  }

  async say(sentence: string | RegExp): Promise<void> {
    await expect(this.page.getByText(sentence).first()).toBeVisible();
  }

  async back(): Promise<void> {
    await this.button('Back').click();
  }

  /** Opens one of the pages that the status screen leads to. */
  async go(...names: readonly string[]): Promise<void> {
    for (const name of names) await this.page.getByRole('button', { name }).first().click();
  }

  /** Set-up by hand, up to the result. */
  async fillSetUp(companyProxy: string, account: string, password: string): Promise<void> {
    const byHand = this.page.getByRole('radio', { name: 'Type it in' });
    await expect(byHand.or(this.field('Company proxy'))).toBeVisible();
    if (await byHand.isVisible()) {
      await byHand.check();
      await this.button('Continue').click();
    }
    await this.field('Company proxy').fill(companyProxy);
    await this.field('Account').fill(account);
    await this.password.fill(password);
    await this.password.press('Enter');
    // The pointer keeps what would close by itself.
    await this.page.mouse.move(20, 20);
  }

  get password(): Locator {
    return this.page.locator('input[type=password]');
  }
}
