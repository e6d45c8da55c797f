/**
 * Sessions that go by the proxy settings of the system, which the emulated Mac's `scutil --proxy` tells. What Chromium does and this
 * does not: it goes to loopback addresses without a proxy, and runs a PAC with all of its functions.
 */
'use strict';
const { execFile } = require('node:child_process');
const { request } = require('node:http');
const { join } = require('node:path');
const { runInNewContext } = require('node:vm');
const { needReady } = require('./desktop.cjs');
const { strict } = require('./strict.cjs');

/** @returns {Promise<string>} */
function proxiesInForce() {
  const folder = process.env.LATCHKEY_MAC_COMMANDS;
  if (folder === undefined) return Promise.resolve('');
  return new Promise((resolve, reject) => {
    execFile(join(folder, 'scutil'), ['--proxy'], (error, stdout) =>
      error ? reject(new Error('scutil', { cause: error })) : resolve(stdout),
    );
  });
}

/**
 * @param {string} text
 * @param {string} name
 */
const valueOf = (text, name) => new RegExp(`^ *${name} : (.*)$`, 'm').exec(text)?.[1];

/**
 * @param {URL} url
 * @param {{ host: string, port: number } | undefined} proxy
 * @param {AbortSignal | null | undefined} signal
 * @returns {Promise<Buffer>}
 */
function get(url, proxy, signal) {
  if (url.protocol !== 'http:') throw new Error(`[stand-in] a session fetches http alone, not ${url.href}`);
  const to = proxy ?? { host: url.hostname, port: Number(url.port || 80) };
  const path = proxy === undefined ? url.pathname + url.search : url.href;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      { ...to, path, headers: { host: url.host }, agent: false, ...(signal ? { signal } : {}) },
      (incoming) => {
        /** @type {Buffer[]} */
        const chunks = [];
        incoming
          .on('data', (chunk) => chunks.push(chunk))
          .on('end', () => resolve(Buffer.concat(chunks)))
          .on('error', reject);
      },
    );
    outgoing.on('error', reject).end();
  });
}

/**
 * @param {URL} url
 * @returns {Promise<{ host: string, port: number } | undefined>}
 */
async function proxyFor(url) {
  const text = await proxiesInForce();
  const pac = valueOf(text, 'ProxyAutoConfigURLString');
  if (pac !== undefined) {
    const script = (await get(new URL(pac), undefined, undefined)).toString();
    const answer = runInNewContext(`${script}; FindProxyForURL(url, host)`, {
      url: url.href,
      host: url.hostname,
    });
    const [, host, port] = /^PROXY ([^:;]+):(\d+)/.exec(String(answer)) ?? [];
    return host === undefined ? undefined : { host, port: Number(port) };
  }
  const host = valueOf(text, 'HTTPProxy');
  return host === undefined ? undefined : { host, port: Number(valueOf(text, 'HTTPPort')) };
}

/**
 * Which proxy a session goes by, by its members. As in Chromium loopback is left alone, unless the bypass list says otherwise.
 *
 * @type {WeakMap<object, (url: URL) => Promise<{ host: string, port: number } | undefined>>}
 */
const roads = new WeakMap();

/**
 * @param {object} session
 * @param {URL} url
 */
const proxyOf = (session, url) => roads.get(session)?.(url);

/** @param {import('electron').ProxyConfig} config */
function roadOf({ mode, proxyRules = '', proxyBypassRules = '' }) {
  const [, host, port] = /^http:\/\/([^:;,]+):(\d+)$/.exec(proxyRules) ?? [];
  if (host === undefined) return mode === 'system' ? proxyFor : async () => undefined;
  return async (/** @type {URL} */ { hostname }) =>
    hostname === '127.0.0.1' && !proxyBypassRules.includes('<-loopback>')
      ? undefined
      : { host, port: Number(port) };
}

function makeSession() {
  const session = strict('Session', {
    /** @param {import('electron').ProxyConfig} config */
    setProxy: async (config) => {
      roads.set(session, roadOf(config));
    },
    forceReloadProxyConfig: async () => undefined,
    closeAllConnections: async () => undefined,
    /**
     * @param {string | Request} input
     * @param {RequestInit} [init]
     * @returns {Promise<Response>}
     */
    fetch: async (input, init) => {
      const url = new URL(typeof input === 'string' ? input : input.url);
      const body = await get(url, await proxyOf(session, url), init?.signal);
      return new Response(new Uint8Array(body));
    },
  });
  return session;
}

/** @type {Map<string, ReturnType<typeof makeSession>>} */
const sessions = new Map();

/**
 * One for each partition.
 *
 * @param {string} partition
 * @param {import('electron').FromPartitionOptions} [_options]
 */
function fromPartition(partition, _options) {
  needReady('session.fromPartition');
  const session = sessions.get(partition) ?? makeSession();
  sessions.set(partition, session);
  return session;
}

module.exports = { fromPartition, proxyOf };
