import type { EmulatedService, MacState } from '../emulated-mac';

export function writeMac(folder: string, mac: MacState): void;
export function changeService(folder: string, name: string, changes: Partial<EmulatedService>): void;
export function readMac(folder: string): MacState;
export function parseLines(text: string): string[][];
