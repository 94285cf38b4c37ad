import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

@Suite struct DiagramDrawingTests {
  private static let hostile = "<script>alert('&')</script>]]>\u{1}\u{202E}\u{FFFF}"

  private func witnesses() throws -> [MinimalWitness] {
    var hostile = WitnessHistory.lost
    hostile.name = Self.hostile
    var long = WitnessHistory.lost
    long.name = String(repeating: "long", count: 200)
    var logged = WitnessHistory()
    let record = LogRecord.matched(LogLine(pattern: "crash", line: Self.hostile + Self.hostile))
    logged.add(.broker(BrokerEvent(kind: .logged, node: NodeID(2), evidence: .log(record))))
    return [
      try #require(hostile.minimal(.atLeastOnce)), try #require(long.minimal(.atLeastOnce)),
      try #require(logged.minimal(.cleanLogs)),
      try #require(WitnessHistory.unflagged.minimal(.flaggedRedelivery)),
      try #require(WitnessHistory.disordered.minimal(.linearizableFIFO)),
      try #require(WitnessHistory.crowded(50, limit: 48).minimal(.prefetch)),
    ]
  }

  @Test func itIsSoundXML() throws {
    for minimal in try witnesses() {
      let text = DiagramDrawing(IntervalDiagram(minimal)).text
      let document = try ParsedXML(text)
      let svg = try #require(document.elements.first)
      #expect(svg.name == "svg" && svg.attributes["role"] == "img")
      let ids = Set(document.values(of: "id"))
      let labels = (svg.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
      #expect(labels.count == 2 && labels.allSatisfy { ids.contains($0) })
      #expect(document.all("script").isEmpty)
      // Nothing is fetched from anywhere.
      #expect(document.values(of: "href").isEmpty && !text.contains("url(http"))
      let words = document.all("title")[0].text + document.all("desc")[0].text
      #expect(words.contains(minimal.guarantee.rawValue))
      #expect(words.contains("what cannot be"))
    }
  }

  /// Texts in one line of the picture leave each other room, and none leaves the picture.
  @Test func textsDoNotOverlap() throws {
    struct Box {
      var from: Double
      var to: Double
      var y: Double
    }
    for minimal in try witnesses() {
      let document = try ParsedXML(DiagramDrawing(IntervalDiagram(minimal)).text)
      let height = try #require(document.elements.first?.attributes["height"].flatMap(Double.init))
      var boxes: [Box] = []
      for element in document.all("text") {
        let x = try #require(element.attributes["x"].flatMap(Double.init))
        let y = try #require(element.attributes["y"].flatMap(Double.init))
        #expect(y > 0 && y < height)
        if element.attributes["transform"] != nil { continue }
        let size = element.attributes["font-size"].flatMap(Double.init) ?? 12.5
        let isTitle = element.attributes["class"]?.contains("title") == true
        let width = Double(element.text.count) * size * (isTitle ? 0.62 : 0.55)
        switch element.attributes["text-anchor"] {
        case "middle": boxes.append(Box(from: x - width / 2, to: x + width / 2, y: y))
        case "end": boxes.append(Box(from: x - width, to: x, y: y))
        default: boxes.append(Box(from: x, to: x + width, y: y))
        }
      }
      for (place, box) in boxes.enumerated() {
        #expect(box.from >= 0 && box.to <= 960)
        for other in boxes[(place + 1)...] where abs(other.y - box.y) < 11 {
          #expect(box.to <= other.from || other.to <= box.from, "\(box) \(other)")
        }
      }
    }
  }

  @Test func barsStayInThePicture() throws {
    for minimal in try witnesses() {
      let document = try ParsedXML(DiagramDrawing(IntervalDiagram(minimal)).text)
      for path in document.values(of: "d") {
        let numbers = path.split { !("0"..."9").contains($0) && $0 != "." && $0 != "-" }
          .compactMap { Double($0) }
        #expect(!numbers.isEmpty && numbers.allSatisfy { $0 >= 0 && $0 <= 3_000 })
      }
    }
  }

  @Test func bothModesAreThere() throws {
    let minimal = try #require(WitnessHistory.lost.minimal(.atLeastOnce))
    let text = DiagramDrawing(IntervalDiagram(minimal)).text
    #expect(text.contains("prefers-color-scheme:dark"))
    for name in ["bad", "first", "second", "fault", "ink", "muted", "ground", "raised", "line"] {
      #expect(Palette.all.contains { $0.name == name } && text.contains("var(--\(name))"))
    }
  }
}
