import { quoteForShell as quote } from '../macos/administrator-dialog';
import type { ProxyJournal } from './proxy-journal';
import { macLocale } from '../macos/mac-locale';
import type { ProxyEndpoint, ServiceRecord } from './service-proxies';

/** Where the files are that the script works with. */
export interface RestoreScriptPaths {
  readonly journal: string;
  /** See `takeDirectoryLock`. */
  readonly lock: string;
}

/** Whether a process runs and is the same one; what `process-identity.ts` does, for a shell. */
const aliveFunction = String.raw`started() { echo $(LC_ALL=C TZ=UTC0 /bin/ps -o lstart= -p "$1" 2>/dev/null); }
alive() { kill -0 "$1" 2>/dev/null && [ "$(started "$1")" = "$2" ]; }`;

/** Longer than any call takes that ends at all, and how many of the others are put up with. */
const looksAtACall = 10;
const lookEverySeconds = 2;
const mostHung = 3;

/** The rules of `restoreGoal` in service-proxies.ts, for a shell; whoever changes one changes both. */
const functions = String.raw`${aliveFunction}

# call ARGUMENT...: networksetup; which process it is stands beside the lock. Services may have umlauts in their names, and
# what starts from the Finder has no locale.
call() {
  /usr/bin/env ${Object.entries(macLocale)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')} "$networksetup" "$@" </dev/null 2>/dev/null &
  echo "$!" >"$lock/call"
  wait "$!"
  outcome=$?
  : >"$lock/call"
  return "$outcome"
}

# No limit for the whole: twenty services of a slow Mac take their time. A call that hangs is ended, and the rest goes on; of
# a Mac on which one after the other hangs nothing is to be had.
watch_calls() {
  last= looks=0 hung=0
  while kill -0 "$$"; do
    sleep ${lookEverySeconds}
    current=$(cat "$lock/call")
    if [ -z "$current" ] || [ "$current" != "$last" ]; then last=$current looks=0; continue; fi
    looks=$((looks + 1))
    if [ "$looks" -lt ${looksAtACall} ]; then continue; fi
    hung=$((hung + 1))
    kill -9 "$current"
    if [ "$hung" -ge ${mostHung} ]; then kill "$$"; fi
  done
}

change() {
  if [ "$pass" = look ]; then left=yes; else call "$@" >/dev/null; fi
}

# value KEY: its value in $now
value() {
  printf '%s\n' "$now" | while IFS= read -r line; do
    case $line in "$1: "*) line=${'$'}{line#"$1: "}; [ "$line" = '(null)' ] || printf '%s' "$line"; break ;; esac
  done
}

# look OPTION SERVICE: what networksetup says, in $now
look() {
  if now=$(call "$1" "$2"); then
    case $now in *'** Error'* | *'is not a recognized network service'* | *'AuthorizationCreate() failed'*) ;; *) return 0 ;; esac
  fi
  left=yes
  return 1
}

# endpoint OPTION SERVICE OURS_ON OURS_HOST OURS_PORT BEFORE_ON BEFORE_HOST BEFORE_PORT
endpoint() {
  look "-get$1" "$2" || return 0
  on=$(value Enabled) host=$(value Server) port=$(value Port)
  if [ "$on" = "$6" ] && [ "$host" = "$7" ] && [ "$port" = "$8" ]; then return 0; fi
  # An address that macOS keeps although it was cleared does no harm while it is off.
  if [ "$pass" = look ] && [ "$on$6" = NoNo ] && [ -z "$7" ]; then return 0; fi
  goal=
  if [ "$host $port" = "$4 $5" ]; then
    if [ "$on" = "$3" ] || [ "$phase" != on ]; then goal=$6
    elif [ "$4 $5" != "$7 $8" ]; then goal=No; fi
  elif [ "$host $port" = "$7 $8" ] && [ "$phase" != on ]; then goal=$6
  fi
  case $goal in Yes) state=on ;; No) state=off ;; *) return 0 ;; esac
  if [ "$host $port" = "$7 $8" ]; then change "-set$1state" "$2" "$state"; return 0; fi
  change "-set$1" "$2" "$7" "$8" off
  if [ "$state" = off ]; then change "-set$1state" "$2" off; fi
}

# pac SERVICE OURS_ON OURS_URL BEFORE_ON BEFORE_URL
pac() {
  look -getautoproxyurl "$1" || return 0
  on=$(value Enabled) url=$(value URL)
  if [ "$on" = "$4" ] && [ "$url" = "$5" ]; then return 0; fi
  if [ "$pass" = look ] && [ "$on$4" = NoNo ] && [ -z "$5" ]; then return 0; fi
  goal=
  if [ "$url" = "$3" ]; then
    if [ "$on" = "$2" ] || [ "$phase" != on ]; then goal=$4
    elif [ "$3" != "$5" ]; then goal=No; fi
  elif [ "$url" = "$5" ] && [ "$phase" != on ]; then goal=$4
  fi
  case $goal in Yes) state=on ;; No) state=off ;; *) return 0 ;; esac
  if [ "$url" != "$5" ]; then change -setautoproxyurl "$1" "$5"; fi
  change -setautoproxystate "$1" "$state"
}

# discovery SERVICE OURS BEFORE
discovery() {
  look -getproxyautodiscovery "$1" || return 0
  if [ "$2" = "$3" ] || [ "$(value 'Auto Proxy Discovery')" != "$2" ]; then return 0; fi
  case $3 in On) change -setproxyautodiscovery "$1" on ;; *) change -setproxyautodiscovery "$1" off ;; esac
}

# bypass SERVICE OURS BEFORE [ENTRY OF BEFORE...]: lists with one entry a line
bypass() {
  look -getproxybypassdomains "$1" || return 0
  case $now in "There aren't any "*) now= ;; esac
  if [ "$now" = "$3" ]; then return 0; fi
  # Somebody else has changed it: Latchkey itself takes its entries out, the next time it starts.
  if [ "$now" != "$2" ]; then left=yes; return 0; fi
  service=$1
  shift 3
  if [ $# -eq 0 ]; then set -- Empty; fi
  change -setproxybypassdomains "$service" "$@"
}`;

const main = String.raw`# named: whether the lock says whose it is, in $holder and $began
named() {
  holder=$(cat "$lock/pid" 2>/dev/null) began=$(cat "$lock/start" 2>/dev/null)
  [ -n "$holder" ] && [ -n "$began" ]
}

stale() {
  if named; then ! alive "$holder" "$began"; else [ "$nameless" -gt 2 ]; fi
}

# The protocol of directory-lock.ts.
tries=0 nameless=0
until mkdir "$lock" 2>/dev/null; do
  if [ -e "$lock/start" ]; then nameless=0; else nameless=$((nameless + 1)); fi
  if stale && mkdir "$lock.break" 2>/dev/null; then
    if stale; then rm -rf "$lock"; fi
    rmdir "$lock.break"
    nameless=0
    continue
  fi
  tries=$((tries + 1))
  if [ "$tries" -eq 12 ]; then rmdir "$lock.break" 2>/dev/null; fi
  # Whoever lives and works on the settings may have as many services before it as this one.
  if [ "$tries" -gt 15 ] && ! { named && alive "$holder" "$began"; }; then exit 1; fi
  sleep 1
done
watcher=
trap '[ -z "$watcher" ] || kill "$watcher"; rm -rf "$lock"' EXIT
trap 'exit 1' HUP INT TERM
echo "$$" >"$lock/pid"
started "$$" >"$lock/start"

# Another journal has taken the place of the one that this belongs to, or everything is put back already.
case $(cat "$journal" 2>/dev/null) in
  *"\"id\": \"$id\""* | *"\"id\": \"$earlier\""*) ;;
  *) exit 0 ;;
esac

watch_calls </dev/null >/dev/null 2>&1 &
watcher=$!
pass=restore left=
settings
pass=look left= phase=cut
settings
if [ -n "$left" ]; then exit 1; fi
rm -f "$journal" "$0"`;

function endpointWords({ isOn, host, port }: ProxyEndpoint): string {
  return [isOn ? 'Yes' : 'No', quote(host), String(port)].join(' ');
}

function serviceLines({ name, earlier, written }: ServiceRecord): string[] {
  const service = quote(name);
  const onOff = (isOn: boolean): string => (isOn ? 'On' : 'Off');
  const yesNo = (isOn: boolean): string => (isOn ? 'Yes' : 'No');
  const list = (entries: readonly string[]): string => quote(entries.join('\n'));
  return [
    `  bypass ${[service, list(written.bypass), list(earlier.bypass), ...earlier.bypass.map(quote)].join(' ')}`,
    `  endpoint webproxy ${service} ${endpointWords(written.web)} ${endpointWords(earlier.web)}`,
    `  endpoint securewebproxy ${service} ${endpointWords(written.secureWeb)} ${endpointWords(earlier.secureWeb)}`,
    `  endpoint socksfirewallproxy ${service} ${endpointWords(written.socks)} ${endpointWords(earlier.socks)}`,
    `  pac ${service} ${yesNo(written.pac.isOn)} ${quote(written.pac.url)} ${yesNo(earlier.pac.isOn)} ${quote(earlier.pac.url)}`,
    `  discovery ${service} ${onOff(written.isAutoDiscovering)} ${onOff(earlier.isAutoDiscovering)}`,
  ];
}

/**
 * A script for /bin/sh that puts back what the journal says, and removes the journal and itself when nothing is left to
 * put back. It needs networksetup and the commands that every macOS has.
 *
 *     /bin/sh SCRIPT [NETWORKSETUP]
 *
 * @param earlierId that of a journal of this process, in whose place this one comes: the script does for both
 */
export function restoreScript(
  journal: ProxyJournal,
  paths: RestoreScriptPaths,
  earlierId = journal.id,
): string {
  return `#!/bin/sh
# Puts the Mac's proxy settings back as they were before Latchkey changed them. Latchkey keeps this file while they are
# changed; /bin/sh runs it if Latchkey is killed.
networksetup=\${1:-/usr/sbin/networksetup}
id=${quote(journal.id)} earlier=${quote(earlierId)}
phase=${quote(journal.phase)}
journal=${quote(paths.journal)}
lock=${quote(paths.lock)}

${functions}

settings() {
  :
${journal.services.flatMap(serviceLines).join('\n')}
}

${main}
`;
}

/**
 * Waits until Latchkey is gone, then runs the restore script. Latchkey holds the other end of its standard input, so that it
 * needs no clock to notice; then it makes sure by number and start of the process. `$1` to `$4`: those two, the script and
 * networksetup. The script itself ends what hangs.
 */
export const watchdogScript = String.raw`${aliveFunction}
while read -r line; do :; done
while alive "$1" "$2"; do
  [ -e "$3" ] || exit 0
  sleep 1
done
[ -e "$3" ] || exit 0
exec /bin/sh "$3" "$4"`;
