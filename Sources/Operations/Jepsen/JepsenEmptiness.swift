/// Finds the operation at whose end a queue was surely seen empty for good.
///
/// It is the end of a dequeue that brought nothing, or of a drain, which was invoked after all that
/// was ever enqueued had ended, and after which nothing was taken by an operation that was invoked
/// only then. The first such one is taken: the fewest operations in doubt come before it.
enum JepsenEmptiness {
  /// The place of that end; nil if the history shows nothing of the kind.
  static func place(in history: JepsenHistory) -> Int? {
    var lastEnqueue = -1
    var lastTaking = -1
    for (place, operation) in history.operations.enumerated() {
      guard operation.process != .nemesis else { continue }
      if operation.function == .enqueue { lastEnqueue = place }
      if tookSomething(operation) {
        lastTaking = max(lastTaking, Int(history.partners[place]))
      }
    }
    for (place, operation) in history.operations.enumerated() where isEmptiness(operation) {
      if Int(history.partners[place]) > lastEnqueue, place > lastTaking { return place }
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
