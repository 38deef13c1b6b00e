import type { Generator } from '@hot-fixture/generator';
import type { Definition } from './definition.js';
import type { Recipe } from './recipe.js';

/** What a factory needs of a database: it is made by `openFactories`. */
export interface Creator {
  readonly generator: Generator;
  /** The recipe with all that the table asks for. */
  recipeOf(definition: Definition): Recipe;
  create(
    definition: Definition,
    count: number,
    overrides: object | undefined,
    params: object | undefined,
  ): Promise<object[]>;
}
