/**
 * A rule of the house for `deno lint`: no function is longer than a screen.
 *
 * @module
 */

const MAX_LINES = 60;

function check(context: Deno.lint.RuleContext, node: Deno.lint.Node): void {
  const lines = context.sourceCode.getText(node).split("\n").length;
  if (lines <= MAX_LINES) return;
  context.report({ node, message: `The function has ${lines} lines, more than ${MAX_LINES}` });
}

const plugin: Deno.lint.Plugin = {
  name: "house",
  rules: {
    "function-length": {
      create: (context) => ({
        FunctionDeclaration: (node): void => check(context, node),
        FunctionExpression: (node): void => check(context, node),
        ArrowFunctionExpression: (node): void => check(context, node),
      }),
    },
  },
};

export default plugin;
