import { Option } from '@commander-js/extra-typings';
import { signInMethods } from '../shared/settings';
import { addUpstream, parseName, parseOneOf, parsePort, parseUrlOf } from './option-values';

const hashFormats = ['auto', 'plain', 'inverted'] as const;

export const configOption = () => new Option('-c, --config <file>', 'a cntlm.conf as it stands');
export const portOption = (description: string) =>
  new Option('-p, --port <port>', description).argParser(parsePort);
export const whichOption = () => portOption('which proxy, when several are running');
export const hashFormatOption = () =>
  new Option(
    '--hash-format <format>',
    'how PassNT and PassNTLMv2 in the file are written: cntlm up to 0.92.3 inverts every bit; auto finds out, ' +
      'at the cost of at most one logon for each way, and remembers',
  )
    .choices(hashFormats)
    .argParser(parseOneOf('--hash-format', hashFormats))
    .default('auto' as const);
export const signInOption = (description: string) =>
  new Option('--sign-in <method>', description)
    .choices(signInMethods)
    .argParser(parseOneOf('--sign-in', signInMethods));
export const userOption = () =>
  new Option(
    '-u, --user <user>',
    'with --config: the name of the account, in place of its Username',
  ).argParser(parseName('--user'));
export const domainOption = () =>
  new Option('-d, --domain <domain>', 'with --config: its Windows domain, in place of its Domain');
export const agreeOption = () =>
  new Option(
    '--agree <address>',
    'with --config: a company proxy that the PAC names and that may get the sign-in, host:port or https://host:port; as often as needed',
  ).argParser(addUpstream);
export const urlOption = () =>
  new Option('--url <url>', 'the page that the logon is made for').argParser(parseUrlOf('--url'));
export const failOpenOption = () =>
  new Option('--fail-open', 'through a PAC, so that the Mac goes direct if Latchkey is not there');
export const localDirectOption = () =>
  new Option('--local-direct', 'the networks that this Mac is on are reached without it');
export const rulesDirectOption = () =>
  new Option(
    '--rules-direct',
    'what the no-proxy rules name is reached without it, as far as macOS can be told',
  );

export const jsonOption = () => new Option('--json', 'the same as JSON, for a program');
