/** What happens on a Mac without the app's doing, for hook.cjs to let happen. None of it is a member of Electron's. */
'use strict';
const { setActive, setLoginItemStatus } = require('./app.cjs');
const { giveKeys } = require('./desktop.cjs');

module.exports = {
  /** The user has been to System Settings. */
  setLoginItemStatus,
  /**
   * The user has chosen another accent colour.
   *
   * @param {string} color RGBA in hexadecimal form
   */
  setAccentColor: (color) => {
    process.env.STANDIN_ACCENT = color;
  },
  /** Something else gets what is typed: a window of another app, the menu bar. */
  takeKeys: () => giveKeys(undefined),
  /** The user makes the app the active one, or another one. */
  setActive,
};
