import { isBuiltin } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import ts from 'typescript';
import {
  dependenciesOf,
  type House,
  type Package,
  type Problem,
  packageOf,
  rowOf,
} from './model.js';

/** The folders of `packages/database/src` where a dialect may be named. */
const dialects = ['postgresql', 'mysql', 'mariadb', 'sqlite', 'pglite'];

/** Finds in one source file the imports and the comparisons that the house does not allow. */
export function checkSource(house: House, pack: Package, file: string, text: string): Problem[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const mayNameDialects = dialects.some((dialect) =>
    file.startsWith(join(house.root, 'packages', 'database', 'src', dialect) + sep),
  );
  const problems: Problem[] = [];

  const report = (node: ts.Node, what: string | undefined) => {
    if (what === undefined) return;
    const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
    problems.push({ where: `${relative(house.root, file)}:${line + 1}`, what });
  };
  const visit = (node: ts.Node): void => {
    const specifier = importedBy(node);
    if (specifier) report(specifier, problemOfImport(house, pack, file, specifier.text));
    if (!mayNameDialects) {
      for (const literal of comparedBy(node)) {
        if (dialects.includes(literal.text)) report(literal, problemOfDialect(literal.text));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

function problemOfImport(
  house: House,
  pack: Package,
  file: string,
  specifier: string,
): string | undefined {
  if (specifier.startsWith('.')) {
    const inside = join(dirname(file), specifier).startsWith(pack.folder + sep);
    return inside ? undefined : `imports "${specifier}", which lies outside its package`;
  }
  if (isBuiltin(specifier)) return undefined;
  const target = packageOf(house, specifier);
  if (target && !house.rows[pack.room]?.includes(target.room)) {
    return `imports "${specifier}", which ${rowOf(house.rows, pack.room)} does not allow`;
  }
  const name = target?.manifest.name ?? nameOf(specifier);
  if (target && specifier !== name && !exported(target, `.${specifier.slice(name.length)}`)) {
    return `imports "${specifier}", a path inside another package; import "${name}"`;
  }
  if (dependenciesOf(pack).has(name)) return undefined;
  return `imports "${name}", which is not among the dependencies in its package.json`;
}

function problemOfDialect(name: string): string {
  return `compares with '${name}'; only packages/database/src/<dialect>/ names a dialect, others ask its capabilities`;
}

/** `@scope/name/path` is of the package `@scope/name`. */
function nameOf(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

function exported({ manifest }: Package, path: string): boolean {
  return Object.hasOwn(manifest.exports ?? {}, path);
}

/** The module that a node imports: by import, export from, import(), import type or require(). */
function importedBy(node: ts.Node): ts.StringLiteralLike | undefined {
  let specifier: ts.Node | undefined;
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    specifier = node.moduleSpecifier;
  } else if (ts.isExternalModuleReference(node)) {
    specifier = node.expression;
  } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    specifier = node.argument.literal;
  } else if (ts.isCallExpression(node)) {
    const { expression } = node;
    const imports =
      expression.kind === ts.SyntaxKind.ImportKeyword ||
      (ts.isIdentifier(expression) && expression.text === 'require');
    if (imports) specifier = node.arguments[0];
  }
  return specifier && ts.isStringLiteralLike(specifier) ? specifier : undefined;
}

/** The texts that a node compares something with: by ===, by case, or by [...].includes(). */
function comparedBy(node: ts.Node): ts.StringLiteralLike[] {
  if (ts.isBinaryExpression(node)) {
    const equality = [
      ts.SyntaxKind.EqualsEqualsEqualsToken,
      ts.SyntaxKind.ExclamationEqualsEqualsToken,
      ts.SyntaxKind.EqualsEqualsToken,
      ts.SyntaxKind.ExclamationEqualsToken,
    ];
    if (!equality.includes(node.operatorToken.kind)) return [];
    return [node.left, node.right].filter(ts.isStringLiteralLike);
  }
  if (ts.isCaseClause(node)) return [node.expression].filter(ts.isStringLiteralLike);
  if (
    ts.isCallExpression(node) &&
    ts.isPropertyAccessExpression(node.expression) &&
    node.expression.name.text === 'includes' &&
    ts.isArrayLiteralExpression(node.expression.expression)
  ) {
    return node.expression.expression.elements.filter(ts.isStringLiteralLike);
  }
  return [];
}
