'use strict';

/**
 * Runs in the page before its own scripts: what a sandboxed preload script finds in Electron. `preload` is the source of
 * the app's preload bundle. There is no isolated world here: what this leaves on the window is the bridge alone.
 *
 * @param {string} preload
 */
exports.pageShim = (preload) => {
  const page = /** @type {any} */ (window);
  /** @type {(channel: string, args: unknown[]) => Promise<{ value: unknown } | { error: string }>} */
  const invoke = page.__standinInvoke;
  delete page.__standinInvoke;
  // Only the page itself has a preload script, not the frames in it.
  if (window !== window.top) return;
  /** @typedef {Parameters<import('electron').IpcRenderer['on']>[1]} Listener */
  /** @type {Map<string, Listener[]>} */
  const listeners = new Map();
  /** @type {Pick<import('electron').IpcRenderer, 'invoke' | 'on' | 'off'>} */
  const ipcRenderer = {
    invoke: async (channel, ...args) => {
      // What cannot be cloned is not sent.
      const answer = await invoke(channel, structuredClone(args));
      if ('error' in answer) throw new Error(`Error invoking remote method '${channel}': ${answer.error}`);
      return answer.value;
    },
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return /** @type {any} */ (ipcRenderer);
    },
    off: (channel, listener) => {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listener),
      );
      return /** @type {any} */ (ipcRenderer);
    },
  };
  /** What goes from one world to the other is a copy; functions are called from over there. */
  /** @type {(value: any) => any} */
  const across = (value) => {
    if (typeof value === 'function') {
      return (/** @type {unknown[]} */ ...args) => across(value(...args.map(across)));
    }
    if (value instanceof Promise) {
      return value.then(across, (error) => {
        throw new Error(error.message);
      });
    }
    // Electron makes nothing of it, so that no page can be given it by mistake.
    if (value === ipcRenderer || value === preloadRenderer) return {};
    if (Array.isArray(value)) return value.map(across);
    if (value !== null && typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype) {
      return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, across(member)]));
    }
    return structuredClone(value);
  };
  /** @type {Pick<import('electron').ContextBridge, 'exposeInMainWorld'>} */
  const contextBridge = {
    exposeInMainWorld: (name, api) => {
      if (name in window)
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      Object.defineProperty(window, name, { value: Object.freeze(across(api)), enumerable: true });
    },
  };
  /** @type {<Members extends object>(name: string, members: Members) => Members} */
  const strict = (name, members) =>
    new Proxy(members, {
      get: (target, member) => {
        if (typeof member === 'symbol' || member in target) return Reflect.get(target, member);
        throw new Error(`[stand-in] ${name}.${member} is not there in a preload script`);
      },
    });
  const preloadRenderer = strict('ipcRenderer', ipcRenderer);
  Object.defineProperty(window, '__standinEmit', {
    configurable: true,
    value: (/** @type {string} */ channel, /** @type {unknown[]} */ args) => {
      const event = /** @type {import('electron').IpcRendererEvent} */ ({});
      for (const listener of listeners.get(channel) ?? []) listener(event, ...args);
    },
  });
  /** @param {string} name */
  const require = (name) => {
    if (name === 'electron') {
      return strict('electron', {
        contextBridge: strict('contextBridge', contextBridge),
        ipcRenderer: preloadRenderer,
      });
    }
    throw new Error(`[stand-in] a sandboxed preload script cannot require ${name}`);
  };
  const module = { exports: {} };
  new Function('require', 'module', 'exports', preload)(require, module, module.exports);
};
