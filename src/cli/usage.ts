/** What `latchkey --help` prints. */
export const usage = `Latchkey signs in to the company proxy (NTLM), so that no other program has to.

  latchkey run --config FILE [--port N] [--hash-format auto|plain|inverted] [--verbose]
      The local proxy. FILE is a cntlm.conf as it stands; --port takes the place of its Listen lines.
      --hash-format: how PassNT and PassNTLMv2 in FILE are written; cntlm up to 0.92.3 inverts every bit.
      auto (the default) finds out, at the cost of at most one logon for each way, and remembers.
  latchkey run --demo [--port N] [--once]
      The local proxy in front of a company proxy of its own, and two pages fetched through them.
  latchkey hash --domain D --user U [--inverted | --save]
      Asks for the password and prints the PassNTLMv2 line; --inverted: as cntlm 0.92.3 reads it.
      --save: stores the hash in the Keychain, where \`run\` and \`check\` find it when FILE has none.
  latchkey check --config FILE [--hash-format ...] [--dry-run] [URL]
      The doctor: name, port, schemes, challenge, one logon, one page. --dry-run: no logon.
  latchkey --version

Exit codes: 0 done, 1 failed, 2 a mistake in the options or in FILE, 3 the port is in use.`;
