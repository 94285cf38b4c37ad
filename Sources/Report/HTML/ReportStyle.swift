/// The style sheet and the script of the HTML report; both stand in the page itself.
enum ReportStyle {
  /// Everything for the page's head.
  static var sheet: Markup {
    .tag("style", [:], Markup(whole: Palette.declarations), page, blocks, tables, charts, media)
  }

  /// Folds what is secondary, which is open without a script and on paper.
  static let script = Markup(
    trusted: """
      <script>
      (function () {
        var folds = document.querySelectorAll("details.fold");
        var set = function (open) { folds.forEach(function (fold) { fold.open = open; }); };
        set(false);
        var unfold = function () {
          var target = document.getElementById(location.hash.slice(1));
          var fold = target ? target.closest("details") : null;
          if (fold) { fold.open = true; target.scrollIntoView(); }
        };
        window.addEventListener("hashchange", unfold);
        window.addEventListener("beforeprint", function () { set(true); });
        unfold();
      })();
      </script>
      """)

  private static let page = Markup(
    trusted: """
      :root { color-scheme: light dark; }
      * { box-sizing: border-box; }
      html { -webkit-text-size-adjust: 100%; scroll-padding-top: 1rem; }
      body { margin: 0; background: var(--ground); color: var(--ink);
        font: 1rem/1.55 system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif;
        overflow-wrap: anywhere; }
      main { max-width: 60rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
      main.wide { max-width: 74rem; }
      h1, h2, h3, h4 { line-height: 1.25; text-wrap: balance; overflow-wrap: break-word; }
      h1 { font-size: 1.7rem; margin: .25rem 0 1.25rem; font-weight: 650; }
      h2 { font-size: 1.25rem; margin: 3.25rem 0 .75rem; padding-top: 1rem;
        border-top: 1px solid var(--line); font-weight: 650; }
      h3 { font-size: 1.05rem; margin: 2rem 0 .5rem; font-weight: 650; }
      h4 { font-size: .95rem; margin: 1.25rem 0 .35rem; font-weight: 650; }
      p, ul, ol { margin: .5rem 0; max-width: 46rem; }
      ul, ol { padding-left: 1.25rem; }
      li { margin: .2rem 0; }
      a { color: var(--link); text-underline-offset: .15em; }
      a:focus-visible, summary:focus-visible, .scroll:focus-visible {
        outline: 2px solid var(--link); outline-offset: 2px; }
      code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
        font-size: .875em; }
      code { overflow-wrap: anywhere; }
      .faint, .note { color: var(--muted); }
      .note { font-size: .875rem; font-weight: 400; }
      .strong { font-weight: 650; }
      .good { color: var(--good); }
      .bad { color: var(--bad); }
      .doubtful { color: var(--doubtful); }
      .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
        clip-path: inset(50%); white-space: nowrap; }
      .skip:not(:focus) { position: absolute; left: -100rem; }

      """)

  private static let blocks = Markup(
    trusted: """
      .eyebrow { color: var(--muted); font-size: .875rem; margin: 0; }
      .verdict { border: 1px solid var(--line); border-left: 6px solid currentColor;
        border-radius: 6px; padding: .8rem 1.1rem; margin: 0 0 1.5rem; }
      .verdict.good { background: var(--good-tint); }
      .verdict.bad { background: var(--bad-tint); }
      .verdict.doubtful { background: var(--doubtful-tint); }
      .verdict strong { display: block; font-size: 1.3rem; line-height: 1.3; }
      .verdict p { margin: .15rem 0 0; color: var(--ink); }
      .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(13rem, 1fr));
        gap: .75rem; margin: 1.5rem 0; padding: 0; list-style: none; max-width: none; }
      .tiles li { background: var(--raised); border-radius: 6px; padding: .8rem 1rem; margin: 0; }
      .tiles .name { display: flex; justify-content: space-between; gap: .5rem;
        font-weight: 650; }
      .tiles .figure { display: block; font-size: 1.6rem; line-height: 1.3; font-weight: 650;
        font-variant-numeric: tabular-nums; }
      .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr));
        gap: .5rem 2rem; }
      .columns h2, h2.small { margin: 1rem 0 .25rem; padding: 0; border: 0; font-size: 1.05rem; }
      pre { background: var(--raised); border-radius: 6px; padding: .7rem .9rem; margin: .5rem 0;
        white-space: pre-wrap; overflow-wrap: anywhere; }
      nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; padding: 0; list-style: none;
        font-size: .9rem; max-width: none; margin: 1.5rem 0 0; }
      details.fold { margin: .75rem 0; }
      summary { cursor: pointer; font-weight: 650; padding: .25rem 0; }
      summary .note { font-weight: 400; }
      dl.facts { display: grid; grid-template-columns: minmax(8rem, max-content) 1fr;
        gap: .3rem 1.25rem; }
      dl.facts dt { color: var(--muted); }
      dl.facts dd { margin: 0; }
      .story { border-left: 3px solid var(--line); padding-left: 1rem; margin: 1rem 0 1.5rem; }
      footer { margin-top: 4rem; color: var(--muted); font-size: .875rem; }

      """)

  private static let tables = Markup(
    trusted: """
      .scroll { position: relative; overflow-x: auto; margin: .75rem 0; }
      table { border-collapse: collapse; font-size: .9rem; line-height: 1.4; width: 100%; }
      caption { text-align: left; color: var(--muted); font-size: .875rem; padding: 0 0 .4rem; }
      th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
        border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
      thead th { font-weight: 650; vertical-align: bottom; border-bottom-width: 2px; }
      tbody th { font-weight: 400; }
      th .note { display: block; }
      td.number, th.number { text-align: right; font-variant-numeric: tabular-nums;
        white-space: nowrap; }
      tr.total th, tr.total td { border-top: 2px solid var(--line); font-weight: 650; }
      table.compact { width: auto; }
      table.matrix th, table.matrix td { border: 1px solid var(--line); }
      table.matrix thead th { text-align: center; }
      table.matrix tbody th { min-width: 9rem; }
      table.matrix td { text-align: center; vertical-align: middle; white-space: nowrap; }
      table.matrix td.held { background: var(--good-tint); color: var(--good); }
      table.matrix td.violated { background: var(--bad-tint); color: var(--bad);
        font-weight: 650; }
      table.matrix td.unknown { background: var(--doubtful-tint); color: var(--doubtful); }
      table.matrix td.idle { color: var(--muted); }
      table.matrix td a { color: inherit; }
      table.life td:first-child, table.life td:nth-child(2) { white-space: nowrap;
        text-align: right; font-variant-numeric: tabular-nums; }
      table.life tr.context td { color: var(--muted); }
      table.life tr.key td:last-child { font-weight: 650; }

      """)

  private static let charts = Markup(
    trusted: """
      figure { margin: 1.25rem 0 2rem; }
      figcaption { font-weight: 650; margin-bottom: .25rem; }
      svg.chart { display: block; width: 100%; height: auto; overflow: visible; }
      svg.narrow { display: none; }
      .chart text { fill: var(--ink); }
      .chart .gutter, .chart .tick, .chart .phase, .chart .key, .chart .peak { fill: var(--muted); }
      .chart .panel-title { font-weight: 650; }
      .chart path { fill: none; stroke: var(--line); }
      .chart .axis { stroke: var(--muted); }
      .chart .line { stroke-width: 1.6; stroke-linejoin: round; }
      .chart .line.first { stroke: var(--first); }
      .chart .line.second { stroke: var(--second); stroke-dasharray: 5 2.5; }
      .chart .line.third { stroke: var(--third); stroke-width: 1.1; stroke-dasharray: 1.5 2; }
      .chart .area { stroke: none; fill: var(--first); fill-opacity: .13; }
      .chart .tint { fill: var(--fault); fill-opacity: .09; }
      .chart .tint.undoing { fill-opacity: .045; }
      .chart .tint.unproved { fill-opacity: .35; }
      .chart .hatch { stroke: var(--third); stroke-width: 1.2; }
      .chart .bar { fill: var(--fault); fill-opacity: .28; stroke: var(--fault); }
      .chart .bar.undoing { fill-opacity: .1; stroke-dasharray: 2 2; }
      .chart .bar.unproved { fill: none; stroke: var(--third); stroke-dasharray: 4 2; }
      .chart .phase-stroke { stroke: var(--muted); }
      .chart .leader-stroke { stroke: var(--ink); stroke-dasharray: 1 3; }
      .chart .mark { fill: var(--ground); stroke: var(--first); stroke-width: 1.6; }
      .chart .mark.good { fill: var(--first); }
      .chart .mark.bad { fill: var(--fault); stroke: var(--fault); }

      """)

  private static let media = Markup(
    trusted: """
      @media (max-width: 40rem) {
        main { padding: 1.25rem .9rem 3rem; }
        h1 { font-size: 1.35rem; }
        svg.wide { display: none; }
        svg.narrow { display: block; }
        th, td { padding: .3rem .4rem; }
        table { font-size: .85rem; }
        .story { padding-left: .6rem; }
        td.meaning { min-width: 13rem; }
        table.matrix, table.matrix .note { font-size: .8rem; }
        table.matrix tbody th { min-width: 6.5rem; }
        table.matrix tbody td { padding: .3rem .1rem; }
        table.matrix thead tr + tr th { writing-mode: vertical-rl; padding: .4rem .1rem;
          text-align: left; vertical-align: bottom; }
        table.matrix .word { position: absolute; width: 1px; height: 1px; overflow: hidden;
          clip-path: inset(50%); }
        dl.facts { grid-template-columns: 1fr; gap: 0; }
        dl.facts dd { margin-bottom: .5rem; }
      }
      @media print {
        :root { color-scheme: light; font-size: 9.5pt; }
        main { max-width: none; padding: 0; }
        nav, .skip { display: none; }
        h2, h3, h4, figcaption, summary, caption, thead { break-after: avoid; }
        figure, .tiles li, tr { break-inside: avoid; }
        .scroll { overflow: visible; }
        svg.wide { display: block; }
        svg.narrow { display: none; }
        a { color: inherit; text-decoration: none; }
        * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
      }

      """)
}
