#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/sbin/networksetup: its listings, the getters and setters of proxies, its texts and its exit
 * codes, on the Mac of LATCHKEY_MAC_STATE. README.md says how that Mac is made to misbehave.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { changeMac, finish, hang, isProgram, logCall, readMac } from './mac-state.mjs';

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

function findService(mac, { option, name }) {
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

function describeBypass({ name, bypass }) {
  if (bypass.length === 0) return `There aren't any bypass domains set on ${name}.\n`;
  return bypass.map((entry) => `${entry}\n`).join('');
}

const getters = {
  '-version': () => 'networksetup, Version 1.8.4\nCopyright 2002-2020 Apple Inc. All rights reserved. \n',
  '-listallnetworkservices': listServices,
  '-listnetworkserviceorder': listOrder,
  '-listallhardwareports': listPorts,
  '-getnetworkserviceenabled': (mac, call) =>
    `${findService(mac, call).isEnabled ? 'Enabled' : 'Disabled'}\n`,
  '-getwebproxy': (mac, call) => describeEndpoint(findService(mac, call).web, mac),
  '-getsecurewebproxy': (mac, call) => describeEndpoint(findService(mac, call).secureWeb, mac),
  '-getsocksfirewallproxy': (mac, call) => describeEndpoint(findService(mac, call).socks, mac),
  '-getautoproxyurl': (mac, call) => {
    const { url, isOn } = findService(mac, call).pac;
    return `URL: ${url === '' ? '(null)' : url}\nEnabled: ${isOn ? 'Yes' : 'No'}\n`;
  },
  '-getproxyautodiscovery': (mac, call) =>
    `Auto Proxy Discovery: ${findService(mac, call).isAutoDiscovering ? 'On' : 'Off'}\n`,
  '-getproxybypassdomains': (mac, call) => describeBypass(findService(mac, call)),
};

function onOrOff(text) {
  if (text !== 'on' && text !== 'off') refuse();
  return text === 'on';
}

/** Turns the proxy on, as networksetup does. */
function setEndpoint(service, key, { operands }, mac) {
  const [host, portText, authenticated = 'off'] = operands;
  if (host === undefined || !/^\d{0,5}$/.test(portText ?? '-')) refuse();
  const isAuthenticated = onOrOff(authenticated);
  if (host === '' && mac.networksetup?.keepsServer === true) {
    service[key] = { ...service[key], isOn: true };
    return;
  }
  service[key] = { isOn: true, host, port: Number(portText), isAuthenticated };
}

function setState(service, key, { operands }) {
  service[key] = { ...service[key], isOn: onOrOff(operands[0]) };
}

const setters = {
  '-setwebproxy': (service, call, mac) => setEndpoint(service, 'web', call, mac),
  '-setsecurewebproxy': (service, call, mac) => setEndpoint(service, 'secureWeb', call, mac),
  '-setsocksfirewallproxy': (service, call, mac) => setEndpoint(service, 'socks', call, mac),
  '-setwebproxystate': (service, call) => setState(service, 'web', call),
  '-setsecurewebproxystate': (service, call) => setState(service, 'secureWeb', call),
  '-setsocksfirewallproxystate': (service, call) => setState(service, 'socks', call),
  '-setautoproxyurl': (service, { operands }) => {
    if (operands[0] === undefined) refuse();
    service.pac = { isOn: true, url: operands[0] };
  },
  '-setautoproxystate': (service, call) => setState(service, 'pac', call),
  '-setproxyautodiscovery': (service, { operands }) => {
    service.isAutoDiscovering = onOrOff(operands[0]);
  },
  '-setproxybypassdomains': (service, { operands }) => {
    if (operands.length === 0) refuse();
    service.bypass = operands.length === 1 && operands[0] === 'Empty' ? [] : operands;
  },
};

/** Runs it. Resolves with what a process of it would print, and its exit code. */
export async function networksetup(args) {
  const [option = '', name = '', ...operands] = args;
  const call = { option, name, operands };
  const mac = readMac();
  const behaviour = mac.networksetup ?? {};
  if (behaviour.slowMs !== undefined) await delay(behaviour.slowMs);
  if (behaviour.hangsOn?.includes(option) === true) await hang();
  logCall('networksetup', args);
  if (behaviour.isInSandbox === true) {
    return { stdout: 'AuthorizationCreate() failed: -60008\n', stderr: '', exitCode: 0 };
  }
  const prelude = behaviour.prelude ?? '';
  try {
    const getter = getters[option];
    if (getter !== undefined) return { stdout: prelude + getter(mac, call), stderr: '', exitCode: 0 };
    const setter = setters[option];
    if (setter === undefined) refuse();
    const asks = mac.user === 'standard' || mac.asksAdministrators === true;
    if (asks && process.env.LATCHKEY_MAC_ROOT !== '1') {
      throw new Failure('** Error: Command requires admin privileges.', 14);
    }
    await changeMac((current) => {
      const service = findService(current, call);
      if (service.refuses === true) refuse();
      if (service.ignores !== true) setter(service, call, current);
    });
    return { stdout: prelude, stderr: '', exitCode: 0 };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `${error.message}\n`;
    const exitCode = behaviour.exitsZero === true ? 0 : error.exitCode;
    return behaviour.errorStream === 'stderr'
      ? { stdout: prelude, stderr: message, exitCode }
      : { stdout: prelude + message, stderr: '', exitCode };
  }
}

if (isProgram('networksetup.mjs')) finish(await networksetup(process.argv.slice(2)));
