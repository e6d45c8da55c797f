import type { Plugin } from 'vite';

/** The roads of proxy-chain's server, each by the file that it imports it from. */
const roads = new Map([
  ['./chain.js', 'chain'],
  ['./chain_socks.js', 'chainSocks'],
  ['./custom_connect.js', 'customConnect'],
  ['./custom_response.js', 'handleCustomResponse'],
  ['./direct.js', 'direct'],
  ['./forward.js', 'forward'],
  ['./forward_socks.js', 'forwardSocks'],
]);

const leftOutId = '\0proxy-chain-left-out';

/**
 * Bundles of proxy-chain what `LocalProxy` is built on: its server, which listens, knows its connections and closes them.
 * The roads by which it would forward a request, and with them a SOCKS client, TLS and Node's HTTP, are left out: no
 * request ever reaches them (docs/decisions/client-parser.md), and loading them took a quarter of the start.
 *
 * The build fails when proxy-chain's server no longer imports one of them from where it did.
 */
export function proxyChainServer(): Plugin {
  const missing = new Set(roads.keys());
  return {
    name: 'proxy-chain-server',
    enforce: 'pre',
    resolveId(source, importer) {
      if (importer === undefined || !/[\\/]proxy-chain[\\/]dist[\\/]/.test(importer)) return undefined;
      if (source === 'node:http' || source === 'node:https') return leftOutId;
      if (!importer.endsWith('server.js') || !roads.has(source)) return undefined;
      missing.delete(source);
      return leftOutId;
    },
    load(id) {
      if (id !== leftOutId) return undefined;
      const names = [...roads.values()].map((name) => `leftOut as ${name}`).join(', ');
      // Its constructor makes a server of Node's, in place of which LocalProxy puts its own.
      return `import { EventEmitter } from 'node:events';
function leftOut() { throw new Error('this part of proxy-chain is not in the bundle'); }
export const STATUS_CODES = {};
export default { createServer: () => new EventEmitter(), STATUS_CODES };
export { ${names} };
`;
    },
    buildEnd(error) {
      if (error !== undefined || missing.size === 0) return;
      this.error(`proxy-chain's server does not import ${[...missing].join(', ')} any more`);
    },
  };
}
