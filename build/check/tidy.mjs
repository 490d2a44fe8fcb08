import { basename } from 'node:path';
import { lineOf, parse, visitAll } from './sources.mjs';

/** Lines. Aim for under 150; the end is here. */
const FILE_LINES = 400;
const TEST_FILE_LINES = 600;
const FUNCTION_LINES = 70;

/** A thing with such a name has no clear job yet. → what to do instead */
const BANNED_WORDS = {
  manager: 'say what it does: start, watch, keep',
  helper: 'put the function where its subject lives',
  helpers: 'put the function where its subject lives',
  util: 'put the function where its subject lives',
  utils: 'put the function where its subject lives',
  misc: 'put the function where its subject lives',
  service: 'name the job, or the unit',
  common: 'node/base/ when it is pure and small, else the folder of its subject',
};
/** Names that are not ours to choose. */
const GIVEN_NAMES = new Set(['serviceWorker', 'commonjs']);

const NO_DEBTS = /^(?:node|renderer\/model)\/\S+ (?:any|double-cast|non-null|ts-ignore)$/;
/** Only the SU reads protocol time, and nobody here rolls dice: a recorded run must replay exactly. performance.now() measures and is fine. */
const REPEATABLE = /^node\/(?:base|contract|item|gateway|su|cu|mu)\//;
/** Where a unit is wired to what is real. */
const IS_WIRING = /\/(?:main|open)\.ts$|^node\/item\/wallet\.ts$|^node\/item\/signer\.ts$/;

const isTest = (path) => path.startsWith('test/') || /\.(?:test|fixture)\.[a-z]+$/.test(path);
const isBuild = (path) => path.startsWith('build/');

/**
 * Everything untidy in one file.
 * @param debts counted marks that are allowed for now: `path rule` → number (see build/check/debts.json); may only fall
 * @returns lines `path:line what; what instead`
 */
export function tidyViolations(files, debts = {}) {
  const found = [];
  const used = new Map();
  const countOrReport = (path, rule, report) => {
    const key = `${path} ${rule}`;
    used.set(key, (used.get(key) ?? 0) + 1);
    if (used.get(key) > (debts[key] ?? 0)) found.push(report);
  };
  for (const [path, text] of files) {
    checkNames(path, found);
    checkLength(path, text, countOrReport);
    checkMarks(path, text, countOrReport);
    checkTree(path, text, countOrReport);
  }
  for (const [key, allowed] of Object.entries(debts)) {
    if (NO_DEBTS.test(key)) found.push(`build/check/debts.json: "${key}"; there are no debts of types in node/ and renderer/model/`);
    if ((used.get(key) ?? 0) < allowed)
      found.push(`build/check/debts.json: "${key}" is down to ${used.get(key) ?? 0}; write that there, so that it cannot grow again`);
  }
  return found;
}

function checkNames(path, found) {
  const stem = basename(path).replace(/(?:\.test)?\.\w+$/, '');
  if (!/^[a-z0-9]+(?:[.-][a-z0-9]+)*$/.test(stem)) found.push(`${path}: file names are kebab-case`);
  for (const word of path.toLowerCase().split(/[/.-]/)) {
    if (Object.hasOwn(BANNED_WORDS, word)) found.push(`${path}: "${word}" in a path; ${BANNED_WORDS[word]}`);
  }
}

function checkLength(path, text, report) {
  const lines = text.split('\n').length - 1;
  const limit = isTest(path) ? TEST_FILE_LINES : FILE_LINES;
  if (lines > limit) report(path, 'file-length', `${path}: ${lines} lines, at most ${limit}; a file answers one question`);
}

function checkMarks(path, text, report) {
  for (const { value, start } of parse(path, text).comments) {
    const at = `${path}:${lineOf(text, start)}`;
    const mark = /\b(?:TODO|FIXME|XXX|HACK)\b/.exec(value);
    if (mark !== null) report(path, 'mark', `${at} ${mark[0]}; do it now or describe it in an issue`);
    if (/@ts-(?:ignore|nocheck|expect-error)/.test(value) && !isTest(path))
      report(path, 'ts-ignore', `${at} @ts-…; give the value its type`);
    if (/(?:eslint|oxlint)-disable/.test(value) && !/--\s*\S/.test(value))
      report(path, 'lint-disable', `${at} a disabled lint rule without its reason; add "-- why"`);
  }
}

function checkTree(path, text, report) {
  const { program } = parse(path, text);
  const place = (node) => `${path}:${lineOf(text, node.start)}`;
  visitAll(program, (node, parent) => {
    switch (node.type) {
      case 'TSAnyKeyword':
        report(path, 'any', `${place(node)} any; name the type, or unknown and parse it`);
        break;
      case 'TSNonNullExpression':
        if (!isTest(path)) report(path, 'non-null', `${place(node)} "!"; check the value (node/base/assert.ts) instead`);
        break;
      case 'TSAsExpression':
        if (node.expression.type === 'TSAsExpression' && node.expression.typeAnnotation.type === 'TSUnknownKeyword')
          report(path, 'double-cast', `${place(node)} as unknown as; parse the value instead`);
        break;
      case 'ExportAllDeclaration':
        report(path, 're-export', `${place(node)} a re-export; import from the file that owns the name`);
        break;
      case 'ExportNamedDeclaration':
        if (node.source !== null && node.source !== undefined)
          report(path, 're-export', `${place(node)} a re-export; import from the file that owns the name`);
        break;
      case 'ExportDefaultDeclaration':
        if (!path.endsWith('.config.ts')) report(path, 'default-export', `${place(node)} a default export; give it a name`);
        break;
      case 'CallExpression':
        checkCall(node, path, place, report);
        break;
      case 'Identifier':
        checkIdentifier(node, parent, path, place, report);
        break;
      default:
        checkFunction(node, parent, path, text, place, report);
    }
  });
}

function checkCall(node, path, place, report) {
  const name = node.callee.type === 'MemberExpression' ? `${node.callee.object.name}.${node.callee.property.name}` : node.callee.name;
  if (name === 'console.log' && !isTest(path) && !isBuild(path))
    report(path, 'console-log', `${place(node)} console.log; process.stdout.write where a person is meant, nothing otherwise`);
  if (!REPEATABLE.test(path) || isTest(path) || IS_WIRING.test(path)) return;
  if (['Date.now', 'Math.random', 'crypto.randomUUID', 'randomUUID', 'randomBytes'].includes(name)) {
    report(path, 'not-repeatable', `${place(node)} ${name}(); take time and chance from the unit's ports`);
  }
}

/** Only names we give: declarations and properties of our own types, not the members of others. */
function checkIdentifier(node, parent, path, place, report) {
  if (parent === null || isBuild(path)) return;
  const isOurs =
    (['VariableDeclarator', 'FunctionDeclaration', 'ClassDeclaration', 'TSInterfaceDeclaration', 'TSTypeAliasDeclaration'].includes(
      parent.type,
    ) &&
      parent.id === node) ||
    (['TSPropertySignature', 'MethodDefinition', 'PropertyDefinition'].includes(parent.type) && parent.key === node);
  if (!isOurs || GIVEN_NAMES.has(node.name)) return;
  const words = node.name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[ _]/);
  for (const word of words)
    if (Object.hasOwn(BANNED_WORDS, word))
      report(path, 'word', `${place(node)} the name ${node.name} says "${word}"; ${BANNED_WORDS[word]}`);
}

const FUNCTIONS = new Set(['FunctionDeclaration', 'FunctionExpression', 'ArrowFunctionExpression']);

function checkFunction(node, parent, path, text, place, report) {
  if (!FUNCTIONS.has(node.type) || isTest(path)) return;
  const lines = ownLines(node, text);
  if (lines <= FUNCTION_LINES) return;
  const name = node.id?.name ?? parent?.key?.name ?? parent?.id?.name ?? 'a function';
  report(
    path,
    `function ${name}`,
    `${place(node)} ${name} has ${lines} lines of its own, at most ${FUNCTION_LINES}; a function fits on a screen`,
  );
}

/** Lines of a function without those of the functions inside it: each of them is measured itself. */
function ownLines(node, text) {
  const span = ({ start, end }) => lineOf(text, end) - lineOf(text, start) + 1;
  let lines = span(node);
  const subtract = (child) => {
    if (child === null || typeof child !== 'object') return;
    if (Array.isArray(child)) child.forEach(subtract);
    else if (FUNCTIONS.has(child.type)) lines -= span(child) - 1;
    else if (typeof child.type === 'string') Object.values(child).forEach(subtract);
  };
  subtract(node.body);
  return lines;
}
