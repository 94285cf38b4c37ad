package import Operations

/// One way to write a target or an occasion: words, with at most one kind of queue and one number
/// in them, which `plan.json` holds as members.
///
/// Plans, scenarios and the schema of scenarios are all read and written by these forms, so that a
/// new form is one element of `forms`.
package struct StepPhrase<Meaning: StepPhrased>: Sendable {
  /// A part of the words.
  package enum Piece: Hashable, Sendable {
    /// These words.
    case text(String)
    /// One of these kinds of queue.
    case queue([QueueKind])
    /// A number.
    case number(StepNumber)
  }

  /// The parts in order.
  package let pieces: [Piece]
  /// The member of `plan.json` with the kind of queue, or with the words if nothing is open.
  let member: String?
  /// The member with the number.
  let numberMember: String?
  private let make: @Sendable (StepArguments) -> Meaning?

  /// Words in which nothing is open, the value of `member`.
  static func words(_ words: String, in member: String, _ meaning: Meaning) -> Self {
    Self(pieces: [.text(words)], member: member, numberMember: nil) { arguments in
      arguments == StepArguments() ? meaning : nil
    }
  }

  /// Words before one of these kinds of queue.
  static func queue(
    _ words: String, _ kinds: [QueueKind], in member: String,
    _ make: @escaping @Sendable (QueueKind) -> Meaning
  ) -> Self {
    Self(pieces: [.text(words), .queue(kinds)], member: member, numberMember: nil) {
      $0.queue.map(make)
    }
  }

  /// A number between words.
  static func number(
    _ before: String, _ number: StepNumber, _ after: String = "", in member: String,
    _ make: @escaping @Sendable (UInt32) -> Meaning
  ) -> Self {
    let pieces: [Piece] = [.text(before), .number(number)] + (after.isEmpty ? [] : [.text(after)])
    return Self(pieces: pieces, member: nil, numberMember: member) { $0.number.map(make) }
  }

  /// A number, words, and one of these kinds of queue.
  static func number(
    _ number: StepNumber, _ words: String, _ kinds: [QueueKind],
    in members: (queue: String, number: String),
    _ make: @escaping @Sendable (QueueKind, UInt32) -> Meaning
  ) -> Self {
    Self(
      pieces: [.number(number), .text(words), .queue(kinds)], member: members.queue,
      numberMember: members.number
    ) { arguments in
      guard let queue = arguments.queue, let number = arguments.number else { return nil }
      return make(queue, number)
    }
  }

  private init(
    pieces: [Piece], member: String?, numberMember: String?,
    make: @escaping @Sendable (StepArguments) -> Meaning?
  ) {
    self.pieces = pieces
    self.member = member
    self.numberMember = numberMember
    self.make = make
  }

  /// What the words mean with these arguments; nil if they are not those that it takes.
  package func meaning(_ arguments: StepArguments) -> Meaning? { make(arguments) }
}

/// What a number in a phrase counts.
package enum StepNumber: Hashable, Sendable {
  /// A node, from 1.
  case node
  /// An earlier step, from 0.
  case step
  /// Publishes, from 1.
  case count

  /// The largest count that can be waited for.
  package static let largestCount: UInt32 = 999_999
}

/// What is open in a phrase.
package struct StepArguments: Hashable, Sendable {
  /// The kind of queue.
  package var queue: QueueKind?
  /// The number.
  package var number: UInt32?

  /// Arguments; nil for what a phrase has not.
  package init(queue: QueueKind? = nil, number: UInt32? = nil) {
    self.queue = queue
    self.number = number
  }
}

/// What phrases can mean.
package protocol StepPhrased: Hashable, Sendable {
  /// All ways to write one, in the order in which they are listed for people.
  static var forms: [StepPhrase<Self>] { get }
  /// What is open in the phrase for this one.
  var arguments: StepArguments { get }
}

extension QueueKind {
  /// The kinds that have more than one replica.
  package static let replicated: [QueueKind] = [.mirrored, .quorum]
}

extension FaultTarget: StepPhrased {
  /// All ways to write a target.
  package static let forms: [StepPhrase<FaultTarget>] = [
    .words("random", in: "nodes", .random), .words("minority", in: "nodes", .minority),
    .words("half", in: "nodes", .half), .words("all", in: "nodes", .all),
    .queue("leader of ", QueueKind.allCases, in: "leader_of") { .leader($0) },
    .queue("mirror of ", QueueKind.replicated, in: "mirror_of") { .mirror($0) },
    .queue("oldest mirror of ", QueueKind.replicated, in: "oldest_mirror_of") {
      .oldestMirror($0)
    },
    .number("n", .node, in: "node") { .node(NodeID($0)) },
    .number("step ", .step, in: "same_as_step") { .sameAs(FaultID($0)) },
  ]

  /// The node, the kind of queue or the step that it names.
  package var arguments: StepArguments {
    switch self {
    case .random, .minority, .half, .all: StepArguments()
    case .leader(let kind), .mirror(let kind), .oldestMirror(let kind): StepArguments(queue: kind)
    case .node(let node): StepArguments(number: node.rawValue)
    case .sameAs(let step): StepArguments(number: step.rawValue)
    }
  }
}

extension Occasion: StepPhrased {
  /// All ways to write an occasion.
  package static let forms: [StepPhrase<Occasion>] = [
    .queue("leader change of ", QueueKind.replicated, in: "leader_change") { .leaderChange($0) },
    .queue("unsynchronised ", [.mirrored], in: "unsynchronised") { .unsynchronised($0) },
    .number(.count, " unconfirmed in ", QueueKind.allCases, in: ("unconfirmed", "count")) {
      .unconfirmed($0, count: Int($1))
    },
    .number("step ", .step, " proved", in: "proved") { .proved(FaultID($0)) },
  ]

  /// The kind of queue, the count or the step that it names.
  package var arguments: StepArguments {
    switch self {
    case .leaderChange(let kind), .unsynchronised(let kind): StepArguments(queue: kind)
    case .unconfirmed(let kind, let count):
      StepArguments(queue: kind, number: UInt32(clamping: count))
    case .proved(let step): StepArguments(number: step.rawValue)
    }
  }
}
