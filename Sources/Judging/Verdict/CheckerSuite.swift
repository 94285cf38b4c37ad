import Checkers
package import Harness
package import Operations

/// Feeds one stream of events to several checkers and merges what they find.
///
///     var suite = CheckerSuite(header: header, criteria: criteria)
///     _ = try reader.forEachBatch { suite.observe($0) }
///     let report = suite.conclude()
///
/// What that means for a run is said by `HistoryJudge`.
package struct CheckerSuite: Sendable {
  /// All checkers there are, in the order in which their findings are shown.
  package static let all: [any Checker.Type] = [
    Ledger.self, LinearizableQueueChecker.self, ConfirmProtocol.self, Prefetch.self,
    Availability.self, LogPatterns.self,
    Redelivery.self, ReplicaAgreement.self,
  ]

  /// The names of all checkers, as on the command line.
  package static var names: [String] { all.map { $0.name } }

  private struct Running: Sendable {
    var checker: any Checker
    var failure: CheckerFailure?
  }

  private let header: HistoryHeader
  private var running: [Running]

  /// A suite of all checkers, or of these.
  package init(
    header: HistoryHeader, criteria: Criteria, checkers: [any Checker.Type] = CheckerSuite.all
  ) {
    self.header = header
    running = checkers.map { Running(checker: $0.init(header: header, criteria: criteria)) }
  }

  /// Takes the next events; a checker that fails takes no more.
  package mutating func observe(_ events: Span<TimedEvent>) {
    for place in running.indices where running[place].failure == nil {
      do throws(CheckerFailure) {
        try running[place].checker.observe(events)
      } catch {
        running[place].failure = error
      }
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() -> SuiteReport {
    var report = SuiteReport(header: header)
    for place in running.indices { conclude(&running[place], into: &report) }
    return report
  }

  /// Judges a whole history.
  package static func check(
    _ history: History, criteria: Criteria, checkers: [any Checker.Type] = CheckerSuite.all
  ) -> SuiteReport {
    var suite = CheckerSuite(header: history.header, criteria: criteria, checkers: checkers)
    suite.observe(history.events.span)
    return suite.conclude()
  }

  private func conclude(_ running: inout Running, into report: inout SuiteReport) {
    do throws(CheckerFailure) {
      if let failure = running.failure { throw failure }
      let found = try running.checker.conclude()
      report.answers.append(
        SuiteReport.Answer(checker: type(of: running.checker).name, report: found))
    } catch {
      report.fail(type(of: running.checker), error)
    }
  }
}
