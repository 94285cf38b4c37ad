package import Harness

/// The commands that a client hands over in one turn of its loop: they leave together.
///
///     if batch.add(command) { /* call at the end of this turn: feed(batch.take()) */ }
package struct CommandBatch: Sendable {
  private var commands: [SessionCommand] = []
  private var isAwaited = false

  /// Nothing handed over yet.
  package init() {}

  /// Whether there is anything to take.
  package var isEmpty: Bool { commands.isEmpty }

  /// Adds a command; true if nobody has yet been asked to take the batch at the end of this turn.
  package mutating func add(_ command: SessionCommand) -> Bool {
    commands.append(command)
    if isAwaited { return false }
    isAwaited = true
    return true
  }

  /// All commands in their order; the batch is empty then.
  package mutating func take() -> [SessionCommand] {
    isAwaited = false
    var taken: [SessionCommand] = []
    swap(&taken, &commands)
    return taken
  }
}
