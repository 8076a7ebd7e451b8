export const LAYOUT = `
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; -webkit-text-size-adjust: 100%; }
header, main, footer { max-width: 82rem; margin: 0 auto; padding: 0 1.25rem; }
h1, h2, p, ul, ol { margin: 0; padding: 0; }
ul, ol { list-style: none; }
h1 { font-size: 1.3rem; line-height: 1.3; font-weight: 650; letter-spacing: -.01em; overflow-wrap: anywhere; }
h2 { font-size: 1.02rem; line-height: 1.35; font-weight: 650; margin-bottom: .6rem; }
a { color: var(--link); text-underline-offset: .15em; text-decoration-thickness: 1px; }
a:hover { text-decoration-thickness: 2px; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
h2:focus { outline: none; }
code { font: .84em/1.4 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; color: var(--quiet); overflow-wrap: anywhere; }
.quiet { color: var(--quiet); }
.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
.skip { position: absolute; left: -999rem; }
.skip:focus { left: 1rem; top: .5rem; padding: .4rem .8rem; background: var(--card); z-index: 1; }
.top { display: flex; flex-wrap: wrap; gap: .75rem 1.5rem; justify-content: space-between; align-items: flex-start; padding-top: 1.5rem; padding-bottom: 1.1rem; }
.actions { display: flex; gap: .5rem; }
main { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.card, .summary { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem; min-width: 0; }
.stack { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
.pair { display: grid; gap: 1rem; grid-template-columns: minmax(0, 1fr); }
footer { padding-top: 1.5rem; padding-bottom: 2.5rem; color: var(--quiet); font-size: .87rem; display: grid; gap: .25rem; }
@media (min-width: 62rem) { .pair { grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); align-items: start; } }
@media (max-width: 40rem) {
  header, main, footer { padding-left: .8rem; padding-right: .8rem; }
  .card, .summary { padding: .9rem; }
  .top { padding-top: 1rem; }
}
@media print { .actions, .filter, .paging, .skip { display: none; } .card, .summary { break-inside: avoid; } }
`;
