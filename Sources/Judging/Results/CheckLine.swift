import Checkers
package import CanonicalJSON
import Environment
package import Harness
import Operations

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
  package static let ledgerCounts: [MeasureName] = [
    .attempts, .confirmed, .lost, .recovered, .vanished, .phantom, .duplicated, .unflagged,
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

  /// What a line says of one queue.
  struct Queue {
    /// What was found about it.
    var result: QueueResult
    /// Those guarantees on which the line depends.
    var guarantees: [Guarantee]
  }

  /// The line about some guarantees of each queue of a run that was judged.
  ///
  /// `name` is what a message is called in the file. Nothing is valid in a run that lacks
  /// something.
  init(
    file: String, checker: String, run: RunJudgement, queues: [Queue], measures: [Measure],
    name: (MessageID) -> String = \.description
  ) {
    self.file = file
    self.checker = checker
    verdict = .valid
    counts = []
    for warning in run.warnings where warning.spoilsRun { mistrust(warning.text) }
    if queues.isEmpty { mistrust("the history has no queue") }
    for queue in queues {
      let description = queue.result.description
      if queue.guarantees.isEmpty { mistrust("the history does not show what \(checker) judges") }
      for guarantee in queue.guarantees {
        take(
          queue.result.finding(guarantee), about: "\(description.name): \(guarantee.rawValue)")
      }
    }
    // Where the findings know of what the run lacks, they have said so.
    if verdict == .valid { run.shortcomings.forEach { mistrust($0) } }
    message = witness?.message.map(name)
    count(measures)
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
    if checker == Ledger.name {
      counts = Self.ledgerCounts.map { Count(name: $0.rawValue, value: nil) }
    }
    for measure in measures {
      switch measure.value {
      case .count(let value):
        // Every queue is told the lines of all nodes' logs.
        let isShared = if case .log = measure.key { true } else { false }
        add(measure.key.description, Int64(value)) { isShared ? max($0, $1) : $0 + $1 }
      case .duration(let value):
        add("\(measure.key)-ns", value.nanoseconds, combine: max)
      case .absent: break
      }
    }
    for measure in measures {
      guard case .absent = measure.value else { continue }
      let names = [measure.key.description, "\(measure.key)-ns"]
      if counts.contains(where: { names.contains($0.name) }) { continue }
      let isTime = MeasureCatalogue.measure(measure.key)?.unit == .time
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
    let always = Self.ledgerCounts.map(\.rawValue)
    let figures = counts.filter { $0.value ?? 0 != 0 || always.contains($0.name) }
      .map { "\($0.name) \($0.value.map { String($0) } ?? "unknown")" }
    var lines = ["\(file): \(checker): \(verdict.rawValue)"].map(Readable.printable)
    if !figures.isEmpty { lines.append(figures.joined(separator: ", ")) }
    lines += reasons.map(Readable.printable)
    if let witness { lines.append(Readable.printable(witness.text)) }
    return lines.joined(separator: "\n  ")
  }
}
