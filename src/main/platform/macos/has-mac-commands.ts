/** Whether this system has the commands of a Mac, or the folder with stand-ins that LATCHKEY_MAC_COMMANDS names. */
export function hasMacCommands(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): boolean {
  return platform === 'darwin' || Boolean(env['LATCHKEY_MAC_COMMANDS']);
}
