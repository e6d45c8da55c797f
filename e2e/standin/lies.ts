/**
 * What the stand-in must not be able to say of Electron. Each of these has compiled at some time, or a mistake could have made
 * it; the compiler has to refuse every one of them, or it complains of an error that it expected.
 */
import { EventEmitter } from 'node:events';
import type { Electron, Truth } from './truth';
import standin from './electron.cjs';

// What is true, as the lies differ from it in one thing each.
const image = { isEmpty: () => false, setTemplateImage: (_isTemplate: boolean) => undefined };
const honest = {
  nativeImage: { createFromPath: (_path: string) => image },
  clipboard: { readText: async () => '' },
  app: { quit: () => undefined },
};
honest satisfies Truth<typeof honest, Electron>;

const path = { nativeImage: { createFromPath: (from: string) => ({ ...image, path: from }) } };
// @ts-expect-error -- an image does not know where it is from
path satisfies Truth<typeof path, Electron>;

const throwing = { nativeImage: { createFromPath: (_path: URL) => image } };
// @ts-expect-error -- Electron gives it a string
throwing satisfies Truth<typeof throwing, Electron>;

const synchronous = { clipboard: { readText: () => '' } };
// @ts-expect-error -- the clipboard is asynchronous
synchronous satisfies Truth<typeof synchronous, Electron>;

const other = { clipboard: { readText: async () => 1 } };
// @ts-expect-error -- and gives text
other satisfies Truth<typeof other, Electron>;

const anything = { clipboard: { readText: async () => JSON.parse('""') } };
// @ts-expect-error -- what could be anything says nothing
anything satisfies Truth<typeof anything, Electron>;

const control = { app: { ...honest.app, setLoginItemStatus: (_status: string) => undefined } };
// @ts-expect-error -- what only a test can do is in controls.cjs
control satisfies Truth<typeof control, Electron>;

const part = { ...honest, panel: {} };
// @ts-expect-error -- the module has no such part
part satisfies Truth<typeof part, Electron>;

const incomplete = { systemPreferences: { getAnimationSettings: () => ({ prefersReducedMotion: true }) } };
// @ts-expect-error -- a structure has all of its fields
incomplete satisfies Truth<typeof incomplete, Electron>;

const [display] = standin.screen.getAllDisplays();
const more = { screen: { getPrimaryDisplay: () => ({ ...display, hasMenuBar: true }) } };
// @ts-expect-error -- and no others
more satisfies Truth<typeof more, Electron>;

class TrayWithPath extends EventEmitter {
  path = '';
}
const member = { Tray: TrayWithPath };
// @ts-expect-error -- a member of an object that Electron's has not
member satisfies Truth<typeof member, Electron>;

class WindowOfAnotherName extends EventEmitter {
  static all = [];
}
const ofClass = { BrowserWindow: WindowOfAnotherName };
// @ts-expect-error -- a member of a class that Electron's has not
ofClass satisfies Truth<typeof ofClass, Electron>;

class NumberedTray extends EventEmitter {
  constructor(image: number) {
    super();
    void image;
  }
}
const made = { Tray: NumberedTray };
// @ts-expect-error -- made from what Electron does not make it from
made satisfies Truth<typeof made, Electron>;

class WindowThatFades extends EventEmitter {
  override emit(_event: 'close' | 'faded'): boolean {
    return false;
  }
}
const emitting = { BrowserWindow: WindowThatFades };
// @ts-expect-error -- an event that Electron's does not emit
emitting satisfies Truth<typeof emitting, Electron>;
