/**
 * The Mac that the emulated commands share, for Node: a folder that LATCHKEY_MAC_STATE names, whose files are read one after
 * the other. NUMBER.whole is a Mac as it was written from outside, and takes the place of what is before it; NUMBER is a
 * change. They are never changed themselves and come as a whole, so that whoever reads needs no lock, and a command that is
 * killed leaves none.
 *
 * Their lines are words of the shell: mac-state.sh reads them by running them.
 */
import { linkSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The name of the first file: numbers of one length are in their order by name as well. */
const firstNumber = 1_000_000;
const wholeEnding = '.whole';
/** How the lines of the state call the proxies of a service. */
const proxyKinds = { web: 'web', secure_web: 'secureWeb', socks: 'socks' };

function quote(text) {
  return `'${String(text).replaceAll("'", String.raw`'\''`)}'`;
}

/** Lines of words, as mac-state.sh quotes them. What a line lacks that is just being written, is left out. */
export function parseLines(text) {
  const lines = [];
  let words = [];
  for (const [token] of text.matchAll(/\n|(?:'[^']*'|\\'|[^\s'\\])+/g)) {
    if (token === '\n') {
      lines.push(words);
      words = [];
    } else {
      words.push(token.replaceAll(/'([^']*)'|\\'/g, (part, inside) => inside ?? "'"));
    }
  }
  return lines;
}

const onOff = (isOn) => (isOn ? 'on' : 'off');
const yesNo = (is) => (is ? 'yes' : 'no');

/** The lines that set these fields of a service. */
function serviceLines(service, fields) {
  const { name } = service;
  const lines = [];
  if (['isEnabled', 'port', 'device', 'refuses', 'ignores'].some((field) => field in fields)) {
    const writes = service.refuses ? 'refuses' : service.ignores ? 'ignores' : 'takes';
    lines.push(['service', name, yesNo(service.isEnabled), service.port, service.device, writes]);
  }
  for (const [kind, field] of Object.entries(proxyKinds)) {
    if (!(field in fields)) continue;
    const { isOn, host, port, isAuthenticated } = service[field];
    lines.push(['proxy', kind, name, onOff(isOn), host, port, yesNo(isAuthenticated)]);
  }
  if ('pac' in fields) lines.push(['pac', name, onOff(service.pac.isOn), service.pac.url]);
  if ('isAutoDiscovering' in fields) lines.push(['discovery', name, onOff(service.isAutoDiscovering)]);
  if ('bypass' in fields) lines.push(['bypass', name, ...service.bypass]);
  return lines;
}

function quirks({
  user,
  asksAdministrators,
  security,
  powerMode,
  pmset,
  launchd,
  dialog,
  networksetup = {},
  store = {},
}) {
  const inForce = store['State:/Network/Global/Proxies'];
  return {
    user,
    asks_administrators: yesNo(asksAdministrators),
    security_hangs: yesNo(security?.hangs),
    keychain: security?.keychain ?? 'open',
    power_mode: powerMode ?? 'usual',
    pmset: pmset ?? 'answers',
    has_desktop: yesNo(launchd?.hasDesktop ?? true),
    job_ends: launchd?.jobEnds === undefined ? '' : String(launchd.jobEnds),
    slow_bootout: String(launchd?.slowBootout ?? 0),
    bootstrap_fails: yesNo(launchd?.bootstrapFails),
    dialog: dialog ?? 'yields',
    error_stream: networksetup.errorStream ?? 'stdout',
    exits_zero: yesNo(networksetup.exitsZero),
    prelude: networksetup.prelude ?? '',
    hangs_on: (networksetup.hangsOn ?? []).join(' '),
    empty_server: networksetup.emptyServer ?? '',
    keeps_server: yesNo(networksetup.keepsServer),
    is_in_sandbox: yesNo(networksetup.isInSandbox),
    in_force: inForce === undefined ? '' : formatValue(inForce),
  };
}

const namesIn = (folder) =>
  readdirSync(folder)
    .filter((name) => /^\d/.test(name))
    .toSorted();

/** The name of the last change: another one when the Mac is another one. */
export function lastChange(folder) {
  return namesIn(folder).at(-1) ?? '';
}

/** Adds a file with these lines, behind all that are there. */
function add(folder, lines, ending = '') {
  const draft = join(folder, `.draft-node-${process.pid}`);
  writeFileSync(draft, lines.map((words) => `${words.map(quote).join(' ')}\n`).join(''));
  try {
    for (;;) {
      const last = lastChange(folder);
      const number = last === '' ? firstNumber : Number.parseInt(last, 10) + 1;
      try {
        linkSync(draft, join(folder, `${number}${ending}`));
        return;
      } catch (error) {
        if (error.code !== 'EEXIST') throw error;
      }
    }
  } finally {
    unlinkSync(draft);
  }
}

/** Puts another Mac in the place of the one that is there, if any. */
export function writeMac(folder, mac) {
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(quirks(mac)).map(([key, value]) => ['quirk', key, value]);
  const services = mac.services.flatMap((service) => serviceLines(service, service));
  add(folder, [['whole', JSON.stringify(mac)], ...lines, ...services], wholeEnding);
}

/** Changes a service; what is changed at the same time stays as well. */
export function changeService(folder, name, changes) {
  const service = readMac(folder).services.find((each) => each.name === name);
  if (service === undefined) throw new Error(`there is no ${name}`);
  const changed = { ...service, ...changes };
  add(folder, [['changed', name, JSON.stringify(changes)], ...serviceLines(changed, changes)]);
}

/** Reads the Mac. */
export function readMac(folder) {
  const names = namesIn(folder);
  const start = names.findLastIndex((name) => name.endsWith(wholeEnding));
  const text = names.slice(start).map((name) => readFileSync(join(folder, name), 'utf8'));
  let mac = { services: [] };
  for (const words of parseLines(text.join(''))) mac = applyLine(mac, words);
  return mac;
}

function applyLine(mac, [what, ...words]) {
  const set = (name, changes) => ({
    ...mac,
    services: mac.services.map((each) => (each.name === name ? { ...each, ...changes(each) } : each)),
  });
  switch (what) {
    case 'whole':
      return JSON.parse(words[0]);
    case 'changed':
      return set(words[0], () => JSON.parse(words[1]));
    case 'proxy': {
      const [kind, name, state, host, port, authenticated] = words;
      const proxy = {
        isOn: state === 'on',
        host,
        port: Number(port),
        isAuthenticated: authenticated === 'yes',
      };
      return set(name, () => ({ [proxyKinds[kind]]: proxy }));
    }
    case 'state': {
      const [kind, name, state] = words;
      const field = proxyKinds[kind] ?? kind;
      return set(name, (service) => ({ [field]: { ...service[field], isOn: state === 'on' } }));
    }
    case 'pac':
      return set(words[0], () => ({ pac: { isOn: words[1] === 'on', url: words[2] } }));
    case 'discovery':
      return set(words[0], () => ({ isAutoDiscovering: words[1] === 'on' }));
    case 'bypass':
      return set(words[0], () => ({ bypass: words.slice(1) }));
    default:
      return mac;
  }
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
