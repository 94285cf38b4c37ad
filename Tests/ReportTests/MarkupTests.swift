import Testing

@testable import Report

struct MarkupTests {
  @Test(arguments: [
    ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
    ("\"double\" and 'single'", "&quot;double&quot; and &#39;single&#39;"),
    ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("&lt;", "&amp;lt;"),
    ("a\u{0}b\u{1B}[31mc\nd\u{7F}", "a b [31mc d "),
    ("\u{202E}left\u{200F}", " left "),
    ("\u{FFFE}\u{FFFF}", "\u{FFFD}\u{FFFD}"),
    ("ü → 🐰", "ü → 🐰"),
  ])
  func textIsEscaped(text: String, expected: String) {
    #expect(Markup(text).source == expected)
    #expect(
      Markup.tag("p", ["title": text], Markup(text)).source
        == "<p title=\"\(expected)\">\(expected)</p>")
    let interpolated: Markup = "x\(text)x"
    #expect(interpolated.source == "x\(expected)x")
  }

  @Test func literalsAreTextAndMarkupInThemIsKept() {
    let code = Markup.tag("code", [:], "a<b")
    let line: Markup = "1 < 2 \(code) & \("<i>")"
    #expect(line.source == "1 &lt; 2 <code>a&lt;b</code> &amp; &lt;i&gt;")
  }

  @Test func absentAttributesAreLeftOutAndOnlyVoidElementsCloseThemselves() {
    #expect(Markup.tag("td", ["class": nil, "id": "x"]).source == "<td id=\"x\"></td>")
    #expect(Markup.tag("meta", ["charset": "utf-8"]).source == "<meta charset=\"utf-8\"/>")
  }

  @Test func longTextsAreCutAndSaySo() {
    let long = String(repeating: "é", count: MarkupText.limit + 17)
    #expect(Markup(long).source.hasSuffix("é… (17 more characters)"))
    #expect(Markup(long).source.unicodeScalars.count < MarkupText.limit + 40)
    #expect(Markup(whole: long).source == long)
    let exact = String(repeating: "x", count: MarkupText.limit)
    #expect(Markup(exact).source == exact)
  }

  @Test func sentencesWithStrongAndCode() {
    #expect(
      Markup(markdown: "**Net tick.** `kill -9` & <co>").source
        == "<strong>Net tick.</strong> <code>kill -9</code> &amp; &lt;co&gt;")
  }

  @Test func aTableHasHeadersWithScopeAndCanBeScrolledByKeyboard() throws {
    let table = MarkupTable(
      caption: "a <caption>", headings: [MarkupTable.Cell(""), MarkupTable.Cell("plain")],
      rows: [[MarkupTable.Cell("lost"), .figure("97", tone: .bad)]])
    let document = try ParsedXML(table.markup.source)
    #expect(document.all("th").map { $0.attributes["scope"] } == ["col", "row"])
    #expect(document.all("caption").map(\.text) == ["a <caption>"])
    #expect(document.all("td").last?.attributes["class"] == "number bad")
    #expect(document.all("div").first?.attributes["tabindex"] == "0")
    #expect(document.all("div").first?.attributes["aria-label"] == "a <caption>")
  }
}

struct PaletteTests {
  /// The relative luminance of `#rrggbb` (WCAG 2.2).
  private static func luminance(_ colour: String) throws -> Double {
    let value = try #require(Int(colour.dropFirst(), radix: 16))
    let channels = [value >> 16 & 255, value >> 8 & 255, value & 255].map { channel -> Double in
      let share = Double(channel) / 255
      return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
    }
    return 0.2126 * channels[0] + 0.7152 * channels[1] + 0.0722 * channels[2]
  }

  /// x to the power of 2.4, by Newton's method for the fifth root.
  private static func power(_ x: Double) -> Double {
    let target = x * x
    var root = 1.0
    for _ in 0..<60 {
      root -= (root * root * root * root * root - target) / (5 * root * root * root * root)
    }
    return target * root
  }

  private static func contrast(_ a: String, _ b: String) throws -> Double {
    let (first, second) = (try luminance(a), try luminance(b))
    return (max(first, second) + 0.05) / (min(first, second) + 0.05)
  }

  @Test func theFormulaIsThatOfTheStandard() throws {
    let (most, gray) = (
      try Self.contrast("#000000", "#ffffff"), try Self.contrast("#777777", "#ffffff")
    )
    #expect(abs(most - 21) < 0.01)
    #expect(abs(gray - 4.48) < 0.01)
  }

  @Test func everyTextCanBeReadOnEveryGround() throws {
    let grounds = Palette.all.filter { $0.use == .ground }
    for colour in Palette.all {
      let least: Double
      switch colour.use {
      case .text: least = 4.5
      case .stroke: least = 3
      case .ground, .decoration: continue
      }
      for ground in grounds {
        let light = try Self.contrast(colour.light, ground.light)
        let dark = try Self.contrast(colour.dark, ground.dark)
        #expect(light >= least, "\(colour.name) on \(ground.name): \(light)")
        #expect(dark >= least, "\(colour.name) on \(ground.name), dark: \(dark)")
      }
    }
  }
}
