import { contextBridge, ipcRenderer, type IpcRendererEvent } from 'electron';
import { type AppBridge, channels } from '../shared/ipc';
import type { AppState } from '../shared/state';

const bridge: AppBridge = {
  getState: () => ipcRenderer.invoke(channels.stateGet) as ReturnType<AppBridge['getState']>,
  onStateChanged: (listener) => {
    const listen = (_event: IpcRendererEvent, state: AppState): void => listener(state);
    ipcRenderer.on(channels.stateChanged, listen);
    return () => ipcRenderer.off(channels.stateChanged, listen);
  },
  run: (command) => ipcRenderer.invoke(channels.commandRun, command) as ReturnType<AppBridge['run']>,
};

contextBridge.exposeInMainWorld('latchkey', bridge);
