/**
 * The Mac that networksetup.mjs, scutil.mjs and osascript.mjs share: a JSON file that LATCHKEY_MAC_STATE names. README.md
 * says what is in it.
 */
import {
  appendFileSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const longestHangMs = 60_000;

function statePath() {
  const path = process.env.LATCHKEY_MAC_STATE;
  if (!path) throw new Error('LATCHKEY_MAC_STATE must name the file with the state of the Mac');
  return path;
}

/** Whether this is the program that was started, and not imported: tests that need no process import it. */
export function isProgram(fileName) {
  return process.argv[1] !== undefined && basename(realpathSync(process.argv[1])) === fileName;
}

/** Writes what a command has printed, and ends with its exit code. */
export function finish({ stdout, stderr, exitCode }) {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = exitCode;
}

export function readMac() {
  return JSON.parse(readFileSync(statePath(), 'utf8'));
}

/** Changes the state as one step: two commands at a time do not lose each other's change. */
export async function changeMac(change) {
  const path = statePath();
  const lock = `${path}.lock`;
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      await delay(5);
    }
  }
  try {
    const mac = readMac();
    change(mac);
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, JSON.stringify(mac, undefined, 2));
    renameSync(draft, path);
  } finally {
    rmdirSync(lock);
  }
}

/** One line of JSON for each call in STATE.calls, for tests that ask what was called. */
export function logCall(command, args) {
  appendFileSync(`${statePath()}.calls`, `${JSON.stringify({ command, args })}\n`);
}

/** Does not answer; ends after a minute all the same, or when nobody waits for it any more. */
export async function hang() {
  const parent = process.ppid;
  const until = Date.now() + longestHangMs;
  while (Date.now() < until && process.ppid === parent) await delay(100);
  process.exit(71);
}

/** What `scutil --proxy` tells of a service when it is the primary one: what is off has no host and no port. */
function proxiesOf(service) {
  const { web, secureWeb, socks, pac, isAutoDiscovering, bypass } = service;
  const dictionary = {};
  if (bypass.length > 0) dictionary.ExceptionsList = bypass;
  dictionary.FTPPassive = 1;
  for (const [name, { isOn, host, port }, usualPort] of [
    ['HTTP', web, 80],
    ['HTTPS', secureWeb, 443],
    ['SOCKS', socks, 1080],
  ]) {
    if (!isOn || host === '') continue;
    dictionary[`${name}Enable`] = 1;
    dictionary[`${name}Port`] = port || usualPort;
    dictionary[`${name}Proxy`] = host;
  }
  if (pac.isOn) {
    dictionary.ProxyAutoConfigEnable = 1;
    dictionary.ProxyAutoConfigURLString = pac.url;
  }
  if (isAutoDiscovering) dictionary.ProxyAutoDiscoveryEnable = 1;
  return Object.fromEntries(Object.entries(dictionary).toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The dynamic store of such a Mac; what `store` holds takes precedence, as with a VPN or a profile. */
export function storeOf(mac) {
  const store = {};
  const primary = mac.services.find(({ isEnabled, device }) => isEnabled && device !== '');
  for (const [index, service] of mac.services.entries()) {
    const id = `00000000-0000-0000-0000-${String(index).padStart(12, '0')}`;
    store[`Setup:/Network/Service/${id}`] = { UserDefinedName: service.name };
    store[`Setup:/Network/Service/${id}/Proxies`] = proxiesOf(service);
    if (service === primary) {
      store['State:/Network/Global/IPv4'] = { PrimaryInterface: service.device, PrimaryService: id };
      store['State:/Network/Global/Proxies'] = proxiesOf(service);
    }
  }
  return { ...store, ...mac.store };
}

/** As scutil prints a value of the dynamic store. */
export function formatValue(value, depth = 0) {
  if (typeof value !== 'object') return String(value);
  const indent = '  '.repeat(depth + 1);
  const entries = Object.entries(value).map(
    ([key, item]) => `${indent}${key} : ${formatValue(item, depth + 1)}\n`,
  );
  return `<${Array.isArray(value) ? 'array' : 'dictionary'}> {\n${entries.join('')}${'  '.repeat(depth)}}`;
}

/** What `scutil --proxy` says, without the end of its line. */
export function describeProxies(store) {
  const proxies = store['State:/Network/Global/Proxies'];
  return proxies === undefined ? 'No proxy configuration available' : formatValue(proxies);
}
