import Checkers
package import Environment
package import Harness
package import Operations

/// Does one wrong to a history of a correct broker, so that no correct broker can have produced the
/// result.
///
///     var draws = SeededGenerator(seed: 7)
///     let mutation = HistoryMutator.unflag.apply(to: history, using: &draws)
///
/// A mutator applies only where the result is surely illegal, whatever the history does not show:
/// late readers, acks that never arrived, takes in doubt, events of the same instant.
package struct HistoryMutator: Sendable {
  /// What it does, in kebab case.
  package let name: String
  /// When its result is illegal, which is where it applies.
  package let condition: String
  /// The guarantees of which one is surely violated by the result; none other is.
  package let admissible: [Guarantee]
  /// The one of them that it aims at, which is surely violated; nil if nobody can tell which.
  package let aim: Guarantee?
  private let change: @Sendable (HistoryFacts, inout SeededGenerator) -> HistoryChange?

  init(
    _ name: String, where condition: String, violates admissible: [Guarantee],
    surely aim: Guarantee? = nil,
    _ change: @escaping @Sendable (HistoryFacts, inout SeededGenerator) -> HistoryChange?
  ) {
    self.name = name
    self.condition = condition
    self.admissible = admissible
    self.aim = aim
    self.change = change
  }

  /// The history with one wrong in it, drawn from all places where this one may be done; nil if
  /// there is none.
  package func apply(to history: History, using draws: inout SeededGenerator) -> Mutation? {
    apply(to: HistoryFacts(history), using: &draws)
  }

  /// The same for a history that was read before.
  package func apply(to facts: HistoryFacts, using draws: inout SeededGenerator) -> Mutation? {
    guard let change = change(facts, &draws) else { return nil }
    return Mutation(
      mutator: name,
      history: History(header: facts.history.header, events: change.events),
      subject: change.subject, alternative: change.alternative, admissible: admissible,
      aim: aim, words: change.words)
  }

  /// All of them.
  package static let all: [HistoryMutator] = [
    dropDeliveries, dropRedelivery, dropDeadLetter,
    duplicateUnflagged, duplicateHeld, duplicateAfterAck, resurrect,
    unflag, swapDeliveries, inventMessage, deliverEarly, misroute,
    failDelivered, confirmVanished, answerTwice, answerUnknown, returnLate, shrinkPrefetch,
    emptyWhileReady, takeTwice, swapDequeues, logCrash, stallPublishes, denyDrain,
    repeatToHolder, lendToDying, emptyWhilePushed, overtakeReady, overtakeReturned,
    secondEffect, secondEffectByRoom, splitReplicas, keepLacking,
  ]
}

/// A history with one wrong in it.
package struct Mutation: Sendable {
  /// What was wronged, and what a witness has to name.
  package enum Subject: Hashable, Sendable, CustomStringConvertible {
    case message(MessageID)
    case operation(OperationID)
    /// Something that happened at an instant and has no message or operation.
    case instant(Instant)

    /// For people.
    package var description: String {
      switch self {
      case .message(let message): "message \(message)"
      case .operation(let operation): "operation \(operation)"
      case .instant(let instant): instant.text
      }
    }

    /// Whether a witness names it; an instant is named by a witness whose time it is in.
    func isNamed(by witness: Witness) -> Bool {
      switch self {
      case .message(let message): witness.message == message
      case .operation(let operation): witness.operations.contains(operation)
      case .instant(let instant): witness.from <= instant && instant <= witness.to
      }
    }
  }

  /// The name of what was done.
  package var mutator: String
  /// The result.
  package var history: History
  /// What was wronged.
  package var subject: Subject
  /// What else was wronged, so that a witness may name it instead.
  package var alternative: Subject?
  /// The guarantees of which at least one is violated; none other is.
  package var admissible: [Guarantee]
  /// The one of them that is surely violated, if that is known.
  package var aim: Guarantee?
  /// What was done, for people.
  package var words: String

  /// Whether a witness names what was wronged.
  package func isNamed(by witness: Witness) -> Bool {
    subject.isNamed(by: witness) || alternative?.isNamed(by: witness) ?? false
  }

  /// The message that was wronged, if it was one.
  package var message: MessageID? {
    if case .message(let message) = subject { message } else { nil }
  }
}

/// What a mutator makes of a history.
struct HistoryChange {
  var events: [TimedEvent]
  var subject: Mutation.Subject
  var alternative: Mutation.Subject?
  var words: String

  init(
    _ editor: HistoryEditor, _ subject: Mutation.Subject, or alternative: Mutation.Subject? = nil,
    _ words: String
  ) {
    events = editor.events
    self.subject = subject
    self.alternative = alternative
    self.words = words
  }
}

extension SeededGenerator {
  /// One of the elements; nil if there is none.
  mutating func element<Element>(of elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[index(of: elements.count)]
  }
}
