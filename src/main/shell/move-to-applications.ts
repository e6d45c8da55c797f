import { app, dialog } from 'electron';
import { wordsFor } from '../../shared/words/words-for';
import type { Language } from '../../shared/state';

/**
 * Started from a disk image, Latchkey could neither open at login nor stay when the image is ejected: it offers to move.
 *
 * @returns whether the app is about to be started again from there
 */
export async function offerToMove(language: Language): Promise<boolean> {
  if (!app.isPackaged || app.isInApplicationsFolder()) return false;
  const { dialogs } = wordsFor(language);
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: dialogs.moveToApplications,
    detail: dialogs.moveToApplicationsDetail,
    buttons: [dialogs.move, dialogs.notNow],
    defaultId: 0,
    cancelId: 1,
  });
  return response === 0 && app.moveToApplicationsFolder();
}
