import type { ConfMatter } from '../../conf-remark';
import { assertNever } from '../../problem';

const hashDigits = '32 hexadecimal digits';

/** Whether the value of this keyword stands for the password of the account. */
export function isSecret(keyword: string): boolean {
  return /^pass/i.test(keyword);
}

/** What is said about a line of a cntlm.conf: words that follow its place, without a full stop. */
export function confRemark(matter: ConfMatter): string {
  switch (matter.kind) {
    case 'byte-order-mark':
      return 'the byte order mark is ignored here; cntlm would not read this line';
    case 'line-too-long':
      return `the line is longer than ${matter.limit} bytes; cntlm would cut it there`;
    case 'no-keyword':
      return 'the line does not begin with a keyword of cntlm and is ignored';
    case 'equals-sign':
      return 'the equals sign is not part of the syntax and is left out; put a value that begins with one in quotation marks';
    case 'open-quotation-mark':
      return 'the quotation mark is never closed: the line is ignored';
    case 'comment-in-word':
      return 'what follows the number sign is a comment; put the value in quotation marks if it belongs to it';
    case 'semicolon-kept':
      return 'a semicolon does not begin a comment here and belongs to the value';
    case 'semicolon-left-out':
      return `what follows the semicolon does not belong to ${matter.keyword} and is left out; a comment begins with a number sign`;
    case 'no-line-break':
      return 'cntlm itself ignores this line, as it does not end with a line break';
    case 'not-needed':
      return `${matter.keyword} is not needed for NTLMv2 and is ignored`;
    case 'not-supported':
      return `${matter.keyword} is not supported by this version of Latchkey and is ignored`;
    case 'given-before':
      return `${matter.keyword} was given in line ${matter.firstLine} already; that one counts`;
    case 'read-as-utf8':
      return `${matter.keyword} is read as UTF-8; cntlm itself would take it for Latin-1`;
    case 'not-filled-in':
      return `${matter.keyword} was never filled in: this is the text of a template; ${
        isSecret(matter.keyword) ? 'type your password in instead' : 'put your own value there'
      }`;
    case 'hash-characters':
      return `${matter.keyword} must be ${hashDigits}, but other characters are in it`;
    case 'hash-length':
      return `${matter.keyword} must be ${hashDigits}, not ${matter.length}`;
    case 'hash-sample':
      return `${matter.keyword} is the sample that cntlm ships, not your hash`;
    case 'other-hash-counts':
      return `${matter.keyword} cannot be used and is ignored: ${matter.used} is enough`;
    case 'hash-beyond-ascii':
      return 'cntlm hashes a name with letters beyond ASCII differently; if this hash is refused, make it anew';
    case 'hash-beside-password':
      return `${matter.keyword} is ignored, as Password is given`;
    case 'hashes-differ':
      return 'PassNT and PassNTLMv2 do not belong together for this Username and Domain; PassNTLMv2 is used';
    case 'hash-of-another':
      return `${matter.keyword} was made for the Username and Domain of this file, and is of no use to another account`;
    case 'no-credential':
      return 'no password and no hash is in it';
    case 'no-username':
      return 'there is no Username: whose account it is must be said elsewhere';
    case 'no-proxy':
      return 'there is no Proxy; add the line “Proxy HOST:PORT” of your company proxy';
    case 'no-proxy-beside-pac':
      return 'there is no Proxy: of the company proxies of the PAC only those get the sign-in to which you agree';
    case 'bad-pac':
      return `${matter.keyword} must be the whole path of a file, beginning with a slash, or a URL`;
    case 'network-in-no-proxy':
      return 'NoProxy compares names, not networks: a pattern with a slash never matches';
    case 'dot-in-no-proxy':
      return 'NoProxy compares the whole name: write *.example for the hosts below, not .example';
    case 'rule-in-no-proxy':
      return 'NoProxy has patterns of names alone: ports, ranges and <local> never match';
    case 'semicolon-in-no-proxy':
      return 'NoProxy is separated by commas or blanks: with a semicolon this is one pattern, which never matches';
    case 'case-in-no-proxy':
      return 'NoProxy is compared without regard to case; for cntlm capital letters match capital letters alone';
    case 'proxy-scheme':
      return 'Proxy takes host:port; http:// is left out';
    case 'bad-proxy':
      return 'Proxy must be host:port with a port from 1 to 65535, without https:// and without a password';
    case 'bad-listen':
      return `${matter.keyword} must be [address:]port with a port from 1 to 65535`;
    case 'blank-for-colon':
      return `${matter.keyword} needs a colon, not a blank, between address and port`;
    case 'bad-access':
      return `${matter.keyword} must be an IPv4 address or a host name with an optional /0 to /32, or * for everybody`;
    case 'bits-beyond':
      return `${matter.keyword} has bits beyond its /${matter.prefixLength}; the whole network is meant`;
    case 'auth-other':
      return `Auth ${matter.auth} is weaker or not carried out here: ${matter.used} is used instead, until you choose another method yourself (Sign-in in Preferences, or --sign-in)`;
    case 'auth-unknown':
      return 'the value of Auth is unknown; write “Auth NTLMv2”';
    case 'gateway-off':
      return `${matter.keyword} is off: only “yes” turns it on`;
    case 'workstation-long':
      return `Workstation is longer than the ${matter.limit} characters that Windows allows; it is sent as it stands`;
    case 'workstation-cut':
      return `Workstation is cut after ${matter.limit} characters, as by cntlm`;
    case 'access-ipv6':
      return `${matter.keyword} names an IPv6 address, which cntlm itself does not understand`;
    case 'rules-for-this-machine':
      return 'Allow and Deny concern the programs of this computer alone: Gateway is off, and every Listen is for this computer';
    case 'denies-this-machine':
      return 'this rule refuses the programs of this computer, too; put “Allow 127.0.0.1” before it';
    case 'bad-tunnel':
      return 'Tunnel must be [address:]port:host:port with ports from 1 to 65535';
    case 'bad-header':
      return 'Header must be “Name: value”';
    case 'header-reserved':
      return 'Header is ignored: this one is between Latchkey and the next proxy, and never a user’s';
    case 'bad-socks-user':
      return `${matter.keyword} must be user:password, together at most 255 bytes`;
    case 'socks-user-singular':
      return 'SOCKS5User counts here; cntlm itself reads SOCKS5Users alone, and its SOCKS port is open to everybody with this line';
    case 'listens-here-too':
      return 'this Mac’s own programs need 127.0.0.1, which is listened on as well';
    case 'value-unusable':
      return 'a value in it cannot be used';
    default:
      return assertNever(matter);
  }
}
