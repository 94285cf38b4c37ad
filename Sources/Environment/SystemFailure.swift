/// The world outside refused: a host, a process, a file, a broker. The text says what was tried,
/// where, what came back and what to do about it.
///
/// It is here, below everything that meets the outside, so that hosts and systems throw the same.
package struct SystemFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What kind of failure, so that the command line can choose the exit code.
  package enum Kind: Hashable, Sendable {
    /// Something has to be installed or configured first.
    case unavailable
    /// A port or an address is taken.
    case addressInUse
    /// A deadline passed.
    case timedOut
    /// Anything else.
    case failed
  }
  /// The kind.
  package var kind: Kind
  /// For people.
  package var description: String

  /// A failure.
  package init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
