import Environment
import Harness
@testable import Judging
import Operations
import Testing

@testable import Report

/// What is said of guarantees and figures is said of all of them.
@Suite struct FactsTests {
  @Test func everyFigureHasARowInItsPlace() {
    #expect(MeasureCatalogue.all.map(\.key) == MeasureName.allCases.map { .whole($0) })
    for name in MeasureName.allCases {
      let row = MeasureCatalogue.measure(name)
      #expect(row.key == .whole(name) && !row.meaning.isEmpty && row.name == name.rawValue)
      let ofNode = MeasureCatalogue.measure(.node(name, NodeID(1)))
      #expect((ofNode == nil) == (row.unit == .count))
    }
    #expect(MeasureCatalogue.measure(.other("skew")) == nil)
    #expect(MeasureCatalogue.measure(.log("crash"))?.label == "log: crash")
    let recovery = MeasureCatalogue.measure(.recovery(.start, FaultID(3), node: NodeID(2)))
    #expect(recovery?.label == "recovery after restart, n2" && recovery?.unit == .time)
    #expect(recovery?.name == "recovery-start-3-n2")
  }

  /// A figure of another version is kept under its name and shown without a description.
  @Test func unknownFiguresOfAResultAreCarried() throws {
    var result = SampleResult.compare
    result.run.queues[0].measures.append(
      Measure(.other("recovery-pause-1"), queue: QueueID(0), .count(3)))
    let text = ResultsFile.text(result)
    let read = try ResultsFile.read(text)
    #expect(read.run.queues[0].measures.last?.key == .other("recovery-pause-1"))
    #expect(ResultsFile.text(read) == text)
    #expect(MarkdownReport(read).text.contains("recovery-pause-1"))
  }

  @Test(arguments: Guarantee.allCases) func everyGuaranteeSaysWhatBreaksIt(guarantee: Guarantee) {
    let facts = guarantee.facts
    let others = Guarantee.allCases.filter { $0 != guarantee }
    #expect(others.allSatisfy { $0.facts.promise != facts.promise })
    for undelivered in [false, true] {
      let (one, many) = (
        guarantee.violationSentence(1, undelivered: undelivered),
        guarantee.violationSentence(1_234, undelivered: undelivered)
      )
      #expect(one.hasSuffix(".") && many.hasSuffix(".") && !one.contains("#"))
      #expect(one == many || one.hasPrefix("1 ") && many.hasPrefix("1,234 "))
    }
  }

  @Test func sentencesAreThoseOfOldReports() {
    #expect(
      Guarantee.atLeastOnce.violationSentence(2, undelivered: false)
        == "2 confirmed messages were never delivered, or gone before a consumer had acknowledged "
        + "them, when the queue was proved empty.")
    #expect(
      Guarantee.noResurrection.violationSentence(1, undelivered: true)
        == "1 message came again after its acknowledgement had been settled.")
    #expect(
      Guarantee.boundedUnavailability.violationSentence(2, undelivered: true)
        == "2 spans in which publishers kept trying and nothing was confirmed were longer than is "
        + "allowed.")
  }

  @Test func importedHistoriesShowOnlySomeGuarantees() {
    func judgeable(_ flags: Bool, _ times: Bool) -> Set<Guarantee> {
      Set(ImportedKnowledge(knowsFlags: flags, knowsTimes: times).judgeable)
    }
    let always: Set<Guarantee> = [.atLeastOnce, .integrity, .linearizableFIFO, .linearizableBag]
    #expect(judgeable(false, false) == always)
    #expect(judgeable(true, false) == always.union([.flaggedRedelivery, .channelOrder]))
    #expect(judgeable(false, true) == always.union([.boundedUnavailability]))
  }
}
