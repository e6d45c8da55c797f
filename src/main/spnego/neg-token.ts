import { readElement, readOnly, readTagged, tags, writeElement } from './der';
import { mechanisms } from './mechanisms';
import { SpnegoError } from './spnego-error';

/** `negState` of a NegTokenResp (RFC 4178, 4.2.2), in the order of its values. */
const negStates = ['accept-completed', 'accept-incomplete', 'reject', 'request-mic'] as const;

export type NegState = (typeof negStates)[number];

/** The first token of a client (RFC 4178, 4.2.1). */
export interface NegTokenInit {
  /** Object identifiers, the most wanted first. */
  readonly mechTypes: readonly Buffer[];
  /** The first token of the first mechanism. */
  readonly mechToken?: Buffer | undefined;
  readonly mechListMic?: Buffer | undefined;
}

/** Every other token, of either side (RFC 4178, 4.2.2). */
export interface NegTokenResp {
  readonly negState?: NegState | undefined;
  /** The object identifier of the mechanism that was chosen; in the acceptor's first token alone. */
  readonly supportedMech?: Buffer | undefined;
  readonly responseToken?: Buffer | undefined;
  readonly mechListMic?: Buffer | undefined;
}

export type NegToken =
  | ({
      readonly kind: 'init';
      /** MechTypeList as it was sent: what mechListMIC covers. */
      readonly mechTypeList: Buffer;
    } & NegTokenInit)
  | ({ readonly kind: 'resp' } & NegTokenResp);

/** `[number]`, explicit, with one element in it. Nothing where there is nothing to say. */
function field(number: number, tag: number, content: Buffer | undefined): Buffer[] {
  if (content === undefined) return [];
  return [writeElement(tags.context0 + number, writeElement(tag, content))];
}

/** MechTypeList: what mechListMIC covers (RFC 4178, 5). */
export function encodeMechTypeList(mechTypes: readonly Buffer[]): Buffer {
  return writeElement(tags.sequence, ...mechTypes.map((oid) => writeElement(tags.objectIdentifier, oid)));
}

/** A NegTokenInit in the frame of an initial GSS-API token (RFC 2743, 3.1). */
export function encodeNegTokenInit({ mechTypes, mechToken, mechListMic }: NegTokenInit): Buffer {
  const body = writeElement(
    tags.sequence,
    writeElement(tags.context0, encodeMechTypeList(mechTypes)),
    ...field(2, tags.octetString, mechToken),
    ...field(3, tags.octetString, mechListMic),
  );
  return writeElement(
    tags.application0,
    writeElement(tags.objectIdentifier, mechanisms.spnego),
    writeElement(tags.context0, body),
  );
}

/** A NegTokenResp, which has no frame. */
export function encodeNegTokenResp(token: NegTokenResp): Buffer {
  const state = token.negState === undefined ? undefined : Buffer.of(negStates.indexOf(token.negState));
  const body = writeElement(
    tags.sequence,
    ...field(0, tags.enumerated, state),
    ...field(1, tags.objectIdentifier, token.supportedMech),
    ...field(2, tags.octetString, token.responseToken),
    ...field(3, tags.octetString, token.mechListMic),
  );
  return writeElement(tags.context0 + 1, body);
}

/**
 * Reads a token of either kind; every length in it is checked. Fields that RFC 4178 does not know are passed over, as are
 * bytes behind the token.
 *
 * @throws SpnegoError not-spnego when it is the frame of another mechanism, or none at all
 */
export function decodeNegToken(bytes: Buffer): NegToken {
  const { tag, content } = readElement(bytes);
  if (tag === tags.context0 + 1) return decodeResp(readFields(content));
  if (tag !== tags.application0) throw new SpnegoError('not-spnego', 'the token is none of SPNEGO');
  const mechanism = readTagged(content, tags.objectIdentifier);
  if (!mechanism.content.equals(mechanisms.spnego)) {
    throw new SpnegoError('not-spnego', 'the token is one of another mechanism');
  }
  return decodeInit(readFields(readTagged(mechanism.rest, tags.context0).content));
}

/** The fields of a SEQUENCE by their number; of two with the same the first counts. */
function readFields(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const fields = new Map<number, Buffer>();
  let left = readOnly(bytes, tags.sequence);
  while (left.length > 0) {
    const { tag, content, rest } = readElement(left);
    const number = tag - tags.context0;
    if (!fields.has(number)) fields.set(number, content);
    left = rest;
  }
  return fields;
}

function optional(content: Buffer | undefined, tag: number): Buffer | undefined {
  return content === undefined ? undefined : readOnly(content, tag);
}

function decodeInit(fields: ReadonlyMap<number, Buffer>): NegToken {
  const mechTypeList = fields.get(0);
  if (mechTypeList === undefined) throw new SpnegoError('bad-value', 'the token offers no mechanism');
  const mechTypes: Buffer[] = [];
  let left = readOnly(mechTypeList, tags.sequence);
  while (left.length > 0) {
    const { content, rest } = readTagged(left, tags.objectIdentifier);
    mechTypes.push(content);
    left = rest;
  }
  return {
    kind: 'init',
    mechTypeList,
    mechTypes,
    mechToken: optional(fields.get(2), tags.octetString),
    mechListMic: optional(fields.get(3), tags.octetString),
  };
}

function decodeResp(fields: ReadonlyMap<number, Buffer>): NegToken {
  return {
    kind: 'resp',
    negState: decodeNegState(optional(fields.get(0), tags.enumerated)),
    supportedMech: optional(fields.get(1), tags.objectIdentifier),
    responseToken: optional(fields.get(2), tags.octetString),
    mechListMic: optional(fields.get(3), tags.octetString),
  };
}

function decodeNegState(value: Buffer | undefined): NegState | undefined {
  if (value === undefined) return undefined;
  const state = value.length === 1 ? negStates[value.readUInt8()] : undefined;
  if (state === undefined) throw new SpnegoError('bad-value', 'the state of the negotiation is none');
  return state;
}
