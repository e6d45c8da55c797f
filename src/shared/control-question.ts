import { z } from 'zod';
import { commandSchema } from './command-schema';
import type { ControlQuestion } from './control';

const id = z.number().int().min(0);

const questionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('state'), id }),
  z.strictObject({ kind: z.literal('run'), id, command: commandSchema }),
  z.strictObject({ kind: z.literal('follow-state'), id }),
  z.strictObject({ kind: z.literal('follow-activity'), id, afterId: z.number().int().min(0) }),
]);

/** Reads a question that has come over the control socket; undefined when it is none. */
export function parseControlQuestion(value: unknown): ControlQuestion | undefined {
  const parsed = questionSchema.safeParse(value);
  return parsed.success ? parsed.data : undefined;
}
