import type { ServiceState } from '../../shared/engine-state';
import type { Engine } from '../server/engine';

/** The ports that speak no HTTP. */
export function serviceStates(engine: Engine | undefined): readonly ServiceState[] {
  return (engine?.services ?? []).flatMap(({ service, address, openTunnels }): ServiceState[] => {
    if (service.kind === 'http') return [];
    return service.kind === 'tunnel'
      ? [{ kind: service.kind, address, target: service.target, openTunnels }]
      : [{ kind: service.kind, address, openTunnels }];
  });
}
