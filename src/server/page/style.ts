import { createHash } from "node:crypto";
import { LAYOUT } from "./style-layout.ts";
import { PARTS } from "./style-parts.ts";

const COLOURS = `
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --card: #fff; --ink: #1b2430; --quiet: #566272; --line: #dde2e8; --link: #1f5f99; --hover: #eef2f7;
  --bad: #b3261e; --bad-soft: #fceeec; --warn: #8a5300; --warn-soft: #fdf3e1; --busy: #1f5f99; --busy-soft: #e8f1fa;
  --due: #5b4a9e; --due-soft: #f0edfa; --over: #0f6b6b; --over-soft: #e2f3f2; --good: #2a6b3c; --good-soft: #e7f4ea;
  --bar: #7ba6cf; --window: #e2a64a; --overlap: #3f9d9a; --expiry: #c0665d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #12171e; --card: #1a212a; --ink: #e3e8ee; --quiet: #9eabba; --line: #2e3844; --link: #8cc0f0; --hover: #232c37;
    --bad: #ff9d93; --bad-soft: #3a2020; --warn: #f2c06a; --warn-soft: #362b17; --busy: #8cc0f0; --busy-soft: #1a2e42;
    --due: #c1b3f7; --due-soft: #2a2545; --over: #7fd1cc; --over-soft: #15332f; --good: #90d3a0; --good-soft: #1a3222;
    --bar: #4f7ea9; --window: #b98131; --overlap: #4fb0ac; --expiry: #cf7a70;
  }
}`;

/** The whole of the page's looks; in the page itself, so that nothing else need be loaded. */
export const STYLE = `${COLOURS}${LAYOUT}${PARTS}`;

/** What the content security policy lets through: these very bytes. */
export const STYLE_HASH = `'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`;
