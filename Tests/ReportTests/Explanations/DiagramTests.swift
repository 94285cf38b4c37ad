import Checkers
import Environment
import Harness
@testable import Judging
@testable import Linearizability
import Operations
import Testing

@testable import Report

/// What the diagram of a witness shows, whatever it is drawn with.
@Suite struct DiagramTests {
  private func diagram(
    _ history: WitnessHistory, _ guarantee: Guarantee
  ) throws -> IntervalDiagram {
    IntervalDiagram(try #require(history.minimal(guarantee)))
  }

  private func texts(_ diagram: IntervalDiagram, _ weight: IntervalDiagram.Weight) -> [String] {
    diagram.lanes.flatMap(\.rows).filter { $0.weight == weight }.map(\.text)
  }

  @Test func aLossShowsThePublishTheFaultAndTheProof() throws {
    let diagram = try diagram(.lost, .atLeastOnce)
    #expect(diagram.lanes.map(\.label) == ["publisher, client 0 on n1", "brokers", "faults"])
    #expect(texts(diagram, .wrong) == ["publish 0.1 (op 2) → confirmed, never received"])
    #expect(texts(diagram, .key) == ["orders proved empty"])
    #expect(texts(diagram, .context) == ["kill n1 → proved", "start n1 → proved"])
    #expect(diagram.cuts.count == 1)
    // The start ends what the kill began.
    let faults = try #require(diagram.lanes.last).rows
    #expect(faults[0].end == .plain && faults[0].to == faults[1].from)
    #expect(diagram.notes.contains { $0.contains("Not to scale") })
    #expect(diagram.notes.contains { $0.contains("Verified") })
  }

  @Test func aWrongDeliveryIsMarked() throws {
    let diagram = try diagram(.unflagged, .flaggedRedelivery)
    #expect(texts(diagram, .wrong) == ["receives 0.0, not flagged → acked"])
    #expect(
      texts(diagram, .key)
        == ["publish 0.0 (op 0) → confirmed", "receives 0.0, not flagged → given back"])
  }

  @Test func theOperationThatCannotBePlacedIsMarked() throws {
    let diagram = try diagram(.disordered, .linearizableFIFO)
    #expect(texts(diagram, .wrong) == ["take (op 2) → 0.1"])
    #expect(diagram.finding.contains("ORDER"))
    let rows = diagram.lanes.flatMap(\.rows)
    // Each begins before it ends, and none of them at the same time as another.
    #expect(rows.allSatisfy { $0.from < $0.to })
    #expect(diagram.columns.count == 8)
  }

  @Test func ofTooManyRowsSomeAreLeftOutAndCounted() throws {
    let diagram = try diagram(.crowded(50, limit: 48), .prefetch)
    let rows = diagram.lanes.flatMap(\.rows)
    #expect(rows.count == IntervalDiagram.maximumRows)
    #expect(diagram.omittedRows == 49 * 2 + 1 - IntervalDiagram.maximumRows)
    #expect(rows.contains { $0.weight == .wrong })
    #expect(diagram.notes.contains { $0.contains("69 more rows not drawn") })
  }

  @Test func whatProvesNothingAloneSaysSo() throws {
    var history = WitnessHistory()
    _ = history.publish()
    let minimal = try #require(
      history.minimal(.atLeastOnce) ?? WitnessHistory.lost.minimal(.atLeastOnce))
    var unproved = minimal
    unproved.evidence = .wholeHistory("of the rest")
    let notes = IntervalDiagram(unproved).notes
    #expect(notes.contains { $0.contains("proves nothing") && $0.contains("of the rest") })
    #expect(!notes.contains { $0.contains("Verified") })
  }

  @Test func aCounterexampleHasLinesInsteadOfTimes() throws {
    let history = try GeneralHistory(
      parsing: Array(
        """
        {:process 0, :type :invoke, :f :write, :value 1}
        {:process 0, :type :ok, :f :write, :value 1}
        {:process 1, :type :invoke, :f :write, :value 2}
        {:process 1, :type :info, :f :write, :value 2}
        {:process 2, :type :invoke, :f :read, :value nil}
        {:process 2, :type :ok, :f :read, :value 3}

        """.utf8))
    let outcome = try GeneralCheck.run(
      model: .register, history: history, maximumBytes: 1 << 24
    ) { false }
    guard case .notLinearizable(let example) = outcome.verdict else {
      Issue.record("\(outcome.verdict)")
      return
    }
    let diagram = IntervalDiagram(example, model: .register)
    #expect(texts(diagram, .wrong) == ["read → 3"])
    #expect(diagram.axis == "line" && diagram.columns.last == "line 6")
    #expect(diagram.lanes.contains { $0.rows.contains { $0.kind == .doubt && $0.end == .open } })
    #expect(diagram.notes.contains { $0.contains("Before these operations it was 1") })
    let lines = ExplanationText(
      example, model: .register, style: TerminalStyle(colour: false, width: 60)
    ).lines
    #expect(lines.allSatisfy { $0.count <= 60 } && lines.contains { $0.hasPrefix("▶ read → 3") })
    #expect(throws: Never.self) { try ParsedXML(DiagramDrawing(diagram).text) }
  }
}
