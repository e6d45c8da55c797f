/** What `latchkey --help` prints. */
export const usage = `Latchkey signs in to the company proxy (NTLM), so that no other program has to.

  latchkey run --config FILE [--port N] [--hash-format auto|plain|inverted] [--off-network direct|refuse]
               [--max-password-age DAYS [--password-set-on YYYY-MM-DD]] [--verbose]
               [--system-proxy [--fail-open | --local-direct]]
      The local proxy. FILE is a cntlm.conf as it stands; --port takes the place of its Listen lines.
      --hash-format: how PassNT and PassNTLMv2 in FILE are written; cntlm up to 0.92.3 inverts every bit.
      auto (the default) finds out, at the cost of at most one logon for each way, and remembers.
      --off-network: what is done with requests while no company proxy can be reached; default refuse.
      --max-password-age: reminds 7, 3 and 1 days before the password expires, by what you say of it.
      SIGHUP reads FILE again; the port and the open tunnels stay.
      --system-proxy: makes it the proxy of this Mac while it runs; everything is put back on every way out.
      --fail-open: through a PAC, so that the Mac goes direct if Latchkey is not there.
      --local-direct: the networks that this Mac is on are reached without it.
  latchkey run --demo [--port N] [--once]
      The local proxy in front of a company proxy of its own, and two pages fetched through them.

  latchkey status [--port N]
      How the running proxy is: company proxy, account, password, logons of today.
  latchkey credential set [--port N] [--url URL] [--set-on YYYY-MM-DD] [--again]
      Asks for the new password, has the running proxy try it with one logon, and puts it to use if it is
      accepted. --url: where it is tried; --set-on: the day it was changed, when that is not today;
      --again: also if it was refused before.
  latchkey credential retry [--port N] [--url URL]
      One more logon with the password that was refused.
  latchkey credential pause | resume [--port N]
      No logon while you are changing the password; open tunnels stay.
      --port: which proxy, when several are running.

  latchkey system-proxy on [--fail-open | --local-direct] | off | status [--port N]
      The same for the proxy that runs already.
  latchkey restore
      Puts the Mac's proxy settings back as they were before a Latchkey that was killed.
  latchkey env [--shell zsh|bash|fish] [--port N] [--off]
      The lines that send a terminal's programs to the local proxy: eval "$(latchkey env)", in fish
      latchkey env --shell fish | source. --off: the lines that take that back.
      The port is that of the running proxy, else that of the app's settings, else 3128.

  latchkey hash --domain D --user U [--inverted | --save]
      Asks for the password and prints the PassNTLMv2 line; --inverted: as cntlm 0.92.3 reads it.
      --save: stores the hash in the Keychain, where \`run\` and \`check\` find it when FILE has none.
  latchkey import FILE
      What is wrong in a cntlm.conf, line by line, and what of it set-up would take over. Changes nothing.
  latchkey export
      The settings of the app as a cntlm.conf, without a password or a hash.
  latchkey check --config FILE [--hash-format ...] [--dry-run] [URL]
      The doctor: name, port, schemes, challenge, one logon, one page. --dry-run: no logon.
  latchkey --version

Exit codes: 0 done, 1 failed, 2 a mistake in the options or in FILE, 3 the port is in use.`;
