/// Events on their way from a file to those who want them: some at a time, because a call for each
/// event costs more than most of them do with it.
package struct EventBatch: Sendable {
  /// How many events are handed over at a time at most.
  package static let size = 4_096

  /// Its events.
  package private(set) var events: [TimedEvent] = []

  /// An empty batch.
  package init() {}

  /// Whether there is nothing in it.
  package var isEmpty: Bool { events.isEmpty }

  /// Whether it has to be handed over before anything else is appended.
  package var isFull: Bool { events.count >= Self.size }

  /// Adds an event.
  package mutating func append(_ event: TimedEvent) {
    events.append(event)
  }

  /// Forgets its events and keeps their room.
  package mutating func clear() {
    events.removeAll(keepingCapacity: true)
  }

  /// Gives itself to `body`, unless it is empty, and is empty afterwards.
  ///
  /// `body` may put another batch in its place.
  package mutating func hand(to body: (inout EventBatch) throws -> Void) rethrows {
    if isEmpty { return }
    defer { clear() }
    try body(&self)
  }
}
