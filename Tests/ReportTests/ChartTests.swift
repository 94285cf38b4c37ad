import Environment
import Testing

@testable import Report

struct AxisTests {
  @Test(
    arguments: [
      (0.0, ["0", "0.0005", "0.001"]), (1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
      (7.3, ["0", "2", "4", "6", "8"]), (90, ["0", "20", "40", "60", "80", "100"]),
      (12_345, ["0", "5,000", "10,000", "15,000"]),
    ] as [(Double, [String])])
  func rates(maximum: Double, labels: [String]) {
    let axis = ValueAxis.rates(upTo: maximum)
    if maximum > 0 { #expect(axis.ticks.map(\.label) == labels) }
    #expect(axis.top >= maximum)
    #expect(axis.height(0) == 0)
    #expect(axis.height(axis.top) == 1)
    #expect(axis.height(axis.top * 9) == 1)
    #expect(axis.ticks.count <= 6)
  }

  @Test(
    arguments: [
      (1_500_000, 13_900_000_000, ["1 ms", "10 ms", "100 ms", "1 s", "10 s"]),
      (0, 0, ["1 µs", "10 µs"]), (900, 5_000_000, ["1 µs", "10 µs", "100 µs", "1 ms"]),
      (10_000_000, 10_000_000, ["10 ms", "100 ms"]),
      (2_000_000_000, 4_000_000_000_000, ["1 s", "10 s", "100 s", "1,000 s"]),
    ] as [(Int64, Int64, [String])])
  func times(least: Int64, most: Int64, labels: [String]) {
    let axis = ValueAxis.times(from: .nanoseconds(least), to: .nanoseconds(most))
    #expect(axis.ticks.map(\.label) == labels)
    #expect(axis.top >= Double(most))
    #expect(axis.height(axis.ticks[0].value) == 0)
    #expect(axis.height(axis.top) == 1)
    let middle = axis.height(axis.ticks[1].value)
    #expect(middle > 0 && middle <= 1)
    #expect(axis.height(0) == 0)
  }

  @Test func theLongestTimeHasAnAxis() {
    let axis = ValueAxis.times(from: .zero, to: .nanoseconds(Int64.max))
    #expect(axis.height(Double(Int64.max)) <= 1)
    #expect(axis.ticks.count == 16)
  }

  @Test(
    arguments: [
      (72_000, 10, ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s", "60 s", "70 s"]),
      (72_000, 4, ["0 s", "30 s", "60 s"]), (240, 4, ["0 s", "100 ms", "200 ms"]),
      (3, 4, ["0 s", "1 ms", "2 ms", "3 ms"]),
      (300_000, 5, ["0 s", "1 min", "2 min", "3 min", "4 min", "5 min"]),
      (150_000, 5, ["0 s", "30 s", "60 s", "90 s", "2:00 min", "2:30 min"]),
      (4 * 3_600_000, 4, ["0 s", "1 h", "2 h", "3 h", "4 h"]),
      (5 * 3_600_000, 10, (0...10).map { $0 == 0 ? "0 s" : "\($0 * 30) min" }),
      (40 * 86_400_000, 4, ["0 s", "240 h", "480 h", "720 h", "960 h"]),
    ] as [(Int64, Int, [String])])
  func timeTicks(milliseconds: Int64, limit: Int, labels: [String]) {
    let axis = TimeAxis(end: .milliseconds(milliseconds))
    let ticks = axis.ticks(atMost: limit)
    #expect(ticks.count <= limit + 1)
    #expect(ticks.map(\.label) == labels)
    #expect(axis.place(.zero + .milliseconds(milliseconds)) == 1)
    #expect(axis.place(.zero + .milliseconds(milliseconds * 3)) == 1)
    #expect(axis.place(Instant(nanoseconds: -5)) == 0)
  }

  @Test(
    arguments: [
      (0.0, "0"), (12.0, "12"), (12.34, "12.3"), (12.96, "13"), (-0.26, "-0.3"), (-7, "-7"),
    ] as [(Double, String)])
  func coordinates(value: Double, text: String) {
    #expect(PathData.number(value) == text)
  }
}

struct ChartTests {
  private static func chart(bands: [Chart.Band] = [], bins: Int = 4) -> Chart {
    let values: [Double?] = (0..<bins).map { $0 == 2 ? nil : Double($0) }
    return Chart(
      id: "c", title: "a < b", description: "d & e", time: TimeAxis(end: .seconds(4)),
      binWidth: .seconds(4) / bins,
      phases: [Chart.Segment(from: .zero, to: nil, label: "load")],
      leaders: [
        Chart.Segment(from: .zero, to: Instant(nanoseconds: 2_000_000_000), label: "n1"),
        Chart.Segment(from: Instant(nanoseconds: 2_000_000_000), to: nil, label: "n2"),
      ],
      bands: bands,
      panels: [
        Chart.Panel(
          title: "messages/s", axis: .rates(upTo: 3),
          lines: [
            Chart.Line(label: "confirmed", weight: .first, values: values),
            Chart.Line(label: "offered", weight: .third, values: values),
          ], isFirstLineFilled: true, namesPeaks: true)
      ])
  }

  private static func second(_ number: Double) -> Instant { SampleResult.at(number) }

  @Test(arguments: [ChartLayout.wide.name, ChartLayout.narrow.name])
  func aDrawingIsWellFormedAndNamed(layout: String) throws {
    let layout = layout == ChartLayout.wide.name ? ChartLayout.wide : .narrow
    let document = try ParsedXML(ChartDrawing(Self.chart(), layout).markup.source)
    let root = try #require(document.elements.first)
    #expect(root.attributes["role"] == "img")
    #expect(document.elements[1].name == "title" && document.elements[1].text == "a < b")
    #expect(document.elements[2].name == "desc" && document.elements[2].text == "d & e")
    let ids = root.attributes["aria-labelledby"]?.split(separator: " ").map(String.init)
    #expect(ids == document.elements[1...2].compactMap { $0.attributes["id"] })
  }

  @Test func elementsDoNotGrowWithTheBins() throws {
    let few = try ParsedXML(ChartDrawing(Self.chart(bins: 4), .wide).markup.source)
    let many = try ParsedXML(ChartDrawing(Self.chart(bins: 240), .wide).markup.source)
    #expect(many.all("path").count == few.all("path").count)
    #expect(many.elements.count <= few.elements.count + 12)
  }

  @Test func aMissingValueBreaksTheLine() throws {
    let document = try ParsedXML(ChartDrawing(Self.chart(), .wide).markup.source)
    let lines = document.all("path").filter { $0.attributes["class"] == "line first" }
    let line = try #require(lines.compactMap { $0.attributes["d"] }.max { $0.count < $1.count })
    #expect(line.filter { $0 == "M" }.count == 2)
    #expect(line.filter { $0 == "H" }.count == 3)
    let area = document.all("path").first { $0.attributes["class"] == "area" }
    #expect(area?.attributes["d"]?.filter { $0 == "Z" }.count == 2)
  }

  @Test func bandsThatOverlapHaveLanesAndUnprovedOnesAreHatched() throws {
    let bands = [
      Chart.Band(
        from: Self.second(0.5), undone: Self.second(2), over: Self.second(3), label: "kill n1",
        isProved: true),
      Chart.Band(
        from: Self.second(1), undone: nil, over: nil, label: "isolate n2", isProved: false),
    ]
    let document = try ParsedXML(ChartDrawing(Self.chart(bands: bands), .wide).markup.source)
    let bars = document.all("rect").filter { $0.attributes["class"]?.hasPrefix("bar") == true }
    #expect(bars.map { $0.attributes["class"] } == ["bar", "bar undoing", "bar unproved"])
    #expect(Set(bars.compactMap { $0.attributes["y"] }).count == 2)
    #expect(document.all("text").map(\.text).contains("isolate n2, not proved"))
    let hatched = document.all("rect").filter { $0.attributes["style"] != nil }
    #expect(hatched.map { $0.attributes["style"] } == ["fill:url(#c-wide-hatch)"])
    #expect(document.all("pattern").map { $0.attributes["id"] } == ["c-wide-hatch"])
  }

  @Test func whatIsCutOffAtTheTopIsNamed() throws {
    var chart = Self.chart()
    chart.panels[0].lines[0].values = [1, 900, 40, 1]
    let document = try ParsedXML(ChartDrawing(chart, .wide).markup.source)
    let peaks = document.all("text").filter { $0.attributes["class"] == "peak" }
    #expect(peaks.map(\.text) == ["▲ 900"])
  }

  @Test func marksThatWouldCoverEachOtherAreOne() throws {
    var chart = Self.chart()
    chart.marks = [
      Chart.Mark(at: Self.second(1), label: "published", shape: .plain),
      Chart.Mark(at: Self.second(1.001), label: "confirmed", shape: .good),
      Chart.Mark(at: Self.second(1.002), label: "again", shape: .bad),
      Chart.Mark(at: Self.second(3), label: "proved empty", shape: .plain),
    ]
    let document = try ParsedXML(ChartDrawing(chart, .wide).markup.source)
    let names = document.all("text").filter { $0.attributes["class"] == "mark-name" }
    #expect(names.map(\.text) == ["published … again", "proved empty"])
    #expect(document.all("rect").filter { $0.attributes["class"] == "mark bad" }.count == 1)
    #expect(document.all("circle").count == 1)
  }
}
