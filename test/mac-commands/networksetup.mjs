#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/sbin/networksetup: its listings, the getters and setters of proxies, its texts and its exit
 * codes, on the Mac of LATCHKEY_MAC_STATE. README.md says how that Mac is made to misbehave.
 */
import { changeMac, hang, logCall, pause, readMac } from './mac-state.mjs';

const [option = '', name = '', ...operands] = process.argv.slice(2);
const invalid = '** Error: The parameters were not valid.';

class Failure extends Error {
  constructor(message, exitCode) {
    super(message);
    this.exitCode = exitCode;
  }
}

function refuse(text = invalid) {
  throw new Failure(text, 4);
}

function findService(mac) {
  const service = mac.services.find((each) => each.name === name);
  if (service !== undefined) return service;
  return refuse(
    option === '-getautoproxyurl'
      ? `\n${invalid}`
      : `${name} is not a recognized network service.\n${invalid}`,
  );
}

const legend = 'An asterisk (*) denotes that a network service is disabled.\n';

function listServices({ services }) {
  return legend + services.map((each) => `${each.isEnabled ? '' : '*'}${each.name}\n`).join('');
}

function listOrder({ services }) {
  const blocks = services.map(
    (each, index) =>
      `(${each.isEnabled ? index + 1 : '*'}) ${each.name}\n(Hardware Port: ${each.port}, Device: ${each.device})\n`,
  );
  return legend + blocks.join('\n');
}

function listPorts({ services }) {
  const blocks = services
    .filter(({ device }) => device !== '')
    .map(
      ({ port, device }) =>
        `\nHardware Port: ${port}\nDevice: ${device}\nEthernet Address: 02:00:00:00:00:01\n`,
    );
  return `${blocks.join('')}\nVLAN Configurations\n===================\n`;
}

function describeEndpoint({ isOn, host, port, isAuthenticated }, mac) {
  const server = host === '' ? (mac.networksetup?.emptyServer ?? '') : host;
  return `Enabled: ${isOn ? 'Yes' : 'No'}\nServer: ${server}\nPort: ${port}\nAuthenticated Proxy Enabled: ${isAuthenticated ? 1 : 0}\n`;
}

function describeBypass({ bypass }) {
  if (bypass.length === 0) return `There aren't any bypass domains set on ${name}.\n`;
  return bypass.map((entry) => `${entry}\n`).join('');
}

const getters = {
  '-version': () => 'networksetup, Version 1.8.4\nCopyright 2002-2020 Apple Inc. All rights reserved. \n',
  '-listallnetworkservices': listServices,
  '-listnetworkserviceorder': listOrder,
  '-listallhardwareports': listPorts,
  '-getnetworkserviceenabled': (mac) => `${findService(mac).isEnabled ? 'Enabled' : 'Disabled'}\n`,
  '-getwebproxy': (mac) => describeEndpoint(findService(mac).web, mac),
  '-getsecurewebproxy': (mac) => describeEndpoint(findService(mac).secureWeb, mac),
  '-getsocksfirewallproxy': (mac) => describeEndpoint(findService(mac).socks, mac),
  '-getautoproxyurl': (mac) => {
    const { url, isOn } = findService(mac).pac;
    return `URL: ${url === '' ? '(null)' : url}\nEnabled: ${isOn ? 'Yes' : 'No'}\n`;
  },
  '-getproxyautodiscovery': (mac) =>
    `Auto Proxy Discovery: ${findService(mac).isAutoDiscovering ? 'On' : 'Off'}\n`,
  '-getproxybypassdomains': (mac) => describeBypass(findService(mac)),
};

function onOrOff(text) {
  if (text !== 'on' && text !== 'off') refuse();
  return text === 'on';
}

/** Turns the proxy on, as networksetup does. */
function setEndpoint(service, key, mac) {
  const [host, portText, authenticated = 'off'] = operands;
  if (host === undefined || !/^\d{0,5}$/.test(portText ?? '-')) refuse();
  const isAuthenticated = onOrOff(authenticated);
  if (host === '' && mac.networksetup?.keepsServer === true) {
    service[key] = { ...service[key], isOn: true };
    return;
  }
  service[key] = { isOn: true, host, port: Number(portText), isAuthenticated };
}

function setState(service, key) {
  service[key] = { ...service[key], isOn: onOrOff(operands[0]) };
}

const setters = {
  '-setwebproxy': (service, mac) => setEndpoint(service, 'web', mac),
  '-setsecurewebproxy': (service, mac) => setEndpoint(service, 'secureWeb', mac),
  '-setsocksfirewallproxy': (service, mac) => setEndpoint(service, 'socks', mac),
  '-setwebproxystate': (service) => setState(service, 'web'),
  '-setsecurewebproxystate': (service) => setState(service, 'secureWeb'),
  '-setsocksfirewallproxystate': (service) => setState(service, 'socks'),
  '-setautoproxyurl': (service) => {
    if (operands[0] === undefined) refuse();
    service.pac = { url: operands[0], isOn: true };
  },
  '-setautoproxystate': (service) => setState(service, 'pac'),
  '-setproxyautodiscovery': (service) => {
    service.isAutoDiscovering = onOrOff(operands[0]);
  },
  '-setproxybypassdomains': (service) => {
    if (operands.length === 0) refuse();
    service.bypass = operands.length === 1 && operands[0] === 'Empty' ? [] : operands;
  },
};

function carryOut() {
  const mac = readMac();
  const behaviour = mac.networksetup ?? {};
  pause(behaviour.slowMs ?? 0);
  if (behaviour.hangsOn?.includes(option) === true) hang();
  // Only a setter that is logged has been called by Latchkey to change something.
  logCall('networksetup', process.argv.slice(2));
  if (behaviour.isInSandbox === true) {
    process.stdout.write('AuthorizationCreate() failed: -60008\n');
    return 0;
  }
  process.stdout.write(behaviour.prelude ?? '');
  try {
    const getter = getters[option];
    if (getter !== undefined) {
      process.stdout.write(getter(mac));
      return 0;
    }
    const setter = setters[option];
    if (setter === undefined) refuse();
    if (mac.user === 'standard' && process.env.LATCHKEY_MAC_ROOT !== '1') {
      throw new Failure('** Error: Command requires admin privileges.', 14);
    }
    changeMac((current) => {
      const service = findService(current);
      if (service.refuses === true) refuse();
      if (service.ignores !== true) setter(service, current);
    });
    return 0;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const stream = behaviour.errorStream === 'stderr' ? process.stderr : process.stdout;
    stream.write(`${error.message}\n`);
    return behaviour.exitsZero === true ? 0 : error.exitCode;
  }
}

process.exitCode = carryOut();
