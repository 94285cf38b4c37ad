import Harness
import Operations

/// The words for targets and occasions.
enum StepWords {
  /// The kinds of queue that have more than one replica.
  static let replicated: [QueueKind] = [.mirrored, .quorum]
  /// The words that name a set of nodes.
  static let sets: [(word: String, target: FaultTarget)] = [
    ("random", .random), ("minority", .minority), ("half", .half), ("all", .all),
  ]
  /// The most unconfirmed publishes that can be waited for.
  static let unconfirmedLimit = 999_999

  /// Words that choose one replica of a queue.
  private struct ReplicaForm: Sendable {
    var phrase: String
    /// The kinds of queue that have it.
    var kinds: [QueueKind]
    var target: @Sendable (QueueKind) -> FaultTarget
  }

  private static let replicas = [
    ReplicaForm(phrase: "leader of", kinds: QueueKind.allCases) { .leader($0) },
    ReplicaForm(phrase: "mirror of", kinds: replicated) { .mirror($0) },
    ReplicaForm(phrase: "oldest mirror of", kinds: replicated) { .oldestMirror($0) },
  ]

  /// The target that `text` names; nil if it names none.
  static func target(_ text: String) -> FaultTarget? {
    if let set = sets.first(where: { $0.word == text }) { return set.target }
    if let step = number(text, after: "step ") { return .sameAs(FaultID(step)) }
    if let node = number(text, after: "n") { return node == 0 ? nil : .node(NodeID(node)) }
    for form in replicas {
      for kind in form.kinds where text == "\(form.phrase) \(kind.rawValue)" {
        return form.target(kind)
      }
    }
    return nil
  }

  /// What `text` waits for; nil if it names nothing.
  static func occasion(_ text: String) -> Occasion? {
    if text == "unsynchronised mirrored" { return .unsynchronised(.mirrored) }
    for kind in replicated where text == "leader change of \(kind.rawValue)" {
      return .leaderChange(kind)
    }
    for kind in QueueKind.allCases {
      let ending = " unconfirmed in \(kind.rawValue)"
      guard text.hasSuffix(ending) else { continue }
      guard let count = number(text.dropLast(ending.count)), count > 0, count <= unconfirmedLimit
      else { return nil }
      return .unconfirmed(kind, count: Int(count))
    }
    let proved = " proved"
    guard text.hasSuffix(proved) else { return nil }
    return number(text.dropLast(proved.count), after: "step ").map { .proved(FaultID($0)) }
  }

  /// All targets, for suggestions; one stands for its like.
  static var targets: [String] {
    sets.map(\.word) + ["n1", "step 0"]
      + replicas.flatMap { form in form.kinds.map { "\(form.phrase) \($0.rawValue)" } }
  }

  /// All occasions, for suggestions, with the number that somebody has written.
  static func occasions(like text: String) -> [String] {
    let digits = text.filter(\.isNumber)
    let number = digits.isEmpty ? "0" : digits
    return replicated.map { "leader change of \($0.rawValue)" } + ["unsynchronised mirrored"]
      + QueueKind.allCases.map { "\(number) unconfirmed in \($0.rawValue)" }
      + ["step \(number) proved"]
  }

  /// The decimal number that is all of `text`, after `prefix`.
  private static func number(_ text: some StringProtocol, after prefix: String = "") -> UInt32? {
    guard text.hasPrefix(prefix) else { return nil }
    let digits = text.dropFirst(prefix.count)
    guard digits.first != "0" || digits.count == 1, digits.allSatisfy({ ("0"..."9").contains($0) })
    else { return nil }
    return UInt32(digits)
  }
}

extension StepWords {
  /// How targets are written, as a regular expression; `all` only where it can be meant.
  static func targetPattern(withAll: Bool) -> String {
    let words = sets.map(\.word).filter { withAll || $0 != "all" }
    let choices = replicas.map { form in "\(form.phrase) (\(choice(form.kinds)))" }
    return "^(\((words + choices).joined(separator: "|"))|n[1-9]|step (0|[1-9][0-9]?))$"
  }

  /// How occasions are written, as a regular expression.
  static var occasionPattern: String {
    let forms = [
      "leader change of (\(choice(replicated)))", "unsynchronised mirrored",
      "[1-9][0-9]{0,5} unconfirmed in (\(choice(QueueKind.allCases)))",
      "step (0|[1-9][0-9]?) proved",
    ]
    return "^(\(forms.joined(separator: "|")))$"
  }

  private static func choice(_ kinds: [QueueKind]) -> String {
    kinds.map(\.rawValue).joined(separator: "|")
  }
}
