import Checkers
import Harness
@testable import Judging
import Operations
import Testing

/// Queues that Jepsen has recorded.
@Suite struct ImportedQueueTests {
  /// Lines are `process type f value`; the judgements of FIFO and bag.
  private func check(_ lines: [String]) throws -> [Judgement?] {
    let text = lines.map { line in
      let parts = line.split(separator: " ", maxSplits: 3)
      let value = parts.count > 3 ? parts[3] : "nil"
      return "{:process \(parts[0]) :type :\(parts[1]) :f :\(parts[2]) :value \(value)}\n"
    }.joined()
    let imported = try JepsenImport(JepsenHistory(parsing: Array(text.utf8)), name: "q")
    let report = CheckerSuite.check(
      imported.history, criteria: ImportedKnowledge.criteria,
      checkers: [LinearizableQueueChecker.self])
    #expect(report.failures == [])
    let adapted = imported.adapt(report.checkerReport)
    return LinearizableQueueChecker.guarantees.map { guarantee in
      adapted.findings.first { $0.guarantee == guarantee }?.judgement
    }
  }

  private static let two = [
    "0 invoke enqueue 7", "0 ok enqueue 7", "0 invoke enqueue 8", "0 ok enqueue 8",
  ]

  @Test func dequeuesInOrder() throws {
    #expect(
      try check(
        Self.two + ["1 invoke dequeue", "1 ok dequeue 7", "1 invoke dequeue", "1 ok dequeue 8"])
        == [.held, .held])
    #expect(
      try check(
        Self.two + ["1 invoke dequeue", "1 ok dequeue 8", "1 invoke dequeue", "1 ok dequeue 7"])
        == [.violated, .held])
  }

  @Test func drainsInOrder() throws {
    #expect(try check(Self.two + ["1 invoke drain", "1 ok drain [7 8]"]) == [.held, .held])
    #expect(try check(Self.two + ["1 invoke drain", "1 ok drain [8 7]"]) == [.violated, .held])
    #expect(try check(Self.two + ["1 invoke drain", "1 ok drain [7]"]) == [.violated, .violated])
    #expect(try check(Self.two + ["1 invoke drain", "1 ok drain [7 8 9]"]).first == .violated)
    // One that crashed may have taken the rest.
    #expect(try check(Self.two + ["1 invoke drain", "1 info drain [7]"]) == [.held, .held])
    #expect(
      try check(
        Self.two + ["1 invoke drain", "1 info drain [7]", "2 invoke dequeue", "2 ok dequeue nil"])
        == [.held, .held])
  }

  @Test func emptiness() throws {
    #expect(
      try check(Self.two + ["1 invoke dequeue", "1 ok dequeue nil"]) == [.violated, .violated])
    #expect(
      try check(
        Self.two + [
          "2 invoke dequeue", "2 info dequeue", "3 invoke dequeue", "3 info dequeue",
          "1 invoke dequeue", "1 ok dequeue nil",
        ]) == [.held, .held])
  }

  @Test func whatFailedDidNotHappen() throws {
    #expect(
      try check(
        Self.two + [
          "0 invoke enqueue 9", "0 fail enqueue 9", "1 invoke dequeue", "1 fail dequeue",
          "1 invoke drain", "1 ok drain [7 8]",
        ]) == [.held, .held])
    #expect(
      try check(["0 invoke enqueue 9", "0 fail enqueue 9", "1 invoke dequeue", "1 ok dequeue 9"])
        == [.violated, .violated])
  }
}
