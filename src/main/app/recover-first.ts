import { within } from './within';

/** A watchdog with twenty services of a slow Mac before it takes minutes. */
const waitMs = 10_000;

/**
 * For a start: waits until the Mac's settings are as they were before a Latchkey that was killed, which may keep this Mac from its
 * network, but not for longer than the user would wait for the icon. It goes on by itself, and what is switched on later waits.
 *
 * @param recovered the outcome of `SystemProxy.recover`
 * @param onInternalError gets what becomes of it after that
 * @throws what it rejects with in this time
 */
export async function recoverFirst(
  recovered: Promise<unknown>,
  onInternalError: (error: unknown) => void,
): Promise<void> {
  let isWaiting = true;
  recovered.catch((error: unknown) => {
    if (!isWaiting) onInternalError(error);
  });
  try {
    await within(waitMs, recovered);
  } finally {
    isWaiting = false;
  }
}
