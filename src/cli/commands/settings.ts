import { type AppSettings, defaultAppSettings } from '../../shared/app-settings';
import type { ManagedState } from '../../shared/managed';
import { formatAccount, formatUpstream } from '../../shared/settings';
import { CliError, exitCodes } from '../cli-error';
import { resultError } from '../result-error';
import { type WhichOptions, withRunning } from '../running';
import type { Terminal } from '../terminal';
import { warnOfUnsaved } from '../warn-of-unsaved';

/** `latchkey settings get`: all settings, or one. */
export function getSettings(
  name: string | undefined,
  { port, json }: WhichOptions & { readonly json?: boolean | undefined },
  terminal: Terminal,
): Promise<number> {
  return withRunning(terminal, port, async (client) => {
    const { settings, managed } = await client.state();
    // In one order, whatever they come from.
    const shown = Object.entries({ ...defaultAppSettings, ...settings }).filter(([key]) => key !== 'version');
    if (name !== undefined) {
      const found = shown.find(([key]) => key === name);
      if (found === undefined)
        throw noSuchSetting(
          name,
          shown.map(([key]) => key),
        );
      terminal.out(json === true ? JSON.stringify(found[1]) : textOf(found[1]));
      return exitCodes.ok;
    }
    if (json === true) terminal.out(JSON.stringify(Object.fromEntries(shown), undefined, 2));
    else
      for (const [key, value] of shown)
        terminal.out(`${key.padEnd(24)}${textOf(value)}${markOf(key, managed)}`);
    return exitCodes.ok;
  });
}

/** `latchkey settings set`: changes one setting, as the panel does. */
export async function setSetting(
  name: string,
  value: string,
  { port }: WhichOptions,
  terminal: Terminal,
): Promise<number> {
  // The schema takes zod, which no other command of this file needs.
  const { readSetting, settingNames } = await import('../../shared/setting-text');
  if (name === 'socksUsers') {
    const said = 'socksUsers is changed by `latchkey socks-user`, which asks for a password';
    throw new CliError(exitCodes.badConfiguration, said);
  }
  if (!settingNames.includes(name)) throw noSuchSetting(name, settingNames);
  const reading = readSetting(name, value);
  if (reading.kind === 'bad') {
    throw new CliError(
      exitCodes.badConfiguration,
      `'${value}' cannot be the value of ${name}: ${reading.why}`,
    );
  }
  const { patch } = reading;
  return withRunning(terminal, port, async (client) => {
    const result = await client.run({ kind: 'change-settings', patch }, 120_000);
    if (result.kind !== 'done') throw resultError(result, 'it was called off');
    const state = await client.state();
    const { settings } = state;
    warnOfUnsaved(state, terminal);
    terminal.out(`${name.padEnd(24)}${textOf(settings[name as keyof AppSettings])}`);
    return exitCodes.ok;
  });
}

/** Behind what the user cannot change. */
function markOf(key: string, { names, by }: ManagedState): string {
  if (!names.some((name) => name === key)) return '';
  return key === 'account'
    ? `  (domain set by ${by ?? 'your company'})`
    : `  (set by ${by ?? 'your company'})`;
}

function noSuchSetting(name: string, names: readonly string[]): CliError {
  return new CliError(
    exitCodes.badConfiguration,
    `there is no setting '${name}'; there are ${names.join(', ')}`,
  );
}

/** A value as `set` takes it. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) {
    const hasCommas = value.some((each) => typeof each === 'string' && each.includes(','));
    if (hasCommas) return JSON.stringify(value);
    return value.length === 0 ? 'none' : value.map(textOf).join(', ');
  }
  if (typeof value === 'object') {
    if ('host' in value) return formatUpstream(value as Parameters<typeof formatUpstream>[0]);
    return formatAccount(value as Parameters<typeof formatAccount>[0]);
  }
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  const text = String(value as string | number);
  return text === '' ? 'none' : text;
}
