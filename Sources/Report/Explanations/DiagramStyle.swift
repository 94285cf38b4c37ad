extension DiagramDrawing {
  /// How the drawing looks; the colours are those of the reports.
  static let sheet = Markup(
    trusted: """
      svg { font-family: system-ui, -apple-system, Segoe UI, Roboto, Helvetica, Arial, sans-serif; }
      text { fill: var(--ink); }
      text.muted { fill: var(--muted); }
      text.bad { fill: var(--bad); font-weight: 650; }
      text.strong { font-weight: 650; }
      text.title { font-weight: 700; }
      .ground { fill: var(--ground); }
      .lane { fill: var(--raised); }
      .tint { fill: var(--bad-tint); }
      .grid { stroke: var(--line); fill: none; }
      .cut { stroke: var(--ink); stroke-width: 1.4; stroke-dasharray: 5 3; fill: none; }
      .pointer { fill: var(--bad); }
      path.operation, path.hold, circle.hold, path.moment { fill: none; stroke-width: 1.6; }
      .operation { stroke: var(--first); }
      .hold { stroke: var(--second); }
      circle.hold { fill: var(--second); }
      .key { stroke-width: 3.2 !important; }
      .wrong { stroke: var(--bad); stroke-width: 3.6 !important; }
      circle.hold.wrong { fill: var(--bad); }
      .hold.sign { stroke-width: 2.4 !important; }
      .dashed { stroke-dasharray: 4 4; }
      rect.fault { fill: var(--fault); fill-opacity: .28; stroke: var(--fault);
        stroke-width: 1 !important; }
      path.moment { stroke: var(--ink); fill: var(--ground); stroke-width: 1.6 !important; }
      path.moment.filled { fill: var(--ink); }
      path.moment.wrong { stroke: var(--bad); fill: var(--bad); }

      """)
}
