package import Operations

/// What may be left out of a history so that what is left still proves what the whole one does.
///
/// Why, for each guarantee, is in docs/checkers.md.
package enum Reducibility: Hashable, Sendable {
  /// Whole messages: a legal history without them is legal.
  case messages
  /// Every message: the guarantee is not about any.
  case allMessages
  /// Nothing, for the reason given.
  case nothing(String)
}

/// What an excerpt needs of a history in order to be judged by one guarantee.
package struct ExcerptRules: Hashable, Sendable {
  /// Which messages besides those that a witness names may be needed to prove it.
  package enum Companions: Hashable, Sendable {
    /// None: the guarantee is about one message, or those that are named.
    case none
    /// What nobody received: operations in doubt explain some of it, and not all.
    case unreceived
    /// What nobody was done with when the violation began, and as much of the rest as there is room
    /// for.
    case unfinished
    /// Those published shortly before and after: they show which sessions were alive, and since
    /// when something can have been sent.
    case nearest
  }

  /// Which dequeues in doubt may explain what is missing.
  package enum Doubts: Hashable, Sendable {
    /// None.
    case none
    /// Those that the broker forgets what they take.
    case takes
    /// All.
    case all
  }

  /// What else of a history may excuse something.
  package struct Excuses: OptionSet, Hashable, Sendable {
    /// The set as a number.
    package let rawValue: UInt16

    /// A set.
    package init(rawValue: UInt16) {
      self.rawValue = rawValue
    }

    /// Faults.
    package static let faults = Excuses(rawValue: 1)
    /// What the harness saw of nodes and leaders.
    package static let disturbances = Excuses(rawValue: 2)
    /// The loss of a consumer.
    package static let consumerLosses = Excuses(rawValue: 4)
    /// Later proofs of emptiness.
    package static let proofs = Excuses(rawValue: 8)
    /// Lines of logs.
    package static let logs = Excuses(rawValue: 16)
    /// Confirms.
    package static let answers = Excuses(rawValue: 32)
    /// Consumers, by what they may hold or by what they have room for.
    package static let consumes = Excuses(rawValue: 64)
    /// Settlements of many, which may have settled what nobody saw.
    package static let unseenSettlements = Excuses(rawValue: 128)
  }

  /// What may be left out.
  package var reducibility: Reducibility
  /// Which messages may be needed.
  package var companions: Companions
  /// Which dequeues in doubt may explain what is missing.
  package var doubts: Doubts
  /// What else may excuse something, and is kept.
  package var keeps: Excuses
  /// Whether those consumers do not whose sessions got nothing that is left.
  package var dropsIdleConsumers: Bool

  init(
    _ companions: Companions, reducing reducibility: Reducibility = .messages,
    doubts: Doubts = .none, keeps: Excuses = [], dropsIdleConsumers: Bool = false
  ) {
    self.reducibility = reducibility
    self.companions = companions
    self.doubts = doubts
    self.keeps = keeps
    self.dropsIdleConsumers = dropsIdleConsumers
  }

  /// Whether a dequeue of this kind that ends in doubt may explain what is missing.
  package func explains(_ action: Action) -> Bool {
    switch doubts {
    case .none: false
    case .takes: action != .get
    case .all: true
    }
  }
}
