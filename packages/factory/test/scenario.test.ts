import { expect, test } from 'vitest';
import { defineFactory, scenario, sequence } from '../src/index.js';

interface Node {
  id: number;
  parent: number | null;
}

const node = defineFactory<Node>('node', { id: sequence(), parent: null });

test('steps run behind those that they depend on, also where these stand behind them', async () => {
  const order: string[] = [];
  const note = (name: string) => ({ after: () => void order.push(name) });
  const made = scenario('order')
    .step('a', node, {}, { dependsOn: ['c'], ...note('a') })
    .step('b', node, ({ a }) => ({ parent: a.id }), note('b'))
    .step('c', node, {}, { before: () => void order.push('before c'), ...note('c') });
  const { entities } = await made.build(null);
  expect(order).toEqual(['before c', 'c', 'a', 'b']);
  expect(entities.b.parent).toBe(entities.a.id);
});

test('a step whose condition does not hold is left out', async () => {
  const it = scenario('conditional')
    .variables({ premium: false })
    .stepIf('extra', (_, { variables }) => variables.premium, node)
    .step('last', node, ({ extra }) => ({ parent: extra?.id ?? -1 }));
  expect((await it.build(null)).entities).toMatchObject({ last: { parent: -1 } });
  const { entities } = await it.build(null, { variables: { premium: true } });
  expect(entities.last.parent).toBe(entities.extra?.id);
});

test('what cannot be is told with its path, before anything is made', async () => {
  let made = 0;
  const counting = node.afterBuild(() => {
    made += 1;
  });
  const faults: [{ build(source: null): Promise<unknown> }, string, string][] = [
    [
      scenario('round')
        .step('a', counting, {}, { dependsOn: ['b'] })
        .step('b', counting, {}, { dependsOn: ['c'] })
        .step('c', counting, {}, { dependsOn: ['a'] }),
      ...(['HFIT_SCENARIO_CYCLE', 'a → b → c → a'] as const),
    ],
    [scenario('twice').step('a', counting).step('a', counting), 'HFIT_SCENARIO_STEP', 'twice'],
    [scenario('none').step('a', counting, {}, { dependsOn: ['x'] }), 'HFIT_SCENARIO_STEP', '"x"'],
  ];
  for (const [it, code, text] of faults) {
    const message = expect.stringContaining(text);
    await expect(it.build(null)).rejects.toMatchObject({ code, message });
  }
  expect(made).toBe(0);
});

test('a step cannot look at one that comes later, unless it waits for it', async () => {
  const early = (it: object) => ({ parent: (it as { late: Node }).late.id });
  const wrong = scenario('early').step('a', node, early).step('late', node);
  await expect(wrong.build(null)).rejects.toMatchObject({
    code: 'HFIT_SCENARIO_STEP',
    message: expect.stringContaining('"late", which comes later'),
  });
  const right = scenario('waits')
    .step('a', node, early, { dependsOn: ['late'] })
    .step('late', node);
  const { entities } = await right.build(null);
  expect(entities.a.parent).toBe(entities.late.id);
});

test('what a scenario ensures is looked at', async () => {
  const it = scenario('word')
    .step('a', node)
    .ensures('a has a parent', ({ a }) => a.parent !== null);
  await expect(it.build(null)).rejects.toMatchObject({
    code: 'HFIT_SCENARIO_ENSURES',
    message: expect.stringContaining('a has a parent'),
  });
});

test('the compiler knows the steps', () => {
  const base = scenario('typed').requires(node, 'root').step('a', node);
  // @ts-expect-error there is no step of this name
  base.step('b', node, ({ c }) => ({ parent: c.id }));
  // @ts-expect-error a row has no such attribute
  base.step('b', node, ({ a }) => ({ parent: a.nmae }));
  // @ts-expect-error the id of a row is no text
  base.step('b', node, ({ a }) => ({ parent: `${a.id}` }));
  // @ts-expect-error what it requires is not given
  const build = () => base.build(null);
  expect(build).toBeTypeOf('function');
  // @ts-expect-error a step that may be left out may be undefined
  base.stepIf('x', () => true, node).step('y', node, ({ x }) => ({ parent: x.id }));
});
