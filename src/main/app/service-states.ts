import type { ServiceState } from '../../shared/engine-state';
import type { Engine } from '../server/engine';

/** The ports that speak no HTTP. */
export function serviceStates(engine: Engine | undefined): readonly ServiceState[] {
  return (engine?.services ?? []).flatMap(({ service, address }): ServiceState[] => {
    if (service.kind === 'http') return [];
    return service.kind === 'tunnel'
      ? [{ kind: service.kind, address, target: service.target }]
      : [{ kind: service.kind, address }];
  });
}
