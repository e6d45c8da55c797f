/** Stands in for Electron's `net.request`, for http and by the proxy of its session. */
'use strict';
const http = require('node:http');
const { needReady } = require('./desktop.cjs');
const { proxyOf } = require('./session.cjs');
const { strictEmitter } = require('./strict.cjs');

const events = /** @type {const} */ (['response', 'login', 'redirect', 'error', 'close']);

class ClientRequest extends strictEmitter('ClientRequest', events) {
  /** @type {import('electron').ClientRequestConstructorOptions} */
  #options;
  /** @type {http.ClientRequest | undefined} */
  #outgoing;
  #isOver = false;

  /** @param {import('electron').ClientRequestConstructorOptions} options */
  constructor(options) {
    super();
    this.#options = options;
    // Headers that are not there are an error in Electron, too.
    for (const [name, value] of Object.entries(options.headers ?? {}))
      if (value === undefined) throw new TypeError(`\`value\` required in setHeader("${name}", value)`);
  }

  end() {
    void this.#send().catch((error) => this.#fail(error));
    return this;
  }

  abort() {
    this.#isOver = true;
    this.#outgoing?.destroy();
  }

  async #send() {
    const { protocol = 'http:', hostname = '', port, path = '/', session } = this.#options;
    const url = new URL(`${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}`);
    if (url.protocol !== 'http:') throw new Error(`[stand-in] net.request asks http alone, not ${url.href}`);
    const proxy = session === undefined ? undefined : await proxyOf(session, url);
    if (this.#isOver) return;
    const { headers = {}, method = 'GET' } = this.#options;
    const to = proxy ?? { host: url.hostname, port: Number(url.port || 80) };
    this.#outgoing = http
      .request({
        ...to,
        method,
        path: proxy === undefined ? url.pathname + url.search : url.href,
        headers: { ...headers, host: url.host },
        agent: false,
      })
      .once('response', (response) => this.#take(response, url))
      .once('error', (error) => this.#fail(error));
    this.#outgoing.end();
  }

  /**
   * @param {http.IncomingMessage} response
   * @param {URL} url
   */
  #take(response, url) {
    const { statusCode = 0, headers } = response;
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.resume();
      // Whoever does not follow it has ended with it.
      this.emit('redirect', statusCode, 'GET', new URL(headers.location, url).href, headers);
      return;
    }
    if (statusCode === 407) {
      const isHeard = this.emit('login', { isProxy: true }, (/** @type {unknown[]} */ ...given) => {
        if (given.length > 0) throw new Error('[stand-in] nobody here has a password');
        this.emit('response', response);
      });
      if (isHeard) return;
    }
    this.emit('response', response);
  }

  /** @param {Error} error */
  #fail(error) {
    if (this.#isOver) return;
    this.#isOver = true;
    this.emit('error', error);
  }
}

/**
 * @param {import('electron').ClientRequestConstructorOptions | string} options
 */
function request(options) {
  needReady('net.request');
  if (typeof options === 'string') throw new Error('[stand-in] net.request takes options');
  return new ClientRequest(options);
}

module.exports = { request };
