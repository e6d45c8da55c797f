import type { MacState } from '../emulated-mac';

export function readMac(): MacState;
export function storeOf(mac: MacState): Readonly<Record<string, object>>;
export function describeProxies(store: Readonly<Record<string, object>>): string;
