import { type Alias, type Node, visit } from "yaml";

/** Each alias with the node that bears its anchor: the nearest one before it. */
export const aliasTargets = (contents: Node | null): Map<Alias, Node> => {
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  if (contents === null) return targets;
  visit(contents, {
    Alias: (_, alias) => {
      const target = anchors.get(alias.source);
      if (target !== undefined) targets.set(alias, target);
    },
    Value: (_, node) => {
      if (node.anchor !== undefined) anchors.set(node.anchor, node);
    },
  });
  return targets;
};
