/** The page's style sheet: dark and light by the reader's setting, light on paper. Contrasts are 4.5 : 1 or more. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #111316); --card: light-dark(#f5f6f7, #191c20);
  --line: light-dark(#c9ced4, #363c43); --text: light-dark(#15181b, #e4e7ea); --quiet: light-dark(#565f69, #aab2bb);
  --right: light-dark(#1f7a6d, #6fc2b4); --wrong: light-dark(#b3372c, #f0938a); --notice: light-dark(#7a5200, #e2bd6b);
  --glioma: light-dark(#a05f00, #e0a24a); --meningioma: light-dark(#0b679e, #6db3e2);
  --none: light-dark(#5a626b, #b4bcc5); --pituitary: light-dark(#9c3f74, #d88fb9);
}
* { box-sizing: border-box; }
body {
  margin: 0; background: var(--ground); color: var(--text);
  font: 14px/1.45 -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', sans-serif;
  font-variant-numeric: tabular-nums;
}
header, main { max-width: 1180px; margin: 0 auto; padding: 24px 24px 0; }
main { padding-bottom: 48px; }
h1 { margin: 0 0 4px; font-size: 24px; } h2 { margin: 32px 0 8px; font-size: 17px; }
p { margin: 4px 0; max-width: 90ch; }
.notice { color: var(--notice); font-weight: 600; } .quiet, caption, small { color: var(--quiet); }
.warning { border-left: 3px solid var(--notice); padding: 4px 12px; background: var(--card); }
.facts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px; margin: 0; }
.facts div { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 10px 14px; }
.facts dt { color: var(--quiet); } .facts dd { margin: 0; font-size: 22px; font-weight: 600; }
.facts small { display: block; font-size: 12px; font-weight: 400; }
table { border-collapse: collapse; margin: 0 0 8px; }
caption { text-align: left; padding-bottom: 6px; }
th, td { padding: 5px 12px 5px 0; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top; }
th:first-child { text-align: left; } thead th { color: var(--quiet); font-weight: 600; } tbody th { font-weight: 600; }
.confusion td, .confusion th { padding: 8px 12px; } .confusion thead th { text-align: center; } .confusion tbody th { text-align: left; padding-left: 0; }
.cell { min-width: 118px; text-align: center; border: 2px solid var(--ground); }
.cell b { display: block; font-size: 17px; } .cell small { color: inherit; }
.cell.right { background: color-mix(in srgb, var(--right) calc(var(--shade) * 0.55), var(--card)); }
.cell.wrong { background: color-mix(in srgb, var(--wrong) calc(var(--shade) * 0.8), var(--card)); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(300px, 360px)); gap: 16px; }
figure { margin: 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: 4px; }
.chart { width: 100%; height: auto; display: block; }
.chart text { fill: var(--quiet); font-size: 11px; } .chart .axis { font-size: 12px; fill: var(--text); }
.grid { stroke: var(--line); stroke-width: 0.7; fill: none; }
.diagonal { stroke: var(--quiet); stroke-width: 1; stroke-dasharray: 3 4; fill: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
.line.glioma, .line.axial { stroke: var(--glioma); }
.line.meningioma, .line.sagittal { stroke: var(--meningioma); stroke-dasharray: 7 3; }
.line.none { stroke: var(--none); stroke-dasharray: 2 3; }
.line.pituitary, .line.coronal { stroke: var(--pituitary); stroke-dasharray: 9 3 2 3; }
rect.right { fill: var(--right); } rect.wrong { fill: var(--wrong); } rect.mark { fill: var(--text); }
.legend { list-style: none; margin: 4px 0 0; padding: 0 0 0 46px; font-size: 13px; }
.mistakes { columns: 2; column-gap: 32px; padding-left: 24px; } .mistakes li { break-inside: avoid; margin-bottom: 8px; overflow: hidden; }
.mistakes img { float: right; width: 72px; height: 72px; object-fit: contain; background: #000; margin-left: 8px; }
.path { font-size: 12px; color: var(--quiet); overflow-wrap: anywhere; }
@media (max-width: 800px) { .facts { grid-template-columns: 1fr 1fr; } .mistakes { columns: 1; } table { display: block; overflow-x: auto; } }
@media print {
  :root { color-scheme: light; } header, main { max-width: none; padding: 0; } section { break-inside: avoid; }
  .cell, rect, .facts div { print-color-adjust: exact; }
}
`;
