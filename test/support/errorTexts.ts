/** The texts of errors and warnings in lib, read from its source. */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root } from './tools';

/** A text as written in lib, with `…` in place of inserted values. */
export interface ErrorText {
  file: string;
  text: string;
}

/**
 * All texts that are passed directly to a constructor of `lib/utils/errors.ts`, or to `logger.warn` or `logger.error`.
 * Texts that begin with an inserted value are omitted, because their beginning is defined elsewhere.
 */
export function errorTexts(): ErrorText[] {
  const lib = path.join(root, 'lib');
  const files = readdirSync(lib, { recursive: true }).map(String);
  return files.filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts')).flatMap(textsIn);
}

function textsIn(file: string): ErrorText[] {
  const source = ts.createSourceFile(
    file,
    readFileSync(path.join(root, 'lib', file), 'utf8'),
    ts.ScriptTarget.Latest,
    true,
  );
  const found: ErrorText[] = [];
  const visit = (node: ts.Node): void => {
    const [message] = isReport(node) ? (node.arguments ?? []) : [];
    const text = message && textOf(message);
    if (text !== undefined && !text.startsWith('…')) found.push({ file, text });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isReport(node: ts.Node): node is ts.NewExpression | ts.CallExpression {
  if (ts.isNewExpression(node)) return /^[A-Z]\w+Error$/.test(node.expression.getText()) && !isBuiltIn(node);
  return ts.isCallExpression(node) && /\blogger\.(?:warn|error)$/i.test(node.expression.getText());
}

/** A `RangeError` is a bug in the component; users do not see it. */
const isBuiltIn = (node: ts.NewExpression): boolean =>
  ['RangeError', 'TokenRequestError'].includes(node.expression.getText());

/** Undefined if the text is not a literal at this place. */
function textOf(node: ts.Expression): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return textOf(node.expression);
  if (ts.isTemplateExpression(node))
    return node.head.text + node.templateSpans.map(({ literal }) => `…${literal.text}`).join('');
  if (ts.isBinaryExpression(node)) {
    const left = textOf(node.left);
    return left === undefined ? undefined : left + (textOf(node.right) ?? '…');
  }
  return undefined;
}
