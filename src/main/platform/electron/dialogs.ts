import { app, dialog } from 'electron';
import type { Words } from '../../../shared/words/en';
import type { Dialogs } from '../app-ports';

/**
 * The system's dialogs.
 *
 * @param during runs a dialog so that the panel stays meanwhile
 */
export function electronDialogs(
  words: () => Words['dialogs'],
  during: <T>(open: () => Promise<T>) => Promise<T>,
): Dialogs {
  return {
    openConf: () =>
      during(async () => {
        app.focus({ steal: true });
        const { importTitle, open } = words();
        const { filePaths } = await dialog.showOpenDialog({
          title: importTitle,
          message: importTitle,
          buttonLabel: open,
          properties: ['openFile', 'showHiddenFiles'],
        });
        return filePaths[0];
      }),
    saveConf: () =>
      during(async () => {
        app.focus({ steal: true });
        const { exportTitle, save } = words();
        const { filePath } = await dialog.showSaveDialog({
          title: exportTitle,
          message: exportTitle,
          buttonLabel: save,
          defaultPath: 'cntlm.conf',
        });
        return filePath === '' ? undefined : filePath;
      }),
    quitAnyway: () =>
      during(async () => {
        app.focus({ steal: true });
        const { settingsNotBack, settingsNotBackDetail, quitAnyway, stay } = words();
        const { response } = await dialog.showMessageBox({
          type: 'warning',
          message: settingsNotBack,
          detail: settingsNotBackDetail,
          buttons: [stay, quitAnyway],
          defaultId: 0,
          cancelId: 0,
        });
        return response === 1;
      }),
  };
}
