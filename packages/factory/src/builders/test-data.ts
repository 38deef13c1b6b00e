import type { Generator } from '@hot-fixture/generator';
import type { FactoryMap, Registry } from '../registry/registry.js';
import { type Scenario, scenario } from '../scenarios/scenario.js';
import { EntityBuilder } from './entity-builder.js';
import { RelationshipBuilder } from './relationship-builder.js';

/** One door to the builders of a registry. */
export class TestDataBuilder<F extends FactoryMap> {
  readonly registry: Registry<F>;
  readonly generator: Generator;

  /** @param generator of generated attributes; that of the registry if left out */
  constructor(registry: Registry<F>, generator: Generator = registry.source.generator) {
    this.registry = registry;
    this.generator = generator;
  }

  entity<N extends keyof F & string>(name: N): EntityBuilder<F, N> {
    return new EntityBuilder(this.registry, this.generator, name);
  }

  relationship(): RelationshipBuilder<F> {
    return new RelationshipBuilder(this.registry);
  }

  scenario(name: string): Scenario {
    return scenario(name);
  }
}
