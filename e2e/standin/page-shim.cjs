'use strict';

/**
 * Runs in the page before its own scripts: what a sandboxed preload script finds in Electron. `preload` is the source of
 * the app's preload bundle. There is no isolated world here: what this leaves on the window is the bridge alone.
 */
exports.pageShim = (preload) => {
  const invoke = window.__standinInvoke;
  delete window.__standinInvoke;
  // Only the page itself has a preload script, not the frames in it.
  if (window !== window.top) return;
  const listeners = new Map();
  const ipcRenderer = {
    invoke: async (channel, ...args) => {
      // What cannot be cloned is not sent.
      const answer = await invoke(channel, structuredClone(args));
      if ('error' in answer) throw new Error(`Error invoking remote method '${channel}': ${answer.error}`);
      return answer.value;
    },
    on: (channel, listener) => {
      listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      return ipcRenderer;
    },
    off: (channel, listener) => {
      listeners.set(
        channel,
        (listeners.get(channel) ?? []).filter((each) => each !== listener),
      );
      return ipcRenderer;
    },
  };
  /** What goes from one world to the other is a copy; functions are called from over there. */
  const across = (value) => {
    if (typeof value === 'function') {
      return (...args) => across(value(...args.map(across)));
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
  const contextBridge = {
    exposeInMainWorld: (name, api) => {
      if (name in window)
        throw new Error('Cannot bind an API on top of an existing property on the window object');
      Object.defineProperty(window, name, { value: Object.freeze(across(api)), enumerable: true });
    },
  };
  const strict = (name, members) =>
    new Proxy(members, {
      get: (target, member) => {
        if (typeof member === 'symbol' || member in target) return target[member];
        throw new Error(`[stand-in] ${name}.${member} is not there in a preload script`);
      },
    });
  const preloadRenderer = strict('ipcRenderer', ipcRenderer);
  Object.defineProperty(window, '__standinEmit', {
    configurable: true,
    value: (channel, args) => {
      for (const listener of listeners.get(channel) ?? []) listener({}, ...args);
    },
  });
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
