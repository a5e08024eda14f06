/** The page's only style sheet: of two widths and two colour schemes, in the fonts that are there. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1c2230; --soft: #5a6373; --line: #dfe3ea; --paper: #fff; --sheet: #f6f7f9;
  --link: #0b57c2; --mark: #8a3ffc; --good: #0f7b3f; --bad: #b3261e;
  --get: #0b6bcb; --post: #14803c; --put: #9a5b00; --patch: #9a5b00; --delete: #b3261e;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e4e8f0; --soft: #9aa5b8; --line: #2c3442; --paper: #12161e; --sheet: #1a202b;
    --link: #79b0ff; --mark: #c4a2ff; --good: #5fd38d; --bad: #ff8a80;
    --get: #6cb2ff; --post: #5fd38d; --put: #f0b35a; --patch: #f0b35a; --delete: #ff8a80;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; color: var(--text); background: var(--paper);
  font: 1rem/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif;
  display: grid; grid-template-columns: minmax(0, 1fr);
}
header, main { padding: 1.5rem clamp(1rem, 4vw, 3rem); max-width: 64rem; min-width: 0; }
main { padding-top: 1.5rem; }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0; }
h1 small { font-size: 1rem; font-weight: 400; color: var(--soft); }
h2 { font-size: 1.4rem; margin: 2.5rem 0 .5rem; }
main section:first-child h2 { margin-top: 0; }
h3 { font-size: 1.05rem; margin: 0 0 .5rem; display: flex; flex-wrap: wrap; gap: .6rem; align-items: baseline; }
h4 { font-size: .8rem; margin: 1.4rem 0 .4rem; color: var(--soft); text-transform: uppercase; letter-spacing: .05em; }
h4 code { text-transform: none; letter-spacing: 0; color: var(--text); margin-left: .3rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); text-underline-offset: .15em; }
a:focus-visible, [tabindex]:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
code, pre { font-family: var(--mono); font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; overflow-x: auto; line-height: 1.45; margin: 0; }
pre code { font-size: .8125rem; overflow-wrap: normal; }
article { border: 1px solid var(--line); border-radius: 10px; padding: 1.1rem 1.25rem 1.3rem; margin: 1rem 0; }
article:target { border-color: var(--link); box-shadow: 0 0 0 1px var(--link); }
.path { font-size: 1rem; font-weight: 600; }
td .path { font-size: .875em; font-weight: 400; }
.summary { font-size: 1.05rem; font-weight: 600; }
.credential, .or { color: var(--soft); font-size: .9rem; }
.anchor { text-decoration: none; color: var(--soft); padding: 0 .3rem; }
.method { font: 700 .7rem/1 var(--mono); letter-spacing: .03em; display: inline-block; min-width: 4.1em; color: var(--get); }
h3 .method { border: 1px solid currentColor; border-radius: 5px; padding: .3rem .45rem; text-align: center; }
.method.post { color: var(--post); } .method.put { color: var(--put); }
.method.patch { color: var(--patch); } .method.delete { color: var(--delete); }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem; }
th, td { padding: .45rem .75rem .45rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td:first-child { min-width: 9rem; } td:first-child code { white-space: nowrap; } td:nth-child(2) { min-width: 7rem; }
tr:last-child td { border-bottom: 0; }
tr:target td { background: var(--sheet); }
.required { color: var(--mark); font-size: .75rem; white-space: nowrap; }
dl.answers { display: grid; grid-template-columns: 3rem 1fr; gap: .3rem .75rem; margin: 0; }
.answers dt { margin: 0; font: 700 .9rem/1.7 var(--mono); color: var(--good); } .answers dd { margin: 0; }
.media { display: block; color: var(--soft); font-size: .9rem; }
.problems { list-style: none; padding: 0; margin: 0; font-size: .9rem; display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; }
.problems b { font: 700 .9rem/1.7 var(--mono); color: var(--bad); margin-right: .3rem; }
dt { margin-top: .8rem; } dd { margin: .15rem 0 0 1.25rem; }
nav { padding: .5rem clamp(1rem, 4vw, 3rem); border-block: 1px solid var(--line); background: var(--sheet); max-height: 40vh; overflow-y: auto; font-size: .85rem; }
nav h2 { font-size: .85rem; margin: 1rem 0 .25rem; }
nav h2 a { color: var(--text); text-decoration: none; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav li a { display: flex; gap: .4rem; align-items: baseline; padding: .15rem 0; color: var(--soft); text-decoration: none; }
nav li span:last-child { font-family: var(--mono); font-size: .75rem; overflow-wrap: anywhere; }
nav a:hover, nav a:hover span:last-child { color: var(--link); text-decoration: underline; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; }
@media (min-width: 62rem) {
  body { grid-template-columns: 21rem minmax(0, 1fr); grid-template-rows: auto 1fr; }
  nav { grid-column: 1; grid-row: 1 / 3; position: sticky; top: 0; height: 100vh; max-height: none; padding: 1rem 1.25rem 2rem; border: 0; border-right: 1px solid var(--line); }
  header, main { grid-column: 2; }
}
@media print { nav, .skip { display: none; } article { break-inside: avoid; } }
`
