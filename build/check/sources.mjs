import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'vite';

const TOPS = ['node', 'electron', 'renderer', 'test', 'build'];
const SKIPPED = new Set(['node_modules', 'fixtures']);
/** Programs of the person, in AssemblyScript. */
const NOT_OURS = /^node\/(?:samples|templates)\//;

/** Every TypeScript and build file below the root, as path (with `/`) → text. Declarations are left out. */
export function readSources(root) {
  const files = new Map();
  for (const top of TOPS) walk(root, top, files);
  return files;
}

function walk(root, folder, files) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory() && !SKIPPED.has(entry.name)) walk(root, path, files);
    else if (/\.(?:tsx?|mjs)$/.test(entry.name) && !/\.d\.m?ts$/.test(entry.name) && !NOT_OURS.test(path))
      files.set(path, readFileSync(join(root, path), 'utf8'));
  }
}

const parsed = new Map();

/** The syntax tree, imports and comments of a file; kept, since several checks ask for it. @throws SyntaxError */
export function parse(path, text) {
  const kept = parsed.get(path);
  if (kept?.text === text) return kept;
  const lang = path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'js';
  const { program, module, comments, errors } = parseSync(path, text, { lang });
  const fatal = errors.find((error) => error.severity === 'Error');
  if (fatal !== undefined) throw new SyntaxError(`${path}: ${fatal.message}`);
  const result = { text, program, module, comments };
  parsed.set(path, result);
  return result;
}

/** Calls `visit(node, parent)` for every node of a tree, parents first. */
export function visitAll(node, visit, parent = null) {
  if (node === null || typeof node !== 'object') return;
  if (Array.isArray(node)) {
    for (const child of node) visitAll(child, visit, parent);
    return;
  }
  if (typeof node.type !== 'string') return;
  visit(node, parent);
  for (const key of Object.keys(node)) if (key !== 'type' && key !== 'start' && key !== 'end') visitAll(node[key], visit, node);
}

/** The line, from 1, of a place in a text. */
export function lineOf(text, offset) {
  let line = 1;
  for (let index = text.indexOf('\n'); index !== -1 && index < offset; index = text.indexOf('\n', index + 1)) line += 1;
  return line;
}

/**
 * What a file names from elsewhere: imports, re-exports, import types, dynamic imports, and `new URL('…', import.meta.url)`.
 * @returns `{ name, line }`, the name as written without Vite's `?worker` and the like
 */
export function importsOf(path, text) {
  const { program } = parse(path, text);
  const found = [];
  const add = (literal) => {
    if (typeof literal?.value === 'string') found.push({ name: literal.value.replace(/\?.*$/, ''), line: lineOf(text, literal.start) });
  };
  visitAll(program, (node) => {
    if (['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'].includes(node.type))
      add(node.source);
    if (node.type === 'NewExpression' && node.callee.name === 'URL' && node.arguments[1]?.type === 'MemberExpression')
      add(node.arguments[0]);
  });
  return found;
}
