import { z } from 'zod';
import { changedElsewhere, type SettingsPatch } from './app-settings';
import { appSettingsSchema } from './app-settings-schema';
import { type Reading, readAccessEntry } from './fields';
import { readNoProxyEntry } from './no-proxy-rule';
import type { Upstream } from './settings';
import { field } from './words/field-problems/en';

const { shape } = appSettingsSchema.unwrap();

/** The settings that can be changed one at a time. */
export const settingNames: readonly string[] = Object.keys(shape).filter(
  (name) => !(name in changedElsewhere),
);

export type SettingReading =
  | { readonly kind: 'good'; readonly patch: SettingsPatch }
  /** What it may be. */
  | { readonly kind: 'bad'; readonly why: string };

/** Reads a value as somebody types it: `on` and `off`, numbers, lists with commas or as JSON, and `none` for what can be empty. */
export function readSetting(name: string, text: string): SettingReading {
  const schema = shape[name as keyof typeof shape];
  for (const candidate of meaningsOf(text)) {
    const parsed = schema.safeParse(candidate);
    if (parsed.success) return readEntries(name, parsed.data);
  }
  return { kind: 'bad', why: `it takes ${wordsFor(z.toJSONSchema(schema))}` };
}

/** Lists whose entries the panel reads one at a time. */
const entryReaders: Readonly<Record<string, (text: string) => Reading<string>>> = {
  noProxy: readNoProxyEntry,
  allowed: readAccessEntry,
};

/** A value that the schema takes, with the entries of a list as the panel takes them. */
function readEntries(name: string, value: unknown): SettingReading {
  const read = entryReaders[name];
  if (read === undefined || !Array.isArray(value)) return { kind: 'good', patch: { [name]: value } };
  const entries: string[] = [];
  for (const text of value as readonly string[]) {
    const reading = read(text);
    if (reading.kind === 'bad') return { kind: 'bad', why: `'${text}': ${field(reading.problem)}` };
    if (!entries.includes(reading.value)) entries.push(reading.value);
  }
  return { kind: 'good', patch: { [name]: entries } };
}

/** What a text may mean; the schema says which of it. */
function meaningsOf(text: string): unknown[] {
  const words = text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const addresses = words.map(addressOf);
  const isNumber = /^\d{1,9}$/.test(text);
  return [
    ...(text.startsWith('[') ? jsonOf(text) : []),
    ...(text === 'on' || text === 'off' ? [text === 'on'] : []),
    ...(text === 'none' ? [null, [], ''] : []),
    ...(addresses.every((address) => address !== undefined) ? [addresses] : []),
    words,
    text,
    ...(isNumber ? [Number(text)] : []),
  ];
}

/** A list whose entries may have commas in them. */
function jsonOf(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    // It is a text that begins with a bracket.
    return [];
  }
}

function addressOf(text: string): Upstream | undefined {
  const [, scheme, host, port] = /^(https:\/\/)?\[?([^\]\s/]+?)\]?:(\d{1,5})$/i.exec(text) ?? [];
  if (host === undefined) return undefined;
  return { host, port: Number(port), ...(scheme === undefined ? {} : { isTls: true }) };
}

/** What of a JSON Schema is looked at here. */
interface ValueSchema {
  readonly description?: string | undefined;
  readonly type?: string | undefined;
  readonly anyOf?: readonly ValueSchema[] | undefined;
  readonly enum?: readonly unknown[] | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly items?: ValueSchema | undefined;
}

/** What a value may be, in words. */
function wordsFor(value: unknown): string {
  const {
    anyOf,
    enum: words,
    type,
    minimum = 0,
    maximum = 0,
    maxLength,
    items,
    description,
  } = value as ValueSchema;
  if (description !== undefined) return description;
  if (anyOf !== undefined) return anyOf.map(wordsFor).join(' or ');
  if (words !== undefined) return eitherOf(words.map(String));
  if (type === 'null') return 'none';
  if (type === 'boolean') return 'on or off';
  if (type === 'integer') return `a number from ${minimum} to ${maximum}`;
  if (type !== 'array') {
    return maxLength === undefined ? 'a text' : `a text of at most ${maxLength} characters, or none`;
  }
  return items?.type === 'object'
    ? 'host:port, or https://host:port for TLS, several with commas between'
    : 'words with commas between, or none';
}

function eitherOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
