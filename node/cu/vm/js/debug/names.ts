import type {
  AnonymousFunctionDeclaration,
  AnyNode,
  ArrowFunctionExpression,
  FunctionDeclaration,
  FunctionExpression,
  Program,
} from 'acorn';

/** A function in any way of writing it. */
export type FunctionNode = FunctionDeclaration | AnonymousFunctionDeclaration | FunctionExpression | ArrowFunctionExpression;

/** A node below another one. */
export interface Child {
  readonly child: AnyNode;
  /** `list`: a statement among others; `body`: the one statement of a loop or a branch. */
  readonly place: 'list' | 'body' | 'other';
  /** What a function is called that stands there without a name of its own. */
  readonly name: string | null;
}

/** Everything directly below a node, in the order of the text. */
export function childrenOf(node: AnyNode): readonly Child[] {
  const name = nameGivenBy(node);
  const children: Child[] = [];
  for (const [key, value] of Object.entries(node) as [string, unknown][]) {
    const many = Array.isArray(value);
    for (const child of many ? (value as readonly unknown[]) : [value])
      if (isNode(child)) children.push({ child, name, place: placeOf(node, key, many) });
  }
  return children.toSorted((one, other) => one.child.start - other.child.start);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value;
}

const BRANCHES: ReadonlySet<string> = new Set(['consequent', 'alternate', 'body']);
const WITH_BRANCHES = /^(If|For|ForIn|ForOf|While|DoWhile)Statement$/;

function placeOf({ type }: AnyNode, key: string, isList: boolean): Child['place'] {
  if (isList && (key === 'body' || key === 'consequent')) return type === 'ClassBody' ? 'other' : 'list';
  return WITH_BRANCHES.test(type) && BRANCHES.has(key) ? 'body' : 'other';
}

function nameGivenBy(node: AnyNode): string | null {
  switch (node.type) {
    case 'VariableDeclarator':
      return node.id.type === 'Identifier' ? node.id.name : null;
    case 'AssignmentExpression':
      return node.left.type === 'Identifier' ? node.left.name : null;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return node.key.type === 'Identifier' ? node.key.name : null;
    default:
      return null;
  }
}

const isFunction = ({ type }: AnyNode): boolean =>
  type === 'FunctionDeclaration' || type === 'FunctionExpression' || type === 'ArrowFunctionExpression';

/** Names that a function (with its parameters), a module or a pattern declares, those of its blocks among them; not those of functions inside it. */
export function namesDeclaredIn(root: AnyNode | Program): ReadonlySet<string> {
  const names = new Set<string>();
  const pattern = (node: AnyNode): void => {
    if (node.type === 'Identifier') names.add(node.name);
    else if (node.type === 'Property') pattern(node.value);
    else if (node.type === 'AssignmentPattern') pattern(node.left);
    else for (const { child } of childrenOf(node)) pattern(child);
  };
  const visit = (node: AnyNode): void => {
    if (node.type === 'VariableDeclarator') pattern(node.id);
    if ((node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration') && node !== root && node.id !== null)
      names.add(node.id.name);
    if (node.type === 'CatchClause' && node.param) pattern(node.param);
    if (node === root || !isFunction(node)) for (const { child } of childrenOf(node)) visit(child);
  };
  if (isPattern(root)) pattern(root);
  else {
    if ('params' in root && Array.isArray(root.params)) for (const param of root.params as readonly AnyNode[]) pattern(param);
    visit(root);
  }
  return names;
}

function isPattern({ type }: AnyNode): boolean {
  return type === 'Identifier' || /Pattern$|^RestElement$/.test(type);
}

/** Every name that stands in the parameters and the body of a function. */
export function namesUsedIn({ params, body }: FunctionNode): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: AnyNode): void => {
    if (node.type === 'Identifier') names.add(node.name);
    for (const { child } of childrenOf(node)) visit(child);
  };
  for (const node of [...params, body]) visit(node);
  return names;
}
