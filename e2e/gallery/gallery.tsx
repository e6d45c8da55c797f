import { createRoot } from 'react-dom/client';
import { App } from '../../src/renderer/app';
import { connectAppStore } from '../../src/renderer/app-store';
import { createExampleBridge, type ExampleBridge } from './example-bridge';
import { exampleNamed, exampleNames } from './states';

declare global {
  interface Window {
    gallery: ExampleBridge;
    galleryNames: readonly string[];
  }
}

// The example's name, language and looks come in the address: ?name=on&language=de&frame=1
const wanted = new URLSearchParams(location.search);
const language = wanted.get('language') === 'de' ? 'de' : 'en';
const example = exampleNamed(wanted.get('name') ?? 'on', language);
const isFramed = wanted.has('frame');
if (isFramed) document.documentElement.dataset['frame'] = '';
const platform = isFramed || wanted.has('vibrant') ? 'darwin' : 'other';
window.gallery = createExampleBridge({ ...example, state: { ...example.state, platform } });

window.galleryNames = exampleNames;

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App store={connectAppStore(window.gallery)} />);
