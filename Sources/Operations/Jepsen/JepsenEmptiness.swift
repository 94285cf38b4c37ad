/// Finds the operation at whose end a queue was seen empty for good.
///
/// It is the end of a dequeue that brought nothing, or of a drain, which was invoked after all that
/// was ever enqueued had ended, and after which nothing was taken by an operation that was invoked
/// only then. The first such one is taken: the fewest operations in doubt come before it. Where
/// something that was invoked later may have taken a message, though, the client may have been told
/// the wrong thing, so that the proof stands at the end of the history, behind what is in doubt.
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
    for (place, operation) in history.operations.enumerated() {
      guard operation.process != .nemesis else { continue }
      if operation.function == .enqueue { lastEnqueue = place }
      if Self.tookSomething(operation) {
        lastTaking = max(lastTaking, Int(history.partners[place]))
      }
      if operation.type == .invoke, operation.function != .enqueue,
        history.end(of: place)?.type ?? .info == .info
      {
        lastDoubt = place
      }
    }
    for (place, operation) in history.operations.enumerated() where Self.isEmptiness(operation) {
      guard Int(history.partners[place]) > lastEnqueue, place > lastTaking else { continue }
      seen = place
      proof = lastDoubt > place ? history.operations.count - 1 : place
      return
    }
    return nil
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
