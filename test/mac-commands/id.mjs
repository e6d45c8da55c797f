#!/usr/bin/env node
/** Stands in for macOS's /usr/bin/id, for `id -Gn`: the groups of the user in LATCHKEY_MAC_STATE. */
import { finish, logCall, readMac } from './mac-state.mjs';

const args = process.argv.slice(2);
logCall('id', args);
if (args.join(' ') === '-Gn') {
  const groups = ['staff', 'everyone', 'localaccounts', ...(readMac().user === 'standard' ? [] : ['admin'])];
  finish({ stdout: `${groups.join(' ')}\n`, stderr: '', exitCode: 0 });
} else {
  finish({ stdout: '', stderr: 'usage: id [user]\n', exitCode: 1 });
}
