import { CompanyProxyMemory } from '../main/platform/files/company-proxy-memory';
import { CredentialMemory, type CredentialMemoryOptions } from '../main/platform/files/credential-memory';
import { TrafficFile } from '../main/platform/files/traffic-file';
import { stateDirectory } from './state-directory';
import { type Terminal, warnOn } from './terminal';

/** What is remembered of credentials on this machine; what goes wrong with it is a warning. The caller closes it. */
export function openMemory(terminal: Terminal, options?: CredentialMemoryOptions): CredentialMemory {
  return new CredentialMemory(stateDirectory(terminal.env, process.platform), warnOn(terminal), options);
}

/** Today's traffic of whoever has these settings; what goes wrong with it is a warning. Its core closes it. */
export function openTraffic(terminal: Terminal, settingsPath: string): Promise<TrafficFile> {
  return TrafficFile.open(stateDirectory(terminal.env, process.platform), settingsPath, warnOn(terminal));
}

/** What is remembered of company proxies on this machine; what goes wrong with it is a warning. The caller closes it. */
export function openCompanyProxies(terminal: Terminal): Promise<CompanyProxyMemory> {
  return CompanyProxyMemory.open(stateDirectory(terminal.env, process.platform), warnOn(terminal), Date.now);
}
