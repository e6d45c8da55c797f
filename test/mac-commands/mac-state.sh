# The Mac that the emulated commands share, for /bin/sh: they source this file. LATCHKEY_MAC_STATE names a folder;
# mac-state.mjs says what is in it. Nothing is started but `ln` and `rm` when something is changed: these commands are
# called hundreds of times in a test.

if [ -z "${LATCHKEY_MAC_STATE-}" ]; then
  echo 'LATCHKEY_MAC_STATE must name the folder with the state of the Mac' >&2
  exit 1
fi
newline='
'

# What the lines of the state say, of all services and of the one that is called $wanted.
whole() {
  user=admin asks_administrators=no security_hangs=no keychain=open dialog=yields power_mode=usual pmset=answers
  has_desktop=yes job_ends='' slow_bootout=0 bootstrap_fails=no
  error_stream=stdout exits_zero=no prelude='' hangs_on='' empty_server='' keeps_server=no is_in_sandbox=no in_force=''
  count=0
  is_known=no
  for kind in web secure_web socks; do eval "${kind}_state=off ${kind}_host='' ${kind}_port=0 ${kind}_authenticated=no"; done
  pac_state=off pac_url='' discovery=off
  bypass_count=0 bypass_text='' bypass_array=''
}
changed() { :; }
quirk() { eval "$1=\$2"; }
service() {
  index=0
  while [ "$index" -lt "$count" ]; do
    if eval "[ \"\$name_$index\" = \"\$1\" ]"; then break; fi
    index=$((index + 1))
  done
  if [ "$index" -eq "$count" ]; then count=$((count + 1)); fi
  eval "name_$index=\$1 enabled_$index=\$2 port_$index=\$3 device_$index=\$4"
  if [ "$1" = "$wanted" ]; then is_known=yes is_enabled=$2 writes=$5; fi
}
proxy() {
  if [ "$2" = "$wanted" ]; then eval "$1_state=\$3 $1_host=\$4 $1_port=\$5 $1_authenticated=\$6"; fi
}
pac() {
  if [ "$1" = "$wanted" ]; then pac_state=$2 pac_url=$3; fi
}
state() {
  if [ "$2" = "$wanted" ]; then eval "$1_state=\$3"; fi
}
discovery() {
  if [ "$1" = "$wanted" ]; then discovery=$2; fi
}
bypass() {
  if [ "$1" != "$wanted" ]; then return; fi
  shift
  bypass_count=0 bypass_text='' bypass_array=''
  for entry in "$@"; do
    bypass_text=$bypass_text$entry$newline
    bypass_array="$bypass_array    $bypass_count : $entry$newline"
    bypass_count=$((bypass_count + 1))
  done
}

# load_mac [SERVICE]: reads the state; this process is in its folder then.
load_mac() {
  wanted=${1-}
  cd "$LATCHKEY_MAC_STATE" || exit 1
  files='' last=
  for last in [0-9]*; do
    case $last in *.whole) files=$last ;; *) files="$files $last" ;; esac
  done
  for file in $files; do . "./$file"; done
}

# quote TEXT: as one word of the shell, in $quoted
quote() {
  rest=$1 quoted=
  while :; do
    case $rest in
      *\'*) quoted=$quoted${rest%%\'*}"'\\''" rest=${rest#*\'} ;;
      *) break ;;
    esac
  done
  quoted="'$quoted$rest'"
}

# quote_all WORD...: as a line that a shell reads back, in $line
quote_all() {
  line=
  for word in "$@"; do
    quote "$word"
    line="$line${line:+ }$quoted"
  done
}

# change_mac WORD...: adds a line to the state. It is there as a whole or not at all, whatever this process dies of, and
# commands that run at the same time are one behind the other.
change_mac() {
  quote_all "$@"
  number=${last%.whole}
  draft=.draft-$$-$number
  printf '%s\n' "$line" >"$draft"
  # Nobody else's name is taken.
  until number=$((number + 1)) && ln "$draft" "$number" 2>/dev/null; do
    if [ ! -e "$number" ]; then exit 1; fi
  done
  rm -f "$draft"
}

# log_call COMMAND ARGUMENT...: a line for tests that ask what was called
log_call() {
  quote_all "$@"
  printf '%s\n' "$line" >>"$LATCHKEY_MAC_STATE.calls"
  printf '%s\n' "${LC_ALL-}" >>"$LATCHKEY_MAC_STATE.locales"
}

# Does not answer; ends after some minutes all the same, or when nobody waits for it any more. What it starts has none of its
# streams: whoever kills it is not to wait for that.
hang() {
  tries=6000
  while [ "$tries" -gt 0 ] && kill -0 "$PPID" 2>/dev/null; do
    sleep 0.1 </dev/null >/dev/null 2>&1
    tries=$((tries - 1))
  done
  exit 71
}
