import { startCompanyProxy } from '../../test/company-proxy/start-company-proxy';
import { originMsOf } from './far-host';
import { startFarOrigin } from './far-origin';
import type { DistantProxyCounts, DistantProxyPorts, DistantProxySettings } from './start-distant-proxy';
import { startWire } from './wire';

/**
 * The process of `startDistantProxy`: a company proxy that verifies NTLMv2, the same one without sign-in, and the origins
 * behind them, so that their processor time is nobody else's. It ends with its parent.
 */

const tlsDefaultPort = 443;

async function main({ rttMs, account }: DistantProxySettings): Promise<void> {
  const origin = await startFarOrigin();
  let refused = 0;
  const whereIs = (host: string, port: number): { host: string; port: number; afterMs: number } => ({
    host: '127.0.0.1',
    port: port === tlsDefaultPort ? origin.tlsPort : origin.port,
    afterMs: originMsOf(host),
  });
  const closed = await startCompanyProxy({
    accounts: [account],
    whereIs,
    onEvent: (event) => {
      if (event.kind === 'logon' && !event.record.accepted) refused += 1;
    },
  });
  const open = await startCompanyProxy({
    accounts: [],
    whereIs,
    misbehaviour: { noAuthentication: true },
  });
  const wire = await startWire({ target: closed.port, rttMs });
  const openWire = await startWire({ target: open.port, rttMs });
  process.on('message', () => {
    const counts: DistantProxyCounts = { ...wire.takeCounts(), refused };
    refused = 0;
    process.send?.(counts);
  });
  process.once('disconnect', () => process.exit(0));
  const ports: DistantProxyPorts = { port: wire.port, openPort: openWire.port, originPort: origin.port };
  process.send?.(ports);
}

await main(JSON.parse(process.argv[2] ?? '') as DistantProxySettings);
