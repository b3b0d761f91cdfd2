/** What of a syntax node the rules below look at. */
interface SyntaxNode {
  readonly type: string;
}

interface Identifier extends SyntaxNode {
  readonly name: string;
}

interface Call extends SyntaxNode {
  readonly callee: SyntaxNode;
  readonly arguments: readonly SyntaxNode[];
}

interface Member extends SyntaxNode {
  readonly object: SyntaxNode;
  readonly property: SyntaxNode;
  readonly computed: boolean;
}

interface Declarator extends SyntaxNode {
  readonly id: SyntaxNode;
  readonly init: SyntaxNode | null;
}

interface RuleContext {
  report(problem: { readonly node: SyntaxNode; readonly message: string }): void;
}

/** `new Date()` and `Date()` read the clock, which is the World's to do; `new Date(instant)` is fine. */
function createNoCurrentDate(context: RuleContext) {
  const message = "Time comes from the runtime's World; a Date is made from an instant.";
  return {
    NewExpression(node: Call) {
      if (isNamed(node.callee, "Date") && node.arguments.length === 0) {
        context.report({ node, message });
      }
    },
    CallExpression(node: Call) {
      if (isNamed(node.callee, "Date")) context.report({ node, message });
    },
  };
}

/**
 * The environment is read in config.ts alone. Elsewhere `process.env` is reported, and so is every form in which
 * `env` could leave `process` unseen: a computed member, a pattern, another name.
 */
function createNoEnvironment(context: RuleContext) {
  const message = "The environment is read in config.ts alone.";
  return {
    MemberExpression(node: Member) {
      if (!isNamed(node.object, "process")) return;
      if (node.computed || isNamed(node.property, "env")) context.report({ node, message });
    },
    VariableDeclarator(node: Declarator) {
      if (node.init !== null && isNamed(node.init, "process")) context.report({ node, message });
    },
  };
}

function isNamed(node: SyntaxNode, name: string): boolean {
  return isIdentifier(node) && node.name === name;
}

function isIdentifier(node: SyntaxNode): node is Identifier {
  return node.type === "Identifier";
}

/** The linter's own rules: what it must know about this code base and has no rule for. */
export default {
  meta: { name: "world" },
  rules: {
    "no-current-date": { create: createNoCurrentDate },
    "no-environment": { create: createNoEnvironment },
  },
};
