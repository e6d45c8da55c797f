import { app } from 'electron';
import { messageOf } from '../../shared/error-text';
import { wordsFor } from '../../shared/words/words-for';
import type { Language } from '../../shared/state';
import type { AppFocus } from './app-focus';
import { askInFront } from './ask-in-front';

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
export async function offerToMove(
  language: Language,
  focus: AppFocus,
  report: (message: string) => void,
): Promise<boolean> {
  if (!app.isPackaged || app.isInApplicationsFolder() || !isPassingPlace(app.getPath('exe'))) return false;
  const { dialogs } = wordsFor(language);
  const question = {
    message: dialogs.moveToApplications,
    detail: dialogs.moveToApplicationsDetail,
    yes: dialogs.move,
    no: dialogs.notNow,
  };
  if (!(await askInFront(question, focus))) return false;
  try {
    return app.moveToApplicationsFolder();
  } catch (error) {
    report(`Latchkey cannot be moved: ${messageOf(error)}`);
    return false;
  }
}
