import { app, dialog } from 'electron';
import type { AppFocus } from './app-focus';

export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly yes: string;
  readonly no: string;
}

/** A question with yes as its first button. Without a Dock icon nothing else brings it to the front. */
export async function askInFront(question: Question, focus: AppFocus): Promise<boolean> {
  const { message, detail, yes, no } = question;
  app.focus({ steal: true });
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message,
    detail,
    buttons: [yes, no],
    defaultId: 0,
    cancelId: 1,
  });
  if (response === 0) return true;
  focus.giveBack();
  return false;
}
