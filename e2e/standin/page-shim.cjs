'use strict';

/**
 * Runs in the page before its own scripts: what a sandboxed preload script finds in Electron. `preload` is the source of
 * the app's preload bundle. There is no isolated world here: what this leaves on the window is the bridge alone.
 */
exports.pageShim = (preload) => {
  const invoke = window.__standinInvoke;
  delete window.__standinInvoke;
  const listeners = new Map();
  const ipcRenderer = {
    invoke: async (channel, ...args) => {
      const answer = await invoke(channel, args);
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
  const contextBridge = {
    exposeInMainWorld: (name, api) => {
      Object.defineProperty(window, name, { value: Object.freeze(api), enumerable: true });
    },
  };
  const strict = (name, members) =>
    new Proxy(members, {
      get: (target, member) => {
        if (typeof member === 'symbol' || member in target) return target[member];
        throw new Error(`[stand-in] ${name}.${member} is not there in a preload script`);
      },
    });
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
        ipcRenderer: strict('ipcRenderer', ipcRenderer),
      });
    }
    throw new Error(`[stand-in] a sandboxed preload script cannot require ${name}`);
  };
  const module = { exports: {} };
  new Function('require', 'module', 'exports', preload)(require, module, module.exports);
};
