import { app, dialog } from 'electron';
import { messageOf, traceOf } from '../../shared/error-text';
import type { Words } from '../../shared/words/en';

export interface FailedStartOptions {
  /**
   * Puts this Mac's proxy settings back, and closes what is open. Never rejects.
   *
   * @returns whether it is certain that no setting leads to Latchkey
   */
  readonly close: () => Promise<boolean>;
  readonly words: Words['dialogs'];
}

/** A start that has failed: said where whoever has opened Latchkey sees it, as nobody sees what an app prints. Ends the app. */
export async function endFailedStart(error: unknown, { close, words }: FailedStartOptions): Promise<void> {
  const reason = messageOf(error);
  process.stderr.write(`latchkey: ${traceOf(error)}\n`);
  // The dialog stays until somebody comes, and this Mac must have its network meanwhile.
  const areSettingsBack = await close();
  dialog.showErrorBox(words.startFailed, words.startFailedDetail(areSettingsBack, reason));
  app.exit(1);
}
