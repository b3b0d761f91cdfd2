import { createRequire } from "node:module";

/** What of swc's visitor is used here. Its own types call the whole of it deprecated. */
interface SyntaxVisitor {
  visitStatement: (this: SyntaxVisitor, statement: Statement) => Statement;
  visitVariableDeclarators: (this: SyntaxVisitor, declarators: unknown) => unknown;
}

interface Statement {
  readonly type: string;
  readonly decls?: unknown;
}

/**
 * Lets dependency-cruiser read files with a `using` declaration. It walks swc's syntax tree with swc's own visitor,
 * which throws on that statement although the parser knows it.
 */
export function teachUsing(): void {
  const load = createRequire(import.meta.url);
  const { Visitor } = load("@swc/core/Visitor.js") as { Visitor: { prototype: SyntaxVisitor } };
  const { prototype } = Visitor;
  const { visitStatement } = prototype;
  prototype.visitStatement = function visit(statement) {
    if (statement.type !== "UsingDeclaration") return visitStatement.call(this, statement);
    this.visitVariableDeclarators(statement.decls);
    return statement;
  };
}
