import { createRoot } from 'react-dom/client';
import type { AppBridge } from '../shared/ipc';
import { App } from './app';
import { connectAppStore } from './app-store';

declare global {
  interface Window {
    /** From the preload script. */
    readonly latchkey: AppBridge;
  }
}

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App store={connectAppStore(window.latchkey)} />);
