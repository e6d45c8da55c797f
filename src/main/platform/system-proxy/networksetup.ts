import { type MacCommand, runMacCommand } from '../macos/run-mac-command';
import type { ProxyEndpoint, ServiceProxies } from './service-proxies';

/** One network service as `networksetup -listnetworkserviceorder` tells it. */
export interface NetworkService {
  /** Verbatim: it may end in a space, and anybody may have chosen it. */
  readonly name: string;
  readonly isEnabled: boolean;
  /** The interface, as en0; empty for a VPN. */
  readonly device: string;
}

/**
 * Why networksetup did not do what it was told. `no-rights`: macOS wants an administrator. `no-service`: there is none of
 * this name. `stopped`: no answer in time. `missing`: there is no such program. `refused`: everything else.
 */
export type NetworksetupFailure = 'no-rights' | 'no-service' | 'stopped' | 'missing' | 'refused';

/** networksetup did not do what it was told; the message is what it said. */
export class NetworksetupError extends Error {
  override readonly name = 'NetworksetupError';

  constructor(
    readonly code: NetworksetupFailure,
    message: string,
  ) {
    super(message);
  }
}

const noRightsExitCode = 14;
/** Failures that networksetup prints, some of them with exit code 0. */
const noRights = /requires admin privileges|without administrator access/;
const noService = /is not a recognized network service/;
const failed = /^\*\* Error|^AuthorizationCreate\(\) failed/m;
/** The answer to a question about a list that is empty; no entry of a list has a space. */
const emptyList = /^There aren't any /;

/** macOS's networksetup: what it is asked and what it answers. Every failure is a NetworksetupError. */
export class Networksetup {
  readonly #command: MacCommand;

  constructor(command: MacCommand) {
    this.#command = command;
  }

  /** All services in their order, those that are disabled as well. @throws NetworksetupError */
  async services(signal?: AbortSignal): Promise<NetworkService[]> {
    return parseServiceOrder(await this.run(['-listnetworkserviceorder'], signal));
  }

  /** The proxy settings of a service. @throws NetworksetupError */
  async proxies(service: string, signal?: AbortSignal): Promise<ServiceProxies> {
    const ask = (option: string): Promise<string> => this.run([option, service], signal);
    const [web, secureWeb, socks, pac, autoDiscovery, bypass] = await Promise.all([
      ask('-getwebproxy').then(parseEndpoint),
      ask('-getsecurewebproxy').then(parseEndpoint),
      ask('-getsocksfirewallproxy').then(parseEndpoint),
      ask('-getautoproxyurl').then(parsePac),
      ask('-getproxyautodiscovery').then(parseAutoDiscovery),
      ask('-getproxybypassdomains').then(parseBypass),
    ]);
    return { web, secureWeb, socks, pac, isAutoDiscovering: autoDiscovery, bypass };
  }

  /** Runs it with these arguments. Returns what it printed. @throws NetworksetupError */
  async run(args: readonly string[], signal?: AbortSignal): Promise<string> {
    const result = await runMacCommand(this.#command, args, signal);
    switch (result.kind) {
      case 'missing':
        throw new NetworksetupError('missing', result.detail);
      case 'stopped':
        throw new NetworksetupError('stopped', 'networksetup did not answer in time');
      case 'ended':
        break;
    }
    const { exitCode, stdout, stderr } = result;
    // Most errors are printed on standard output.
    const said = `${stdout}\n${stderr}`;
    if (exitCode === noRightsExitCode || noRights.test(said)) {
      throw new NetworksetupError('no-rights', 'macOS wants an administrator');
    }
    if (noService.test(said)) throw new NetworksetupError('no-service', 'there is no such network service');
    if (exitCode !== 0 || failed.test(said)) throw new NetworksetupError('refused', reason(said, exitCode));
    return stdout;
  }
}

/** The last line that networksetup said, without its decoration. */
function reason(said: string, exitCode: number): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '');
  const last = lines
    .at(-1)
    ?.replace(/^\*\* Error: /, '')
    .replace(/\.$/, '');
  return last ?? `networksetup ended with code ${exitCode}`;
}

function notUnderstood(question: string): NetworksetupError {
  return new NetworksetupError('refused', `the answer about its ${question} was not understood`);
}

/**
 * Reads `-listnetworkserviceorder`: behind a legend, pairs of `(1) Wi-Fi` and `(Hardware Port: Wi-Fi, Device: en0)`. `(*)`
 * is a disabled service.
 */
export function parseServiceOrder(text: string): NetworkService[] {
  const services: NetworkService[] = [];
  const lines = text.split(/\r?\n/).slice(1);
  for (const [index, line] of lines.entries()) {
    const heading = /^\((\d+|\*)\) (.*)$/.exec(line);
    const details = /^\(Hardware Port: (.*), Device: (.*)\)$/.exec(lines[index + 1] ?? '');
    const [, order, name] = heading ?? [];
    if (order === undefined || name === undefined || details === null) continue;
    services.push({ name, isEnabled: order !== '*', device: details[2] ?? '' });
  }
  return services;
}

/** Reads `-getwebproxy` and its like, by key: older systems print noise in front. @throws NetworksetupError */
export function parseEndpoint(text: string): ProxyEndpoint {
  const isOn = /^Enabled: (Yes|No)\s*$/m.exec(text)?.[1];
  const host = /^Server:[ \t]*(.*?)[ \t]*\r?$/m.exec(text)?.[1];
  const port = /^Port: (\d+)\s*$/m.exec(text)?.[1];
  if (isOn === undefined || host === undefined) throw notUnderstood('proxy');
  const isAuthenticated = /^Authenticated Proxy Enabled: [1-9Yy]/m.test(text);
  return {
    isOn: isOn === 'Yes',
    host: host === '(null)' ? '' : host,
    port: Number(port ?? 0),
    isAuthenticated,
  };
}

/** Reads `-getautoproxyurl`. @throws NetworksetupError */
export function parsePac(text: string): ServiceProxies['pac'] {
  const url = /^URL:[ \t]*(.*?)[ \t]*\r?$/m.exec(text)?.[1];
  const isOn = /^Enabled: (Yes|No)\s*$/m.exec(text)?.[1];
  if (url === undefined || isOn === undefined) throw notUnderstood('automatic proxy configuration');
  return { isOn: isOn === 'Yes', url: url === '(null)' ? '' : url };
}

/** Reads `-getproxyautodiscovery`. @throws NetworksetupError */
export function parseAutoDiscovery(text: string): boolean {
  const isOn = /^Auto Proxy Discovery: (On|Off)\s*$/m.exec(text)?.[1];
  if (isOn === undefined) throw notUnderstood('automatic proxy discovery');
  return isOn === 'On';
}

/** Reads `-getproxybypassdomains`: one entry a line, or a sentence that there are none. */
export function parseBypass(text: string): string[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return lines.filter((line) => !emptyList.test(line) && !/\s/.test(line));
}
