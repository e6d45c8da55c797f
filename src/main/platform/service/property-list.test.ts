import { describe, expect, it } from 'vitest';
import { propertyList } from './property-list';

describe('propertyList', () => {
  it('writes every kind of value, and text as text', () => {
    const text = propertyList({
      Label: 'a <b> & "c"',
      List: ['--config', '/x&y'],
      IsOn: true,
      Number: 30,
      Inside: { Off: false },
    });
    expect(text).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
	<key>Label</key>
	<string>a &lt;b&gt; &amp; "c"</string>
	<key>List</key>
	<array>
		<string>--config</string>
		<string>/x&amp;y</string>
	</array>
	<key>IsOn</key>
	<true/>
	<key>Number</key>
	<integer>30</integer>
	<key>Inside</key>
	<dict>
		<key>Off</key>
		<false/>
	</dict>
</dict>
</plist>
`);
  });
});
