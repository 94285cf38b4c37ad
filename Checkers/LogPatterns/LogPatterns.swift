import Environment
package import Harness
package import Operations

/// Counts the lines of the nodes' logs that match a pattern of trouble.
///
/// A line names no queue, and all queues share the brokers, so that each of them gets the same
/// finding. Definitions are in docs/checkers.md.
package struct LogPatterns: Checker {
  /// The name on the command line.
  package static let name = "log-patterns"
  /// What it judges.
  package static let guarantees: [Guarantee] = [.cleanLogs]
  /// The most patterns that get a measure of their own; lines of others are counted together.
  package static let maximumPatterns = 32
  /// The measure of those others.
  package static let otherPattern = "other"
  /// The longest name of a pattern that gets a measure of its own.
  private static let maximumNameLength = 40

  private let index: HistoryIndex
  private var vacuity: VacuityGuard
  private var violations: ViolationLog
  private var confirmed: [Int]
  private var operations = OperationWindow<UInt16>()
  private var unread: [NodeID]
  private var patterns: [(name: String, lines: Int)] = []

  /// A checker for one history.
  package init(header: HistoryHeader, criteria: Criteria) {
    index = HistoryIndex(header: header)
    vacuity = VacuityGuard(criteria: criteria)
    violations = ViolationLog(limit: criteria.witnessLimit)
    confirmed = Array(repeating: 0, count: header.queues.count)
    unread = header.nodes
  }

  /// Takes the next event.
  package mutating func observe(_ event: TimedEvent) throws(CheckerFailure) {
    vacuity.observe(event.event)
    switch event.event {
    case .invoked(let invocation):
      let queue = try index.place(of: invocation.queue)
      try operations.open(invocation.operation, UInt16(queue))
    case .completed(let operation, let outcome):
      let queue = try operations.close(operation)
      if outcome == .ok(.confirmed) { confirmed[Int(queue)] += 1 }
    case .broker(let learnt) where learnt.kind == .logged: learn(learnt, at: event.at)
    default: break
    }
  }

  /// What was found; called once, after the last event.
  package mutating func conclude() throws(CheckerFailure) -> CheckerReport {
    try index.validate()
    let names = patterns.map { $0.name }.sorted()
    var report = CheckerReport(findings: [], measures: [])
    for (place, queue) in index.header.queues.enumerated() {
      report.findings.append(
        Finding(
          guarantee: .cleanLogs, queue: queue.id,
          judgement: vacuity.judge(
            violations: violations.count, confirmed: confirmed[place], untested: untested,
            doubt: doubt),
          violations: violations.count, witnesses: violations.witnesses))
      report.measures += names.map { name in
        Measure(.log(name), queue: queue.id, .count(lines(of: name)))
      }
    }
    return report
  }

  private mutating func learn(_ event: BrokerEvent, at: Instant) {
    switch event.log {
    case nil: break
    case .read: unread.removeAll { $0 == event.node }
    case .matched(let found):
      count(found.pattern)
      let log = event.node.map { "the log of \($0)" } ?? "a log"
      violations.add(Witness(from: at, to: at, text: "\(log) has \(found.pattern): \(found.line)"))
    }
  }

  private mutating func count(_ pattern: String) {
    var name = Self.hasMeasure(pattern) ? pattern : Self.otherPattern
    if !patterns.contains(where: { $0.name == name }), patterns.count >= Self.maximumPatterns {
      name = Self.otherPattern
    }
    if let place = patterns.firstIndex(where: { $0.name == name }) {
      patterns[place].lines += 1
    } else {
      patterns.append((name, 1))
    }
  }

  /// Measures are in kebab case.
  private static func hasMeasure(_ pattern: String) -> Bool {
    !pattern.isEmpty && pattern.utf8.count <= maximumNameLength
      && pattern.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  private func lines(of name: String) -> Int {
    patterns.first { $0.name == name }?.lines ?? 0
  }

  private var untested: String? {
    unread.count == index.header.nodes.count ? "nobody read the logs of the nodes" : nil
  }

  private var doubt: String? {
    if unread.isEmpty { return nil }
    let nodes = unread.map(\.description).joined(separator: ", ")
    return "nobody read the log of \(nodes)"
  }
}
