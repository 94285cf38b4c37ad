/// The shell of every page: one file that needs nothing from outside.
enum HTMLDocument {
  /// The page with this title and body, with a newline at its end.
  static func text(title: Markup, body: [Markup]) -> String {
    let head = Markup.tag(
      "head", [:],
      .tag("meta", ["charset": "utf-8"]),
      .tag("meta", ["name": "viewport", "content": "width=device-width, initial-scale=1"]),
      .tag("meta", ["name": "color-scheme", "content": "light dark"]),
      .tag("title", [:], title), ReportStyle.sheet)
    let content = Markup.tag("body", [:], joining: body + [ReportStyle.script])
    return "<!DOCTYPE html>\n"
      + Markup.tag("html", ["lang": "en"], head, content).source + "\n"
  }
}
