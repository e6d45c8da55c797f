import { app, dialog } from 'electron';
import { wordsFor } from '../../shared/words/words-for';
import type { Language } from '../../shared/state';

/**
 * Whether a program runs where it cannot stay: from a disk image, or from where macOS shows a copy of what was just
 * downloaded (translocation). Any other folder was chosen by somebody.
 */
export function isPassingPlace(path: string): boolean {
  return path.startsWith('/Volumes/') || path.includes('/AppTranslocation/');
}

/**
 * Started from a disk image, Latchkey could neither open at login nor stay when the image is ejected: it offers to move.
 * When it cannot be moved it goes on where it is, and `report` is told why.
 *
 * @returns whether the app is about to be started again from there
 */
export async function offerToMove(language: Language, report: (message: string) => void): Promise<boolean> {
  if (!app.isPackaged || app.isInApplicationsFolder() || !isPassingPlace(app.getPath('exe'))) return false;
  const { dialogs } = wordsFor(language);
  // Without a Dock icon nothing brings the question to the front.
  app.focus({ steal: true });
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: dialogs.moveToApplications,
    detail: dialogs.moveToApplicationsDetail,
    buttons: [dialogs.move, dialogs.notNow],
    defaultId: 0,
    cancelId: 1,
  });
  if (response !== 0) return false;
  try {
    return app.moveToApplicationsFolder();
  } catch (error) {
    report(`Latchkey cannot be moved: ${error instanceof Error ? error.message : ''}`);
    return false;
  }
}
