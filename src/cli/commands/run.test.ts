import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CommandFixture } from '../../../test/command-fixture';
import { SettingsFile } from '../../main/platform/files/settings-file';
import { defaultAppSettings } from '../../shared/app-settings';

let fixture: CommandFixture;

beforeEach(async () => {
  fixture = await CommandFixture.create();
});

afterEach(async () => {
  vi.restoreAllMocks();
  await fixture.remove();
});

describe('latchkey run that cannot start', () => {
  it('closes the settings that it has opened', async () => {
    const account = { domain: 'CORP', user: 'nobody-of-this-test' };
    const upstreams = [{ host: '127.0.0.1', port: 9 }];
    const settings = { ...defaultAppSettings, account, upstreams };
    await writeFile(join(fixture.folder, 'settings.json'), JSON.stringify(settings));
    const close = vi.spyOn(SettingsFile.prototype, 'close');
    // Nobody is at this terminal to be asked for the password that no Keychain has.
    expect((await fixture.run(['run'])).error).toMatch(/no hash/);
    expect(close).toHaveBeenCalledTimes(1);
  });
});
