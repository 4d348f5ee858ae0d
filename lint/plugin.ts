/** A literal of the syntax tree, or a piece of a template. */
export interface LiteralNode {
  readonly value: unknown;
}

/** What a rule is handed: the part of the plugin interface that is used. */
interface RuleContext {
  readonly report: (problem: { readonly node: LiteralNode; readonly message: string }) => void;
}

const OWN_ENDPOINTS = /(^|\/)_(ministack|localstack|aws)(\/|$)/;

/**
 * Addresses of an emulator's own interface, which no AWS account has. Whatever uses one works on that emulator alone;
 * `local/` is the only place that may.
 */
export const noEmulatorCalls = {
  create({ report }: RuleContext) {
    const check = (node: LiteralNode, text: unknown): void => {
      if (typeof text !== 'string' || !OWN_ENDPOINTS.test(text)) return;
      report({ node, message: 'Only local/ calls the own interface of an emulator; use the AWS API.' });
    };
    return {
      Literal: (node: LiteralNode) => check(node, node.value),
      TemplateElement: (node: LiteralNode) => check(node, (node.value as { readonly raw: string }).raw),
    };
  },
};

// oxlint-disable-next-line import/no-default-export -- the linter loads a plugin by its default export
export default { meta: { name: 'groundswell' }, rules: { 'no-emulator-calls': noEmulatorCalls } };
