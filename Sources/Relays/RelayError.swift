/// Why the relay or its control connection could not do what was asked.
package struct RelayError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What went wrong, for a caller that decides by it.
  package enum Kind: Hashable, Sendable {
    /// The command or argument makes no sense, or names a link or node that does not exist.
    case badRequest
    /// Another socket already listens at an address of the topology.
    case addressInUse
    /// A living relay already answers on the control socket.
    case alreadyRunning
    /// Nothing answers on the control socket.
    case unreachable
    /// The relay did not answer before the deadline.
    case timedOut
    /// The relay answered something that is not its protocol.
    case garbled
    /// The operating system refused a call.
    case system
  }

  /// What went wrong.
  package let kind: Kind
  /// The same for people, on one line: what was tried, where, what came back, what to do.
  package let message: String

  /// An error of `kind` explained by `message`, which must be a single line.
  package init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The message.
  package var description: String { message }
}

extension RelayError.Kind {
  /// The word that stands for the kind in an `error` line.
  var word: String {
    switch self {
    case .badRequest: "bad-request"
    case .addressInUse: "address-in-use"
    case .alreadyRunning: "already-running"
    case .unreachable: "unreachable"
    case .timedOut: "timed-out"
    case .garbled: "garbled"
    case .system: "system"
    }
  }

  /// The kind that `word` stands for.
  init?(word: Substring) {
    let kinds: [Self] = [
      .badRequest, .addressInUse, .alreadyRunning, .unreachable, .timedOut, .garbled, .system,
    ]
    guard let kind = kinds.first(where: { $0.word == word }) else { return nil }
    self = kind
  }
}
