import { powerMonitor, systemPreferences } from 'electron';
import type { BatterySaver } from '../ports';

/** What macOS posts when Low Power Mode is switched. */
const powerStateChanged = 'NSProcessInfoPowerStateDidChangeNotification';

/** Has it looked at again as soon as Electron hears that it may have changed. */
export function electronBatterySaver(saver: BatterySaver, platform: NodeJS.Platform): BatterySaver {
  const look = (): void => saver.look();
  // Low Power Mode may be on while the Mac runs on battery only.
  powerMonitor.on('on-battery', look).on('on-ac', look);
  const subscription =
    platform === 'darwin' ? systemPreferences.subscribeLocalNotification(powerStateChanged, look) : undefined;
  return {
    isOn: () => saver.isOn(),
    look,
    close: () => {
      powerMonitor.off('on-battery', look).off('on-ac', look);
      if (subscription !== undefined) systemPreferences.unsubscribeLocalNotification(subscription);
      return saver.close();
    },
  };
}
