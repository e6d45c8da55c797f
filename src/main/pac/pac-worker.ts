import { parentPort, workerData } from 'node:worker_threads';
import loadEmscripten from '@jitl/quickjs-wasmfile-release-sync/emscripten-module';
import { QuickJSFFI } from '@jitl/quickjs-wasmfile-release-sync/ffi';
import {
  newQuickJSWASMModuleFromVariant,
  newVariant,
  type QuickJSContext,
  type QuickJSHandle,
  type QuickJSSyncVariant,
} from 'quickjs-emscripten-core';
import librarySource from './helper-library?source';
import { looksAtUrl } from './looks-at-url';
import { lineVariable, markReturns, withoutMarks } from './mark-returns';
import {
  answerIsAwaited,
  answerIsLate,
  answerLength,
  answerStart,
  answerState,
  type PacQuestion,
  type PacReply,
  type PacThreadData,
} from './pac-messages';

/*
 * The thread that a PAC runs in. It is started from its source (pac-thread.ts), holds one context of one script, and has nothing
 * else to do, so that it can be ended in the midst of anything. The script has four functions of ours (`Lent` in helper-library.ts)
 * that take and give text, and no other way out of its engine.
 */

const scriptName = 'proxy.pac';
/** Deeper calls end in an error that the script may catch; the thread has room for more. */
const stackBytes = 256 * 1024;
const pageBytes = 65_536;
/** The engine begins with 16 MiB. */
const firstPages = 256;
/** No list of proxies is longer; what is, would only be copied about. */
const longestAnswer = 64 * 1024;
const mostNames = 100;
/** No name is longer (RFC 1035, 2.3.4); the library looks as well, but a script may have changed what that goes by. */
const longestName = 255;
const mostSaid = 100;
const longestSaid = 1_000;

const port = parentPort;
const { module, shared, memoryBytes } = workerData as PacThreadData;
const state = new Int32Array(shared);
const tell = (reply: PacReply): void => port?.postMessage(reply);

let time = false;
let random = false;
let ownAddresses = false;
let names: string[] = [];
let said: string[] = [];
/** The name that was late; the script is only still to come to its end. */
let lateName: string | undefined;

/** The engine has no clock of its own: it asks this realm's. */
const realNow = Date.now;
let fixedNow: number | undefined;
Date.now = () => {
  time = true;
  return fixedNow ?? realNow();
};

/** Asks the main thread, and waits. @returns a list of addresses as JSON */
function addresses(name: string | undefined): string {
  if (lateName !== undefined) return '[]';
  Atomics.store(state, answerState, answerIsAwaited);
  tell({ kind: 'addresses-wanted', name });
  Atomics.wait(state, answerState, answerIsAwaited);
  if (Atomics.load(state, answerState) === answerIsLate) {
    lateName = name ?? '';
    return '[]';
  }
  const length = Atomics.load(state, answerLength);
  // A copy: memory that is shared is not decoded.
  return new TextDecoder().decode(new Uint8Array(shared).slice(answerStart, answerStart + length));
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\s]+/gu, ' ').slice(0, longestSaid);
}

interface Functions {
  readonly find: QuickJSHandle;
  readonly look: QuickJSHandle;
}

/** Puts the helper library into a new context. */
function lend(context: QuickJSContext): Functions {
  const found: Functions[] = [];
  const lent = context.newObject();
  const give = (name: string, action: (handle?: QuickJSHandle) => QuickJSHandle | undefined): void =>
    context.newFunction(name, action).consume((handle) => context.setProp(lent, name, handle));
  give('addresses', (handle) => {
    const name = handle === undefined ? undefined : context.getString(handle);
    if (name !== undefined && name.length > longestName) return context.newString('[]');
    if (name === undefined) ownAddresses = true;
    else if (names.length < mostNames) names.push(name);
    return context.newString(addresses(name));
  });
  give('say', (handle) => {
    if (handle !== undefined && said.length < mostSaid) said.push(oneLine(context.getString(handle)));
    return undefined;
  });
  give('lookedAtRandom', () => {
    random = true;
    return undefined;
  });
  give('ready', (handle) => {
    if (handle === undefined) return undefined;
    found.push({ find: context.getProp(handle, 'find'), look: context.getProp(handle, 'look') });
    return undefined;
  });
  context.setProp(context.global, 'latchkeyLent', lent);
  lent.dispose();
  context.unwrapResult(context.evalCode(librarySource, 'helpers', { type: 'global' })).dispose();
  const [functions] = found;
  if (functions === undefined) throw new Error('the helper library has not said that it is ready');
  return functions;
}

/** What the script has promised itself goes on when it has answered, as in a browser. */
function runJobs(context: QuickJSContext): void {
  const jobs = context.runtime.executePendingJobs();
  if (jobs.error) jobs.error.dispose();
}

/** Where a script's own error has come from, and what it says. Its getters may run: the time for that is the script's. */
function failure(context: QuickJSContext, error: QuickJSHandle): PacReply {
  let stack = '';
  try {
    stack = context.getProp(error, 'stack').consume((handle) => context.getString(handle));
  } catch {
    // A getter of the script's has thrown: then nobody knows the line.
  }
  const line = /\bproxy\.pac:(\d{1,9})/.exec(stack)?.[1];
  const message = oneLine(context.getString(error)) || 'it has thrown something that has no text';
  return { kind: 'failed', message, line: line === undefined ? undefined : Number(line), said };
}

function done(answer: string | null, isUrlLookedAt: boolean, line?: number): PacReply {
  const lookedAt = { url: isUrlLookedAt, time, random, ownAddresses, names };
  return { kind: 'done', answer, line, lookedAt, said };
}

/** The script with its returns marked; as it is where that would not be a script any more. */
function marked(context: QuickJSContext, text: string): string {
  const script = markReturns(text);
  const result = context.evalCode(script, scriptName, { type: 'global', compileOnly: true });
  if (result.error) {
    result.error.dispose();
    return text;
  }
  result.value.dispose();
  return script;
}

/** One script, loaded once. */
class Script {
  readonly #context: QuickJSContext;
  readonly #functions: Functions;
  #isUrlLookedAt = true;

  constructor(context: QuickJSContext) {
    this.#context = context;
    this.#functions = lend(context);
  }

  answer(question: PacQuestion): PacReply {
    return question.kind === 'load' ? this.#load(question.text) : this.#find(question.url, question.host);
  }

  #load(text: string): PacReply {
    const context = this.#context;
    const result = context.evalCode(marked(context, text), scriptName, { type: 'global' });
    if (result.error) return result.error.consume((error) => failure(context, error));
    result.value.dispose();
    runJobs(context);
    const looked = context.callFunction(this.#functions.look, context.undefined);
    if (looked.error) return looked.error.consume((error) => failure(context, error));
    const source = looked.value.consume((handle) => context.getString(handle));
    if (source === '') {
      return { kind: 'failed', message: 'there is no function FindProxyForURL', line: undefined, said };
    }
    this.#isUrlLookedAt = looksAtUrl(withoutMarks(source), text);
    return done(null, this.#isUrlLookedAt);
  }

  #find(url: string, host: string): PacReply {
    const context = this.#context;
    context.newNumber(0).consume((zero) => context.setProp(context.global, lineVariable, zero));
    const result = context.newString(url).consume((urlHandle) =>
      context.newString(host).consume((hostHandle) => {
        return context.callFunction(this.#functions.find, context.undefined, urlHandle, hostHandle);
      }),
    );
    if (result.error) return result.error.consume((error) => failure(context, error));
    const answer = result.value.consume((handle) => JSON.parse(context.getString(handle)) as string | null);
    const line = context.getProp(context.global, lineVariable).consume((handle) => context.getNumber(handle));
    runJobs(context);
    if (answer !== null && answer.length > longestAnswer) {
      const message = `the answer has ${answer.length} characters; it may have ${longestAnswer}`;
      return { kind: 'failed', message, line: undefined, said };
    }
    return done(answer, this.#isUrlLookedAt, line > 0 ? line : undefined);
  }
}

async function run(): Promise<void> {
  const variant: QuickJSSyncVariant = {
    type: 'sync',
    importFFI: () => Promise.resolve(QuickJSFFI),
    importModuleLoader: () => Promise.resolve(loadEmscripten),
  };
  // QuickJS cannot ask this build how large a piece of memory is, and counts eight bytes for each: the limit is on what it grows in.
  const wasmMemory = new WebAssembly.Memory({
    initial: firstPages,
    maximum: Math.max(firstPages, Math.floor(memoryBytes / pageBytes)),
  });
  const engine = await newQuickJSWASMModuleFromVariant(
    newVariant(variant, { wasmModule: module, wasmMemory }),
  );
  const runtime = engine.newRuntime({ maxStackSizeBytes: stackBytes });
  const script = new Script(runtime.newContext());
  port?.on('message', (question: PacQuestion) => {
    fixedNow = question.now;
    time = false;
    random = false;
    ownAddresses = false;
    names = [];
    said = [];
    lateName = undefined;
    try {
      const reply = script.answer(question);
      tell(lateName === undefined ? reply : { kind: 'given-up', name: lateName });
    } catch (error) {
      // Not the script's exception but one that went through the engine: nothing in it can be relied upon any more.
      tell({ kind: 'broken', message: oneLine(String(error)) });
    }
  });
  tell({ kind: 'started' });
}

void run();
