/** Everything is put back and closed within this, or the app ends without. */
const closeWithinMs = 3_000;

/** Resolves when it has closed, or when that takes too long. Never rejects. */
export async function closeInTime(
  close: () => Promise<unknown>,
  onInternalError: (error: unknown) => void,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeWithinMs);
  });
  await Promise.race([close().catch(onInternalError), late]);
  clearTimeout(timer);
}
