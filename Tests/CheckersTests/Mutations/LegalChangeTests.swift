import Checkers
import Environment
import Harness
@testable import Judging
import Operations
import Testing

/// What is changed in a clean history and leaves it legal: nobody is accused of that either.
@Suite struct LegalChangeTests {
  /// The kinds of change.
  enum Change: String, CaseIterable, Sendable {
    /// A confirm never came, or came too late.
    case dropConfirm
    /// A confirm was a negative one.
    case nack
    /// A first delivery says that it is none: the first one was lost on its way.
    case flag
    /// Nobody proved the queues empty.
    case dropProofs
    /// The recording ends in the middle.
    case cut
    /// One more fault happened.
    case addFault
    /// Everything took ten times as long.
    case stretch

    /// Makes the change; false if there is nothing to be changed.
    func apply(to events: inout [TimedEvent], using draws: inout SeededGenerator) -> Bool {
      switch self {
      case .dropConfirm: return replaceConfirm(in: &events, by: .timeout, using: &draws) != nil
      case .nack: return nack(&events, using: &draws)
      case .flag: return flag(&events, using: &draws)
      case .dropProofs:
        events.removeAll {
          if case .broker(let event) = $0.event { event.kind == .drained } else { false }
        }
      case .cut: events.removeLast(draws.index(of: events.count))
      case .addFault:
        let fault = FaultEvent(
          fault: FaultID(1000), name: "pause", stage: .proved, nodes: [], detail: "")
        let place = draws.index(of: events.count)
        events.insert(TimedEvent(at: events[place].at, .fault(fault)), at: place)
      case .stretch:
        for place in events.indices {
          events[place].at = Instant(nanoseconds: events[place].at.nanoseconds * 10)
        }
      }
      return true
    }

    /// Ends a confirmed publish in doubt; the operation.
    private func replaceConfirm(
      in events: inout [TimedEvent], by doubt: Doubt, using draws: inout SeededGenerator
    ) -> OperationID? {
      let confirmed = events.indices.filter {
        if case .completed(_, .ok(.confirmed)) = events[$0].event { true } else { false }
      }
      guard !confirmed.isEmpty else { return nil }
      let place = confirmed[draws.index(of: confirmed.count)]
      guard case .completed(let operation, _) = events[place].event else { return nil }
      events[place].event = .completed(operation, .info(doubt))
      return operation
    }

    private func nack(_ events: inout [TimedEvent], using draws: inout SeededGenerator) -> Bool {
      guard let operation = replaceConfirm(in: &events, by: .nacked, using: &draws) else {
        return false
      }
      for written in events {
        guard case .written(let written) = written.event, written.operation == operation else {
          continue
        }
        for place in events.indices {
          if case .answered(var answer) = events[place].event, !answer.multiple,
            answer.session == written.session, answer.sequence == written.sequence
          {
            answer.positive = false
            events[place].event = .answered(answer)
          }
        }
      }
      return true
    }

    private func flag(_ events: inout [TimedEvent], using draws: inout SeededGenerator) -> Bool {
      let unflagged = events.indices.filter {
        if case .delivered(let delivery) = events[$0].event {
          !delivery.receipt.redelivered
        } else {
          false
        }
      }
      guard !unflagged.isEmpty else { return false }
      let place = unflagged[draws.index(of: unflagged.count)]
      guard case .delivered(var delivery) = events[place].event else { return false }
      delivery.receipt.redelivered = true
      events[place].event = .delivered(delivery)
      return true
    }
  }

  @Test(arguments: Change.allCases) func legalChangesAccuseNobody(change: Change) throws {
    var changed = 0
    for seed in 0..<(CleanHistoryTests.histories / 5) {
      var history = LegalBroker.makeQuirky(seed: seed).history
      var draws = SeededGenerator(seed: seed, stream: 0x1E6A1C)
      guard change.apply(to: &history.events, using: &draws) else { continue }
      changed += 1
      let report = CheckerSuite.check(history, criteria: Story.criteria)
      try #require(report.failures == [], "seed \(seed)")
      for finding in report.findings {
        try #require(
          finding.judgement != .violated,
          "seed \(seed): \(finding.guarantee) \(finding.witnesses.map(\.text))")
      }
    }
    #expect(changed > CleanHistoryTests.histories / 10)
  }
}
