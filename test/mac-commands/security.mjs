#!/usr/bin/env node
/**
 * Stands in for macOS's /usr/bin/security, for the one question that Latchkey asks of it:
 *
 *     security authorizationdb read system.preferences.network
 *
 * The right is not shared where `asksAdministrators` of the Mac in LATCHKEY_MAC_STATE says so.
 */
import { finish, hang, logCall, readMac } from './mac-state.mjs';

const args = process.argv.slice(2);
logCall('security', args);
const { asksAdministrators = false, security = {} } = readMac();
if (security.hangs === true) await hang();

function rightText(isShared) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>allow-root</key>
	<true/>
	<key>authenticate-user</key>
	<true/>
	<key>class</key>
	<string>user</string>
	<key>group</key>
	<string>admin</string>
	<key>session-owner</key>
	<false/>
	<key>shared</key>
	<${isShared}/>
	<key>timeout</key>
	<integer>2147483647</integer>
</dict>
</plist>
`;
}

if (args.join(' ') === 'authorizationdb read system.preferences.network') {
  finish({ stdout: rightText(!asksAdministrators), stderr: 'YES (0)\n', exitCode: 0 });
} else if (args[0] === 'authorizationdb' && args[1] === 'read') {
  finish({ stdout: '', stderr: 'NO (-60005)\n', exitCode: 1 });
} else {
  finish({ stdout: '', stderr: `security: unknown command "${args[0] ?? ''}"\n`, exitCode: 1 });
}
