type Schema = Readonly<Record<string, unknown>>;

const text = { type: ['string', 'number', 'boolean'] };
const name = { type: 'string', minLength: 1 };
const truth = { type: 'boolean' };

/** An object that takes no field but its own. */
function object(required: Record<string, Schema>, optional: Record<string, Schema> = {}): Schema {
  return {
    type: 'object',
    additionalProperties: false,
    required: Object.keys(required),
    properties: { ...required, ...optional },
  };
}

const listOf = (items: Schema): Schema => ({ type: 'array', items });
const mapOf = (values: Schema): Schema => ({ type: 'object', additionalProperties: values });
const oneOf = (...schemas: Schema[]): Schema => ({ anyOf: schemas });
const described = (schema: Schema, description: string): Schema => ({ ...schema, description });

const filter = described(
  { type: 'string' },
  '[WHERE] condition [ORDER BY column [DESC]] [LIMIT n]; ${name} stands for a variable.',
);
const create = described({ enum: ['ifnotexists', 'dropcreate', 'none'] }, 'How tables are made.');
const starting = {
  filter,
  sample: described(text, 'A share of these rows: 0.1 or 10%.'),
  preserveDistribution: described(text, 'Spread the share as the whole is.'),
};

const children = oneOf(
  truth,
  object(
    {},
    {
      depth: described(text, 'How many references away from a start row.'),
      limit: described(text, 'How many for each row and reference.'),
      others: described(truth, 'Whether references that no rule names bring children.'),
      relations: mapOf(oneOf(truth, object({}, { filter, limit: text }))),
    },
  ),
);

const rest = {
  children: described(children, 'Rows that point to those that were asked for.'),
  lookups: described(listOf(name), 'Tables that come whole.'),
  optional: described(
    oneOf({ const: 'all' }, listOf(name)),
    'References that are set to null where their target does not come.',
  ),
  allowEmpty: described(truth, 'No start row is no error.'),
  create,
};

const exportOf = (type: string, data: Schema): Schema => object({ type: { const: type }, data });
const dbms = described(name, 'Name of the source.');

const exports = mapOf(
  oneOf(
    exportOf('subset', object({ dbms, table: name }, { ...starting, ...rest })),
    exportOf('subset', object({ dbms, start: listOf(object({ table: name }, starting)) }, rest)),
    exportOf('table-data', object({ dbms, table: name }, { filter })),
    exportOf(
      'table-create',
      object(
        { dbms, tablelist: listOf(name) },
        { option: { enum: ['ifnotexists', 'dropcreate'] } },
      ),
    ),
    exportOf('dbcreate', object({ dbms, tablelist: listOf(name) })),
    exportOf('file', object({ volume: name, path: name })),
  ),
);

const parameter = object(
  { name: { type: 'string', pattern: '^[A-Za-z_]\\w*$' } },
  {
    type: { enum: ['string', 'integer', 'decimal', 'boolean', 'date', 'datetime', 'uuid'] },
    required: truth,
    default: text,
    values: described(listOf(text), 'The only values that are allowed.'),
    description: text,
    secret: described(truth, 'The audit log does not hold its value.'),
  },
);

const step = oneOf(
  object({ setVar: name, from: { const: 'input' }, source: text }),
  object({
    setVar: name,
    from: { const: 'hot-data' },
    hdata: oneOf(
      object({ type: { const: 'dbquery' }, dbms, query: name }),
      object(
        { type: { const: 'volume' }, volume: name, glob: name },
        { sort: { type: 'string' }, regex_replace: { type: 'string' } },
      ),
    ),
  }),
);

const reference = oneOf(
  object(
    { dbms, table: name, columns: oneOf(name, listOf(name)), target: name },
    { targetColumns: oneOf(name, listOf(name)) },
  ),
  object({ dbms, table: name, type: name, id: name, targets: mapOf(name) }),
  object({ dbms, table: name, column: name, path: name, target: name }, { targetColumn: name }),
);

/** The JSON Schema of templates, for editors; what only a parser can check is left to that. */
export const templateSchema: Schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  title: 'Template of Hot Fixture',
  ...object(
    {
      hfitVersion: { const: 1 },
      templateName: described(
        { type: 'string', pattern: '^[A-Za-z0-9_.-]{1,100}$' },
        'The name in hfit pkg-download.',
      ),
      exports: described(exports, 'File name in the package: what is in it.'),
    },
    {
      description: text,
      projectName: text,
      packageName: described(name, 'The name of the package, such as base_$1.'),
      parameters: listOf(parameter),
      prepare: oneOf({ type: 'null' }, listOf(step)),
      references: described(listOf(reference), 'References that no foreign key tells.'),
      budget: object({}, { maxRows: { type: 'integer' }, maxBytes: text }),
      maxAge: described(text, 'How old a package of it may be that is given again: 15m, 24h.'),
    },
  ),
};
