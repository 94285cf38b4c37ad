package import Harness
import Operations

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

extension Guarantee {
  /// What may be left out of a history that violates it.
  package var reducibility: Reducibility {
    switch self {
    case .eventualDrain, .cleanLogs: .allMessages
    case .boundedUnavailability:
      .nothing("a span without success is one only if no other publish succeeded in it")
    case .replicasAgree:
      .nothing("replicas may be compared only if nothing moved, and every message moves")
    default: .messages
    }
  }
}

/// What an excerpt needs of a history in order to be judged by one guarantee.
struct ExcerptRules: Sendable {
  /// Which messages besides those that a witness names may be needed to prove it.
  enum Companions: Sendable {
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
  enum Doubts: Sendable {
    case none
    /// Those that the broker forgets what they take.
    case takes
    case all
  }

  var companions: Companions
  var doubts = Doubts.none
  /// Whether a fault excuses anything.
  var keepsFaults = false
  /// Whether what the harness saw of nodes and leaders excuses anything.
  var keepsDisturbances = false
  /// Whether the loss of a consumer excuses anything.
  var keepsConsumerLosses = false
  /// Whether later proofs of emptiness excuse anything.
  var keepsProofs = false
  var keepsLogs = false
  var keepsAnswers = false
  /// Whether consumers excuse anything, by what they may hold or by what they have room for.
  var keepsConsumes = false
  /// Whether those do not whose sessions got nothing that is left.
  var dropsIdleConsumers = false
  /// Whether settlements of many may have settled what nobody saw.
  var keepsUnseenSettlements = false

  init(_ guarantee: Guarantee) {
    companions =
      switch guarantee {
      case .atLeastOnce, .deadLetters: .unreceived
      case .linearizableFIFO, .linearizableBag, .boundedUnavailability: .unfinished
      case .integrity, .channelOrder, .eventualDrain, .cleanLogs, .replicasAgree: .none
      default: .nearest
      }
    switch guarantee {
    case .flaggedRedelivery, .noResurrection, .exclusiveHold:
      keepsFaults = true
      keepsConsumerLosses = true
    case .feasibleChains, .emptyWhileReady, .exactlyOnceEffect, .requeuePosition:
      keepsFaults = true
      keepsDisturbances = true
      keepsConsumes = true
      doubts = .all
      keepsUnseenSettlements = guarantee == .exactlyOnceEffect
    case .linearizableFIFO, .linearizableBag:
      keepsConsumes = true
      doubts = .all
    case .prefetch:
      keepsConsumes = true
      dropsIdleConsumers = true
    case .atLeastOnce, .deadLetters: doubts = .takes
    case .eventualDrain, .replicasAgree: keepsProofs = true
    case .cleanLogs: keepsLogs = true
    case .confirmProtocol: keepsAnswers = true
    default: break
    }
  }

  /// Whether a dequeue of this kind that ends in doubt may explain what is missing.
  func explains(_ action: Action) -> Bool {
    switch doubts {
    case .none: false
    case .takes: action != .get
    case .all: true
    }
  }
}
