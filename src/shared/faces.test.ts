import { describe, expect, it } from 'vitest';
import type { Command } from './command';
import { commandSchema } from './command-schema';
import { mayAsk } from './faces';

const kinds = commandSchema.options.map((option) => option.shape.kind.value);

/** What only a page has: a window, dialogs, the clipboard, notifications, set-up, and a block in a start file to preview. */
const panelOnly: readonly Command['kind'][] = [
  'look-around',
  'set-up',
  'look-at-pac',
  'set-up-from-file',
  'use-for-session',
  'dismiss-check',
  // Whoever is at a terminal has said so before: the question is somebody else's.
  'answer-doctor',
  'set-open-at-login',
  'copy-terminal-commands',
  'preview-shell-block',
  'set-shell-block',
  'look-for-command',
  'set-command-link',
  'copy-text',
  'import-cntlm-conf',
  'export-cntlm-conf',
  'forget-account',
  'show-log',
  'show-licences',
  'open-settings-pane',
  'try-notification',
  'dismiss-notice',
  'set-panel-height',
  'go-to',
  'hide-panel',
  'leave-panel',
  'quit',
];

/** What a page has other ways for: it follows changes by hand of the settings, and opens the log. */
const terminalOnly: readonly Command['kind'][] = ['reload-settings'];

describe('a face', () => {
  it('is there for each command', () => {
    expect(kinds.filter((kind) => !mayAsk('panel', { kind }) && !mayAsk('terminal', { kind }))).toEqual([]);
  });

  it('of a terminal asks nothing that needs a desktop', () => {
    expect(kinds.filter((kind) => !mayAsk('terminal', { kind }))).toEqual(panelOnly);
  });

  it('of the panel asks nothing that is for a terminal', () => {
    expect(kinds.filter((kind) => !mayAsk('panel', { kind }))).toEqual(terminalOnly);
  });
});
