import { afterEach, describe, expect, it } from 'vitest';
import { fakeTerminal } from '../../test/fake-terminal';
import { headlessPorts, type OwnPorts } from './headless-ports';
import { LookupProcess } from './lookup-process';

const electron = Object.getOwnPropertyDescriptor(process.versions, 'electron');

afterEach(() => {
  if (electron === undefined) Reflect.deleteProperty(process.versions, 'electron');
  else Object.defineProperty(process.versions, 'electron', electron);
});

describe('headlessPorts', () => {
  it('looks names up in a process of its own where this one runs in Node, and nowhere else', async () => {
    const portsHere = () => headlessPorts(fakeTerminal({}), '/nowhere', {} as OwnPorts);
    const inNode = portsHere();
    expect(inNode.resolver).toBeInstanceOf(LookupProcess);
    Object.defineProperty(process.versions, 'electron', { value: '45.0.0', configurable: true });
    // Its program would start the app, not Node.
    const inElectron = portsHere();
    expect(inElectron.resolver).toBeUndefined();
    for (const { network, power } of [inNode, inElectron]) {
      await network.close();
      power.close();
    }
  });
});
