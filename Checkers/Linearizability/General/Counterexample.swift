/// Why operations have no order: the shortest beginning that has none, and of it the window that
/// contradicts itself.
package struct Counterexample<M: Model>: Sendable {
  /// How sure it is; that there is no order is certain in each case.
  package enum Certainty: Hashable, Sendable {
    /// Another algorithm has found that this beginning has no order and every shorter one has, and
    /// the search itself that the window has none from any of its states.
    case verified
    /// There was no time or no memory for that; a shorter beginning may have no order either.
    case notVerified
  }

  /// The part of the thing, if it has parts.
  package var part: String?
  /// The operation whose return makes the beginning wrong.
  package var last: ConcurrentOperation<M.Operation>
  /// What is in the window, in the order of the invocations: everything that was open or was invoked
  /// since the last moment at which only operations were open that never returned.
  ///
  /// What had not returned at the end counts as if it never did.
  package var window: [ConcurrentOperation<M.Operation>]
  /// The states in which the thing can have been when the window began, each once.
  package var states: [M.State]
  /// How sure it is.
  package var certainty: Certainty
}

extension Counterexample: Equatable where M.Operation: Equatable {
  /// Whether they are about the same operations and states.
  package static func == (lhs: Counterexample, rhs: Counterexample) -> Bool {
    lhs.part == rhs.part && lhs.last == rhs.last && lhs.window == rhs.window
      && lhs.states == rhs.states && lhs.certainty == rhs.certainty
  }
}
