/** The style of the page of a difference: two schemes of colours, as the reader's system says. */
export const style = `
:root {
  color-scheme: light dark;
  --back: light-dark(#f6f7f9, #14171c);
  --card: light-dark(#ffffff, #1b1f26);
  --line: light-dark(#dfe3e8, #2d333d);
  --text: light-dark(#1c2126, #dfe4ea);
  --soft: light-dark(#5d6773, #95a0ad);
  --new: light-dark(#0b6b33, #6fdc97);
  --new-back: light-dark(#e3f6ea, #14301f);
  --new-word: light-dark(#a8e6bf, #1f6a3d);
  --gone: light-dark(#a3232c, #ff9a9f);
  --gone-back: light-dark(#fdeaea, #3a1a1e);
  --gone-word: light-dark(#f7b9bd, #84303a);
  --changed: light-dark(#855500, #f0c060);
  --changed-back: light-dark(#fdf3dc, #362a12);
  --accent: light-dark(#1f5fbf, #7fb2ff);
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
* { box-sizing: border-box; }
html, body { height: 100%; margin: 0; }
body {
  background: var(--back); color: var(--text);
  font: 14px/1.45 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  display: grid; grid-template: auto 1fr / 17rem 1fr;
}
header {
  grid-column: 1 / -1; display: flex; flex-wrap: wrap; align-items: center; gap: .5rem 1.25rem;
  padding: .7rem 1rem; background: var(--card); border-bottom: 1px solid var(--line);
}
h1 { font-size: 1.05rem; margin: 0; font-weight: 600; overflow-wrap: anywhere; }
h1 code { font-family: var(--mono); font-size: .95em; }
.about { color: var(--soft); font-size: .85rem; }
.tools { margin-left: auto; display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
input[type=search] {
  font: inherit; width: 18rem; max-width: 60vw; padding: .35rem .6rem; color: inherit;
  background: var(--back); border: 1px solid var(--line); border-radius: 6px;
}
button {
  font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid var(--line); border-radius: 6px; padding: .3rem .65rem;
}
button:focus-visible, input:focus-visible, nav a:focus-visible {
  outline: 2px solid var(--accent); outline-offset: 1px;
}
.kind[aria-pressed=false] { opacity: .45; text-decoration: line-through; }
.kind.changed { color: var(--changed); background: var(--changed-back); }
.kind.new { color: var(--new); background: var(--new-back); }
.kind.gone { color: var(--gone); background: var(--gone-back); }
nav { overflow: auto; border-right: 1px solid var(--line); padding: .6rem; }
nav button {
  display: flex; width: 100%; gap: .5rem; border-color: transparent; text-align: left;
  align-items: baseline; padding: .25rem .5rem;
}
nav button:hover { background: var(--card); }
nav button[aria-current=true] { background: var(--card); border-color: var(--line); font-weight: 600; }
nav .name { flex: 1; overflow-wrap: anywhere; font-family: var(--mono); font-size: .85rem; }
nav .count { color: var(--soft); font-size: .8rem; font-variant-numeric: tabular-nums; }
nav .none { opacity: .4; }
nav p { padding: 0 .5rem; overflow-wrap: anywhere; }
main { overflow: auto; padding: 0 1rem 4rem; }
h2 {
  position: sticky; top: 0; z-index: 1; margin: 0 -1rem; padding: .8rem 1rem .35rem;
  font: 600 .95rem var(--mono); background: var(--back); border-bottom: 1px solid var(--line);
}
h2 small { font-weight: 400; color: var(--soft); margin-left: .6rem; }
.row {
  display: grid; grid-template-columns: 1.2rem minmax(5rem, 10rem) 1fr; gap: .1rem .7rem;
  padding: .45rem .6rem; margin: .4rem 0; background: var(--card);
  border: 1px solid var(--line); border-left-width: 4px; border-radius: 6px;
  content-visibility: auto; contain-intrinsic-size: auto 3.2rem;
}
.row.changed { border-left-color: var(--changed); }
.row.new { border-left-color: var(--new); }
.row.gone { border-left-color: var(--gone); }
.sign { font: 700 1rem var(--mono); text-align: center; }
.changed > .sign { color: var(--changed); }
.new > .sign { color: var(--new); }
.gone > .sign { color: var(--gone); }
.key { font-family: var(--mono); font-size: .85rem; overflow-wrap: anywhere; white-space: pre-line; padding-top: .1rem; }
.key .more { display: block; font-family: inherit; font-size: .75rem; text-align: left; }
.label { color: var(--soft); font-family: var(--mono); font-size: .8rem; }
.pairs { display: flex; flex-wrap: wrap; gap: .15rem 1.1rem; min-width: 0; }
.pair { min-width: 0; }
.pair.wide { flex-basis: 100%; }
.value { font-family: var(--mono); font-size: .85rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.null { color: var(--soft); font-style: italic; }
.change {
  display: grid; grid-template-columns: minmax(5rem, 8.5rem) 1fr; gap: .1rem .7rem;
  padding: .1rem 0;
}
.change > .label { overflow-wrap: anywhere; padding-top: .12rem; }
.sides { display: flex; flex-wrap: wrap; gap: .15rem .5rem; align-items: baseline; min-width: 0; }
.sides.tall { display: grid; grid-template-columns: 1fr 1fr; align-items: start; }
.sides.tall .arrow { display: none; }
.was, .is { padding: 0 .35rem; border-radius: 4px; min-width: 0; }
.was { background: var(--gone-back); }
.is { background: var(--new-back); }
.was mark { background: var(--gone-word); }
.is mark { background: var(--new-word); }
mark { color: inherit; border-radius: 2px; }
.arrow { color: var(--soft); }
.legend { font-size: .85rem; color: var(--soft); white-space: nowrap; }
.legend .was, .legend .is { color: var(--text); }
.same { margin-top: .25rem; padding-top: .25rem; border-top: 1px dashed var(--line); }
.more { border: 0; padding: 0; color: var(--accent); font-size: .8rem; }
.empty { color: var(--soft); padding: 3rem 0; text-align: center; }
::highlight(searched) { background: light-dark(#ffe27a, #7a6200); }
@media (max-width: 800px) {
  body { display: block; height: auto; }
  nav { overflow-x: auto; border-right: 0; border-bottom: 1px solid var(--line); }
  nav div { display: flex; }
  nav button { width: auto; white-space: nowrap; }
  nav .name { overflow-wrap: normal; }
  .row { grid-template-columns: 1.2rem 1fr; }
  .row > :last-child { grid-column: 2; }
  .change, .sides.tall { grid-template-columns: 1fr; }
}
`;
