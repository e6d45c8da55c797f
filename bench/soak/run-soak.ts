import { setTimeout as delay } from 'node:timers/promises';
import { freePorts } from '../../test/servers/ports';
import { makeServerFolder, removeServerFolder } from '../../test/servers/server-folder';
import { type Latchkey, startLatchkey } from '../../test/servers/start-latchkey';
import { type SoakOrigin, startSoakOrigin } from './origin';
import {
  connectionsOf,
  eventually,
  heapSnapshotBytes,
  openDescriptors,
  residentMemoryMib,
} from './process-usage';
import { NoAnswer, ProxyClient } from './proxy-client';
import { RestartingUpstream } from './restarting-upstream';
import { type Fair, type Lane, requestStep, type Scene, tunnelStep, type Way } from './steps';
import { contentFor, randomFor, Tags } from './tags';

export interface SoakOptions {
  readonly seed: number;
  readonly requests: number;
  readonly tunnels: number;
  /** How many steps run at a time. */
  readonly lanes: number;
  readonly say: (line: string) => void;
}

export interface SoakReport {
  /** What must never happen, and did; the first of it. */
  readonly faults: readonly string[];
  readonly requests: number;
  readonly tunnels: number;
  /** Requests and tunnels that should be answered, and those that were. */
  readonly fair: number;
  readonly answered: number;
  /** Not answered while company proxies restarted and spoilt challenges. */
  readonly excused: number;
  /** How the excused ones ended, and how many: a status, or `cut off`. */
  readonly excuses: Readonly<Record<string, number>>;
  readonly restarts: number;
  readonly spoiltChallenges: number;
  readonly logons: number;
  readonly refusedLogons: number;
  /** At the start and at the end of each half; undefined where they cannot be counted. */
  readonly descriptors: readonly (number | undefined)[];
  /** At the end of each half. */
  readonly heapBytes: readonly number[];
  readonly residentMib: readonly (number | undefined)[];
}

interface Phase {
  readonly name: 'calm' | 'rough';
  readonly requests: number;
  readonly tunnels: number;
}

const account = { domain: 'CORP', user: 'alice', password: 'Passw0rd!' };
const maxFaults = 20;
const roughShare = 0.25;
/** What a client does that is told to come later. */
const backOffMs = 100;
export const maxHeapGrowthBytes = 5 * 1_048_576;
const spoiltShare = 0.1;
/** Longer than everything that the proxy allows itself in front of an origin that answers at once. */
const stepWithinMs = 180_000;
/** Idle connections end after 10 s, or 20 if an old one has proved good; clients that left without a word after 30. */
const settleWithinMs = 90_000;
const snapshotWithinMs = 60_000;
/** How often, and in which steps of time, a page is asked for again after company proxies have restarted. */
const recoveries = 400;
const recoveryMs = 250;

/** Runs the soak on the built command line. What went wrong is in the report; throws only when it cannot run at all. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const tags = new Tags(options.seed);
  const soak = new Soak(options, tags);
  const origin = await startSoakOrigin(tags, (what) => soak.fault(`at the origin: ${what}`));
  const folder = makeServerFolder('soak');
  const ports = await freePorts(2);
  const upstreams = ports.map(
    (port, at) => new RestartingUpstream(port, account, randomFor(options.seed, -1 - at)),
  );
  try {
    for (const upstream of upstreams) await upstream.start();
    const latchkey = await startLatchkey({
      config: [
        `Username ${account.user}`,
        `Domain ${account.domain}`,
        `Password ${account.password}`,
        ...ports.map((port) => `Proxy 127.0.0.1:${port}`),
        'NoProxy localhost',
        '',
      ].join('\n'),
      nodeArguments: ['--heapsnapshot-signal=SIGUSR2', `--diagnostic-dir=${folder}`],
    });
    try {
      return await soak.run(latchkey, upstreams, origin, folder);
    } finally {
      await latchkey.close();
    }
  } finally {
    for (const upstream of upstreams) await upstream.kill();
    await origin.close();
    removeServerFolder(folder);
  }
}

class Soak {
  readonly #options: SoakOptions;
  readonly #tags: Tags;
  readonly #faults: string[] = [];
  #phase: Phase['name'] = 'calm';
  #tagCount = 0;
  #stepCount = 0;
  #requests = 0;
  #tunnels = 0;
  #fair = 0;
  #answered = 0;
  #excused = 0;
  readonly #excuses: Record<string, number> = {};
  #restarts = 0;

  constructor(options: SoakOptions, tags: Tags) {
    this.#options = options;
    this.#tags = tags;
  }

  fault(what: string): void {
    if (this.#faults.length < maxFaults) this.#faults.push(what);
    this.#options.say(`FAULT in the ${this.#phase} phase: ${what}`);
  }

  async run(
    latchkey: Latchkey,
    upstreams: readonly RestartingUpstream[],
    origin: SoakOrigin,
    folder: string,
  ): Promise<SoakReport> {
    const { say, requests, tunnels, lanes } = this.#options;
    const { pid, port } = latchkey;
    const scene: Scene = {
      port,
      origin,
      tags: this.#tags,
      nextTag: () => this.#tags.of((this.#tagCount += 1)),
      onFair: (fair) => this.#judge(fair),
      onFault: (what) => this.fault(what),
    };
    const proxyPorts = upstreams.map((upstream) => upstream.port).join(' and ');
    say(
      `ports: ${port}; company proxies ${proxyPorts}; origin ${origin.port}, its tunnels ${origin.tunnelPort}`,
    );
    const start = openDescriptors(pid);
    if (start === undefined) say('SKIPPED: descriptors cannot be counted on this system');
    const descriptors = [start];
    const heapBytes: number[] = [];
    const residentMib: (number | undefined)[] = [];
    for (const half of [1, 2]) {
      for (const phase of phasesOf(requests / 2, tunnels / 2)) {
        if (this.#hasFailed) break;
        await this.#runPhase(phase, scene, upstreams);
        const excuses = JSON.stringify(this.#excuses);
        say(`half ${half}, ${phase.name}: ${this.#requests} requests, ${this.#tunnels} tunnels, ${excuses}`);
        await this.#expectPages(scene, phase.name === 'calm' ? 1 : recoveries);
      }
      if (this.#hasFailed) break;
      descriptors.push(start === undefined ? undefined : await this.#settle(pid, start));
      residentMib.push(residentMemoryMib(pid));
      heapBytes.push(await heapSnapshotBytes(pid, folder, snapshotWithinMs));
    }
    const [first = 0, second = 0] = heapBytes;
    if (second - first >= maxHeapGrowthBytes) this.fault(`the heap grew from ${first} to ${second} bytes`);
    const spoiltChallenges = sum(upstreams.map(({ spoiltCount }) => spoiltCount));
    if (this.#excused > this.#restarts * lanes + spoiltChallenges)
      this.fault(`${this.#excused} were not answered in ${this.#restarts} restarts of company proxies`);
    const refusedLogons = sum(upstreams.map(({ logons }) => logons.refused));
    if (refusedLogons > 0) this.fault(`${refusedLogons} logons were refused`);
    const exitCode = await latchkey.close();
    if (exitCode !== 0) this.fault(`SIGTERM ended it with ${exitCode ?? 'a kill'}`);
    if (latchkey.output().includes('internal error'))
      this.fault(`it says: ${latchkey.output().slice(-4_000)}`);
    return {
      faults: this.#faults,
      requests: this.#requests,
      tunnels: this.#tunnels,
      fair: this.#fair,
      answered: this.#answered,
      excused: this.#excused,
      excuses: this.#excuses,
      restarts: this.#restarts,
      spoiltChallenges,
      logons: sum(upstreams.map(({ typeThreeCount }) => typeThreeCount)),
      refusedLogons,
      descriptors,
      heapBytes,
      residentMib,
    };
  }

  /** There is enough to look at: it goes no further. */
  get #hasFailed(): boolean {
    return this.#faults.length >= maxFaults;
  }

  /** Waits until all that the clients have left behind has ended. Returns how many descriptors are open then. */
  async #settle(pid: number, start: number): Promise<number | undefined> {
    await eventually(() => (openDescriptors(pid) ?? 0) <= start, settleWithinMs);
    const left = openDescriptors(pid) ?? 0;
    // The ports tell whose they are: of a client, the origin, its tunnels or a company proxy.
    if (left > start)
      this.fault(`${left} descriptors are open, ${start} at the start: ${connectionsOf(pid).join(', ')}`);
    return left;
  }

  /** In a rough phase a company proxy that restarts explains what went by it, and nothing else. */
  #judge({ way, what, status, why }: Fair): void {
    this.#fair += 1;
    const isExposed = this.#phase === 'rough' && way === 'proxied';
    if (status === 200) this.#answered += 1;
    else if (isExposed && (status === undefined || [502, 503, 504].includes(status))) {
      this.#excused += 1;
      const end = status ?? 'cut off';
      this.#excuses[end] = (this.#excuses[end] ?? 0) + 1;
    } else this.fault(`${what}: ${status ?? 'no answer'} ${why}`);
  }

  async #runPhase(phase: Phase, scene: Scene, upstreams: readonly RestartingUpstream[]): Promise<void> {
    this.#phase = phase.name;
    const { seed, lanes } = this.#options;
    let requests = 0;
    let tunnels = 0;
    let disturbed: Promise<void> = Promise.resolve();
    const isOver = (): boolean => (requests >= phase.requests && tunnels >= phase.tunnels) || this.#hasFailed;
    const disturber = phase.name === 'rough' ? this.#disturber(phase, upstreams) : undefined;
    for (const upstream of upstreams) upstream.spoiltShare = phase.name === 'rough' ? spoiltShare : 0;
    const runLane = async (): Promise<void> => {
      const lane: Lane = { client: undefined };
      while (!isOver()) {
        const step = (this.#stepCount += 1);
        const excused = this.#excused;
        const random = randomFor(seed, step);
        const isTunnel = tunnels / phase.tunnels < requests / phase.requests || requests >= phase.requests;
        if (isTunnel) tunnels += 1;
        const doing = isTunnel ? tunnelStep(scene, random).then(() => 0) : requestStep(scene, lane, random);
        const count = await inTime(doing);
        if (count === undefined) this.fault(`step ${step} was not over in time`);
        requests += count ?? 1;
        if (this.#excused > excused) await delay(backOffMs);
        disturbed = disturber?.(requests, disturbed) ?? disturbed;
      }
      lane.client?.socket.destroy();
    };
    await Promise.all(Array.from({ length: lanes }, runLane));
    await disturbed;
    for (const upstream of upstreams) upstream.spoiltShare = 0;
    this.#requests += requests;
    this.#tunnels += tunnels;
  }

  /** Restarts company proxies one after the other as requests are made, a bounded number of times. */
  #disturber(
    phase: Phase,
    upstreams: readonly RestartingUpstream[],
  ): (requests: number, before: Promise<void>) => Promise<void> {
    const count = Math.min(12, Math.max(2, Math.floor(phase.requests / 1_000)));
    const random = randomFor(this.#options.seed, -100 - this.#stepCount);
    let begun = 0;
    const restart = async (): Promise<void> => {
      const one = upstreams[Math.floor(random() * upstreams.length)];
      const victims = random() < 0.2 ? upstreams : upstreams.filter((upstream) => upstream === one);
      for (const victim of victims) await victim.kill();
      await delay(20 + random() * 200);
      for (const victim of victims) await victim.start();
      this.#restarts += victims.length;
    };
    return (requests, before) => {
      if (begun >= count || requests < ((begun + 0.5) * phase.requests) / count) return before;
      begun += 1;
      return before.then(restart);
    };
  }

  /** A page can be had on both ways, after so many tries at most. */
  async #expectPages(scene: Scene, tries: number): Promise<void> {
    for (const host of ['127.0.0.1', 'localhost'] as const) {
      const way: Way = host === 'localhost' ? 'direct' : 'proxied';
      let last = '';
      for (let attempt = 0; attempt < tries; attempt += 1) {
        if (attempt > 0) await delay(recoveryMs);
        last = await this.#askForPage(scene, host);
        if (last === '') break;
      }
      if (last !== '') this.fault(`no ${way} page behind the ${this.#phase} phase: ${last}`);
    }
  }

  /** Empty when all is well; otherwise why it is not. */
  async #askForPage({ port, origin, nextTag }: Scene, host: string): Promise<string> {
    const client = new ProxyClient(port);
    const tag = nextTag();
    const authority = `${host}:${origin.port}`;
    await client.write(
      `GET http://${authority}/echo/${tag}?length=100 HTTP/1.1\r\nHost: ${authority}\r\nX-Soak-Tag: ${tag}\r\n\r\n`,
    );
    try {
      const { status, headers, body } = await client.readAnswer('GET');
      if (status !== 200) return `${status} ${headers.get('proxy-status') ?? ''}`;
      return body.equals(contentFor(tag, 100)) ? '' : 'a wrong page';
    } catch (error) {
      if (error instanceof NoAnswer) return error.message;
      throw error;
    } finally {
      await client.leave('destroy');
    }
  }
}

function phasesOf(requests: number, tunnels: number): Phase[] {
  const [roughRequests, roughTunnels] = [requests * roughShare, tunnels * roughShare].map(Math.ceil);
  return [
    {
      name: 'calm',
      requests: Math.ceil(requests) - (roughRequests ?? 0),
      tunnels: Math.ceil(tunnels) - (roughTunnels ?? 0),
    },
    { name: 'rough', requests: roughRequests ?? 0, tunnels: roughTunnels ?? 0 },
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Undefined when it takes too long: it hangs. */
function inTime<T>(step: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const watch = setTimeout(() => resolve(undefined), stepWithinMs);
    step.finally(() => clearTimeout(watch)).then(resolve, reject);
  });
}
