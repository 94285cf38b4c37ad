package import CanonicalJSON
import Environment
package import Harness
package import Operations

/// What one checker says of one history, as a line for programs.
///
///     {"file":"a.edn","checker":"ledger","verdict":"invalid",
///      "counts":{"attempts":2,"confirmed":2,"lost":1,…},
///      "witness":{"message":"7","text":"…","from_ns":0,"to_ns":3000,"operations":[4]}}
///
/// Members come in this order. The counts of the ledger begin with those of `ledgerCounts`; counts
/// are sums over the queues, except for those of the logs, which all of them share, times the
/// longest of them, in ns and named so; what is not known is `null`. The witness is that of
/// the first violation, `null` if there is none.
package struct CheckLine: Hashable, Sendable {
  /// The counts of the ledger that every line has, in order.
  package static let ledgerCounts = [
    "attempts", "confirmed", "lost", "recovered", "vanished", "phantom", "duplicated", "unflagged",
  ]

  /// A figure over all queues.
  package struct Count: Hashable, Sendable {
    /// Its name.
    package var name: String
    /// The figure; nil if it is not known.
    package var value: Int64?
  }

  /// The file, as it was given.
  package var file: String
  /// The checker's name.
  package var checker: String
  /// What it says.
  package var verdict: Verdict
  /// The figures, in order.
  package var counts: [Count]
  /// The first violation.
  package var witness: Witness?
  /// What the witness's message is called.
  package var message: String?
  /// Why the verdict is not valid, for people; not in the line.
  package var reasons: [String] = []

  /// The line about a report of a checker.
  ///
  /// `required` gives for each queue the guarantees on which the verdict depends; of those that are
  /// only `judged` it depends as far as they were exercised, if any was. `name` is what a message
  /// is called in the file; `doubt` is why nothing can be valid, if anything is.
  package init(
    file: String, checker: String, queues: [QueueDescription], report: CheckerReport,
    required: (QueueDescription) -> [Guarantee] = { _ in [] },
    judged: (QueueDescription) -> [Guarantee], name: (MessageID) -> String = \.description,
    doubt: String? = nil
  ) {
    self.file = file
    self.checker = checker
    verdict = doubt == nil ? .valid : .unknown
    reasons = doubt.map { [$0] } ?? []
    counts = []
    if queues.isEmpty { mistrust("the history has no queue") }
    let found = FoundFindings(report)
    for queue in queues {
      var guarantees = required(queue)
      if guarantees.isEmpty { guarantees = Self.exercised(judged(queue), of: queue.id, in: found) }
      if guarantees.isEmpty { mistrust("the history does not show what \(checker) judges") }
      for guarantee in guarantees {
        take(found[guarantee, queue.id], about: "\(queue.name): \(guarantee.rawValue)")
      }
    }
    message = witness?.message.map(name)
    count(report.measures)
  }

  /// Those of some guarantees that were exercised, or all if none was.
  private static func exercised(
    _ guarantees: [Guarantee], of queue: QueueID, in found: FoundFindings
  ) -> [Guarantee] {
    let exercised = guarantees.filter { guarantee in
      if case .notExercised = found[guarantee, queue]?.judgement { return false }
      return true
    }
    return exercised.isEmpty ? guarantees : exercised
  }

  private mutating func mistrust(_ reason: String) {
    verdict = max(verdict, .unknown)
    reasons.append(reason)
  }

  private mutating func take(_ finding: Finding?, about what: String) {
    guard let finding else { return mistrust("\(what) was not judged") }
    verdict = max(verdict, finding.judgement.verdict)
    switch finding.judgement {
    case .held: break
    case .violated:
      reasons.append("\(what) violated, \(Readable.counted(finding.violations, "time"))")
      if witness == nil { witness = finding.witnesses.first }
    case .unknown(let reason), .notExercised(let reason):
      reasons.append("\(what) \(finding.judgement.name), \(reason)")
    }
  }

  private mutating func count(_ measures: [Measure]) {
    if checker == "ledger" { counts = Self.ledgerCounts.map { Count(name: $0, value: nil) } }
    for measure in measures {
      switch measure.value {
      case .count(let value):
        // Every queue is told the lines of all nodes' logs.
        let isShared = measure.name.hasPrefix("log-")
        add(measure.name, Int64(value)) { isShared ? max($0, $1) : $0 + $1 }
      case .duration(let value):
        add(measure.name + "-ns", value.nanoseconds, combine: max)
      case .absent: break
      }
    }
    for measure in measures {
      guard case .absent = measure.value else { continue }
      let names = [measure.name, measure.name + "-ns"]
      if counts.contains(where: { names.contains($0.name) }) { continue }
      let isTime = MeasureCatalogue.measure(measure.name)?.unit == .time
      counts.append(Count(name: names[isTime ? 1 : 0], value: nil))
    }
  }

  private mutating func add(_ name: String, _ value: Int64, combine: (Int64, Int64) -> Int64) {
    guard let place = counts.firstIndex(where: { $0.name == name }) else {
      counts.append(Count(name: name, value: value))
      return
    }
    counts[place].value = counts[place].value.map { combine($0, value) } ?? value
  }
}

extension CheckLine {
  /// The line as JSON.
  package var json: JSONValue {
    [
      "file": .string(file),
      "checker": .string(checker),
      "verdict": .string(verdict.rawValue),
      "counts": .object(
        counts.map { JSONMember($0.name, $0.value.map { .integer($0) } ?? .null) }),
      "witness": witness.map { witness in
        [
          "message": message.map { .string($0) } ?? .null,
          "text": .string(witness.text),
          "from_ns": .integer(witness.from.nanoseconds),
          "to_ns": .integer(witness.to.nanoseconds),
          "operations": .array(witness.operations.map { .integer(Int64($0.rawValue)) }),
        ]
      } ?? .null,
    ]
  }

  /// The line for people: the verdict, the figures that are not zero, the reasons, the witness.
  package var plainText: String {
    let figures = counts.filter { $0.value ?? 0 != 0 || Self.ledgerCounts.contains($0.name) }
      .map { "\($0.name) \($0.value.map { String($0) } ?? "unknown")" }
    var lines = ["\(file): \(checker): \(verdict.rawValue)"].map(Readable.printable)
    if !figures.isEmpty { lines.append(figures.joined(separator: ", ")) }
    lines += reasons.map(Readable.printable)
    if let witness { lines.append(Readable.printable(witness.text)) }
    return lines.joined(separator: "\n  ")
  }
}

/// The findings of a report by guarantee and queue; a history may have thousands of queues.
private struct FoundFindings {
  private struct Key: Hashable {
    var guarantee: Guarantee
    var queue: QueueID
  }
  private let findings: [Key: Finding]

  init(_ report: CheckerReport) {
    findings = Dictionary(
      report.findings.map { (Key(guarantee: $0.guarantee, queue: $0.queue), $0) },
      uniquingKeysWith: { first, _ in first })
  }

  subscript(guarantee: Guarantee, queue: QueueID) -> Finding? {
    findings[Key(guarantee: guarantee, queue: queue)]
  }
}
