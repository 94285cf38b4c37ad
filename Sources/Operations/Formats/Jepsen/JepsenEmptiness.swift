/// Finds the operation at whose end a queue was seen empty for good.
///
/// It is the end of a dequeue that brought nothing, or of a drain, which was invoked after all that
/// was ever enqueued had ended, and after which nothing was taken by an operation that was invoked
/// only then. Where something that was invoked later is in doubt, it may have taken a message, and
/// the client may have been told the wrong thing: so the first such end counts behind which nothing
/// in doubt was invoked, and if there is none, the proof stands at the end of the history.
struct JepsenEmptiness: Sendable {
  /// The place of that end.
  var seen: Int
  /// Behind which place the proof stands.
  var proof: Int

  /// Nil if the history shows nothing of the kind.
  init?(of history: JepsenHistory) {
    var lastEnqueue = -1
    var lastTaking = -1
    var lastDoubt = -1
    var first: Int?
    // By place, since copying each operation would take most of the time.
    let operations = history.operations
    for place in operations.indices where operations[place].process != .nemesis {
      let partner = Int(history.partners[place])
      if operations[place].function == .enqueue {
        lastEnqueue = place
      } else if operations[place].type != .invoke {
        if Self.tookSomething(operations[place]) { lastTaking = max(lastTaking, partner) }
      } else if partner < 0 || operations[partner].type == .info {
        lastDoubt = place
      }
    }
    for place in operations.indices where Int(history.partners[place]) > lastEnqueue {
      guard place > lastTaking, Self.isEmptiness(operations[place]) else { continue }
      if place > lastDoubt {
        (seen, proof) = (place, place)
        return
      }
      first = first ?? place
    }
    guard let first else { return nil }
    (seen, proof) = (first, operations.count - 1)
  }

  private static func tookSomething(_ operation: JepsenOperation) -> Bool {
    switch (operation.function, operation.type) {
    case (.dequeue, .ok): operation.value != .none
    case (.drain, .ok), (.drain, .info): operation.value.drained != []
    default: false
    }
  }

  private static func isEmptiness(_ operation: JepsenOperation) -> Bool {
    guard operation.type == .ok, operation.process != .nemesis else { return false }
    return operation.function == .drain
      || operation.function == .dequeue && operation.value == .none
  }
}
