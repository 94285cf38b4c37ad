import Harness
import Testing

@testable import Checkers

@Suite struct MessageStateTests {
  /// Long runs have millions of them.
  @Test func itTakes32Bytes() {
    #expect(MemoryLayout<MessageState>.stride == 32)
  }

  @Test func everyAnomalyHasAFlagOfItsOwn() {
    let others: MessageFlags = [
      .seen, .seenUnflagged, .finished, .duplicated, .unordered, .discarded,
    ]
    let flags = Anomaly.allCases.map { MessageFlags($0) }
    #expect(flags.allSatisfy { $0.isDisjoint(with: others) && $0.rawValue != 0 })
    #expect(Set(flags.map(\.rawValue)).count == flags.count)
  }
}
