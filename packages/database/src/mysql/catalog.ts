/**
 * What is asked of the information schema; `$schemas` stands for a list of databases. Each row
 * begins with the database and the table that it belongs to.
 */

/** Tables that hold rows of their own: no views, no sequences, no temporary ones. */
export const tableTypes = `('BASE TABLE', 'SYSTEM VERSIONED')`;

/** Their rows are in other tables, on other servers, or nowhere. */
export const foreignEngines = `('MRG_MYISAM', 'FEDERATED', 'CONNECT', 'SPIDER', 'S3', 'NDBINFO')`;

export const tablesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
  WHERE TABLE_SCHEMA IN ($schemas) AND TABLE_TYPE IN ${tableTypes} AND ENGINE NOT IN ${foreignEngines}
  ORDER BY TABLE_SCHEMA, TABLE_NAME`;

/** MariaDB alone has them as objects; elsewhere there are none of this type. */
export const sequencesSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME FROM information_schema.TABLES
  WHERE TABLE_SCHEMA IN ($schemas) AND TABLE_TYPE = 'SEQUENCE'
  ORDER BY TABLE_SCHEMA, TABLE_NAME`;

export const columnsSql = `
  SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, DATA_TYPE, COLUMN_TYPE, IS_NULLABLE,
         COLUMN_DEFAULT, EXTRA, GENERATION_EXPRESSION, CHARACTER_MAXIMUM_LENGTH,
         CHARACTER_OCTET_LENGTH, CHARACTER_SET_NAME
  FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ($schemas)
  ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION`;

/** MariaDB has no expressions in its indexes, and no column to tell them. */
export const indexesSql = (isMariadb: boolean) => `
  SELECT TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, COLUMN_NAME, SUB_PART,
         ${isMariadb ? 'NULL' : 'EXPRESSION'}
  FROM information_schema.STATISTICS WHERE TABLE_SCHEMA IN ($schemas) AND NON_UNIQUE = 0
  ORDER BY TABLE_SCHEMA, TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX`;

export const referencesSql = `
  SELECT k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME,
         k.REFERENCED_TABLE_SCHEMA, k.REFERENCED_TABLE_NAME, k.REFERENCED_COLUMN_NAME,
         r.UPDATE_RULE, r.DELETE_RULE
  FROM information_schema.KEY_COLUMN_USAGE k
  LEFT JOIN information_schema.REFERENTIAL_CONSTRAINTS r
    ON r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.TABLE_NAME = k.TABLE_NAME
    AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME
  WHERE k.TABLE_SCHEMA IN ($schemas) AND k.REFERENCED_TABLE_NAME IS NOT NULL
  ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`;

/** MySQL names a check once in a database, MariaDB once in a table. */
export const checksSql = (isMariadb: boolean) =>
  isMariadb
    ? `
  SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE
  FROM information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA IN ($schemas)
  ORDER BY CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, CHECK_CLAUSE`
    : `
  SELECT t.TABLE_SCHEMA, t.TABLE_NAME, c.CONSTRAINT_NAME, c.CHECK_CLAUSE
  FROM information_schema.CHECK_CONSTRAINTS c
  JOIN information_schema.TABLE_CONSTRAINTS t
    ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME
  WHERE t.TABLE_SCHEMA IN ($schemas) AND t.CONSTRAINT_TYPE = 'CHECK' AND t.ENFORCED = 'YES'
  ORDER BY t.TABLE_SCHEMA, t.TABLE_NAME, c.CONSTRAINT_NAME`;
