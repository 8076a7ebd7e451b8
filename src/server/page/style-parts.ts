const states = [
  ["failing", "bad"],
  ["conflict", "warn"],
  ["in-progress", "busy"],
  ["due", "due"],
  ["overlapping", "over"],
  ["healthy", "good"],
]
  .map(
    ([state, tone]) =>
      `.badge.is-${state} { color: var(--${tone}); background: var(--${tone}-soft); } .tile.is-${state} strong { color: var(--${tone}); }`,
  )
  .join("\n");

export const PARTS = `
${states}
.badge { display: inline-block; white-space: nowrap; padding: .08rem .5rem; border-radius: 5px; font-size: .84rem; font-weight: 600; }
.headline { display: flex; align-items: center; gap: .6rem; font-size: 1.25rem; margin: 0; }
.lamp { flex: none; display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; background: var(--quiet); }
.is-bad > .lamp, .lamp.is-bad { background: var(--bad); border-radius: 2px; }
.is-warn > .lamp { background: var(--window); border-radius: 2px; transform: rotate(45deg); }
.is-good > .lamp, .lamp.is-good { background: var(--good); }
.problems { display: grid; gap: .4rem; margin-top: .8rem; }
.problems li { padding: .5rem .75rem; border-left: 3px solid; border-radius: 0 6px 6px 0; overflow-wrap: anywhere; }
.problems .is-bad { border-color: var(--bad); background: var(--bad-soft); }
.problems .is-warn { border-color: var(--window); background: var(--warn-soft); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.2rem, 1fr)); gap: .5rem; margin-top: 1rem; }
.tile { display: block; padding: .45rem .75rem .5rem; border: 1px solid var(--line); border-radius: 8px; color: var(--ink); text-decoration: none; font-size: .9rem; }
.tile:hover, .button:hover { background: var(--hover); }
.tile strong { display: block; font-size: 1.45rem; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; }
.tile.is-none strong { color: var(--quiet); font-weight: 400; }
.tile[aria-current] { border-color: var(--link); box-shadow: inset 0 0 0 1px var(--link); }
.own { margin-top: .8rem; font-size: .9rem; }
.button, button { display: inline-block; padding: .35rem .8rem; border: 1px solid var(--line); border-radius: 7px; background: var(--card); color: var(--ink); font: inherit; font-size: .9rem; text-decoration: none; cursor: pointer; white-space: nowrap; }
button { background: var(--link); border-color: var(--link); color: var(--card); font-weight: 600; }
.button.is-on { border-color: var(--link); color: var(--link); }
.button.is-off { opacity: .45; cursor: default; }
.running progress { width: 100%; height: .6rem; accent-color: var(--busy); margin-top: .4rem; }
.attention { display: grid; }
.attention li { padding: .75rem 0; border-top: 1px solid var(--line); display: grid; gap: .2rem; overflow-wrap: anywhere; }
.attention li:first-child { border-top: 0; padding-top: 0; }
.attention + p { padding-top: .5rem; border-top: 1px solid var(--line); }
.links { display: flex; gap: 1rem; font-size: .9rem; }
.links:empty { display: none; }
.target { overflow-wrap: anywhere; }
.kind { color: var(--quiet); font-size: .84rem; }
.token { font-weight: 600; overflow-wrap: anywhere; }
.relative { color: var(--quiet); font-size: .84rem; }
time .relative { display: block; }
time .date, .pass .date { font-variant-numeric: tabular-nums; white-space: nowrap; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1rem; color: var(--quiet); font-size: .84rem; margin-bottom: .5rem; }
.key::before { content: ""; display: inline-block; width: .8rem; height: .5rem; border-radius: 2px; margin-right: .35rem; background: var(--bar); }
.key-window::before { background: var(--window); } .key-overlap::before { background: var(--overlap); }
.key-expiries::before { background: var(--expiry); }
svg { display: block; overflow: visible; }
svg text { fill: var(--quiet); font-size: 12px; text-anchor: start; }
.grid, .base { stroke: var(--line); stroke-width: 1; }
.bar-life, .column-renewals { fill: var(--bar); } .bar-window { fill: var(--window); } .bar-overlap { fill: var(--overlap); }
.column-expiries { fill: var(--expiry); }
.renews { fill: var(--card); stroke: var(--window); stroke-width: 2; }
.expires { stroke: var(--expiry); stroke-width: 2; }
.rows li { padding: .4rem 0 .45rem; border-top: 1px solid var(--line); }
.rows p { font-size: .92rem; line-height: 1.35; margin-bottom: .2rem; }
.said { display: block; color: var(--quiet); font-size: .84rem; }
@media (min-width: 52rem) {
  .rows li, .axis { display: grid; grid-template-columns: minmax(0, 20rem) minmax(0, 1fr); gap: 1.25rem; align-items: center; }
  .axis svg { grid-column: 2; }
}
.chart { margin-top: .3rem; }
details > summary { cursor: pointer; }
.plain { border-collapse: collapse; margin-top: .6rem; font-size: .88rem; }
.plain th, .plain td { text-align: right; padding: .1rem .8rem .1rem 0; font-weight: 400; font-variant-numeric: tabular-nums; }
.plain thead th { color: var(--quiet); }
.filter { display: grid; grid-template-columns: repeat(auto-fit, minmax(9rem, 1fr)); gap: .6rem; align-items: end; margin-bottom: .9rem; }
.field { display: grid; gap: .15rem; min-width: 0; }
.field:last-child { display: flex; gap: .8rem; align-items: center; }
.field label { font-size: .84rem; color: var(--quiet); }
input, select { width: 100%; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: 7px; padding: .33rem .55rem; min-height: 2.2rem; }
input::placeholder { color: var(--quiet); opacity: 1; }
button { min-height: 2.2rem; }
.lineages { width: 100%; border-collapse: collapse; margin-top: .6rem; }
.lineages th, .lineages td { text-align: left; vertical-align: top; padding: .55rem .9rem .55rem 0; border-top: 1px solid var(--line); font-weight: 400; }
.lineages thead th { font-size: .84rem; color: var(--quiet); border-top: 0; padding-bottom: .3rem; white-space: nowrap; }
.lineages tbody th { width: 100%; overflow-wrap: anywhere; }
.secret { font-size: .84rem; color: var(--quiet); }
.secret a { color: inherit; text-decoration-color: var(--line); }
.remark { margin-top: .2rem; font-size: .9rem; color: var(--quiet); overflow-wrap: anywhere; }
.waiting { font-size: .9rem; white-space: nowrap; }
.paging { display: flex; gap: .9rem; align-items: center; margin-top: 1rem; }
.passes > li { border-top: 1px solid var(--line); padding: .45rem 0; }
.passes > li:first-child { border-top: 0; }
.pass .lamp { width: .6rem; height: .6rem; margin-right: .45rem; }
p.pass { padding-left: 1.05rem; }
.card h2, .pass, .remark { overflow-wrap: anywhere; }
.outcome { font-weight: 600; }
.done { margin: .4rem 0 .5rem 1.05rem; display: grid; gap: .3rem; font-size: .92rem; overflow-wrap: anywhere; }
.verb { font-weight: 600; }
.is-failed > .verb { color: var(--bad); }
@media (min-width: 52rem) { .field.is-wide { grid-column: span 2; } }
@media (max-width: 52rem) {
  .lineages, .lineages tbody, .lineages tr, .lineages td, .lineages tbody th { display: block; }
  .lineages thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .lineages tr { border-top: 1px solid var(--line); padding: .7rem 0; }
  .lineages td, .lineages tbody th { border: 0; padding: .1rem 0; min-width: 0; }
  .lineages td[data-label]:not([data-label="State"])::before { content: attr(data-label) ": "; color: var(--quiet); font-size: .84rem; }
  .lineages td:has(> .quiet:only-child) { display: none; }
  time .relative { display: inline; }
  .waiting { display: inline; white-space: normal; } .waiting li { display: inline; margin-right: .6rem; }
  .field.is-wide { grid-column: 1 / -1; }
}
@media (max-width: 40rem) { .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); } .tile { padding: .35rem .5rem; } .filter { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
`;
